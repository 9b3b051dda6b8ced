"""The conversation on a page, as it is shown below the page: two queries, or one if nobody has said anything.

Threads are shown two levels deep: what answers an answer names whom it answers. A page of the list holds a fixed number
of comments, so a thread of a thousand costs as much as one of fifty.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Count,
    Exists,
    F,
    IntegerField,
    JSONField,
    Min,
    OuterRef,
    Q,
    Subquery,
)
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime

from conversation import access, actions
from conversation.models import Bookmark, Comment, Discussion, Reaction, Visit
from database.prepared import Prepared
from pages.models import BasePage
from people.models import Person
from people.permissions import tends
from web.numbers import whole_number

COMMENTS_PER_PAGE = 50
#: The parameter of an article's address that says which page of its comments is shown.
PAGE, SORT, SHOW = "comments", "sort", "threads"
NEWEST_FIRST, RESOLVED = "newest", "resolved"
#: Paths of the icons. Emoji would look different on each device, and be missing on some.
FACES = {
    "thanks": "M12 20s-7.5-4.7-7.5-10.2A4 4 0 0 1 12 7.6a4 4 0 0 1 7.5 2.2C19.5 15.3 12 20 12 20z",
    "agree": "M7.5 11v9H4v-9zM7.5 11l4-7c1.5 0 2.5 1.2 2.1 2.7L12.8 10H18a2 2 0 0 1 2 2.4l-1.3 6A2 2 0 0 1 16.7 20H7.5",
    "celebrate": "M11 5l1.8 5.2L18 12l-5.2 1.8L11 19l-1.8-5.2L4 12l5.2-1.8zM18.5 3.5v4M16.5 5.5h4",
    "question": "M8.5 9a3.5 3.5 0 1 1 5.1 3.1c-1 .5-1.6 1.3-1.6 2.4M12 18v.5",
}


def _count_of(**where: Any) -> Any:
    rows = Comment.objects.filter(**where).order_by().values("page").annotate(number=Count("pk")).values("number")
    return Subquery(rows, output_field=IntegerField())


def _state(page: int, person: int) -> Any:
    """One row: what is known of the whole conversation, for this reader."""
    discussion = Discussion.objects.filter(page=page)
    seen = Visit.objects.filter(page=page, person=person).values("seen")
    newer = Comment.objects.filter(page=page, deleted_at=None, pk__gt=Subquery(seen)).exclude(person=person).order_by()
    own = Reaction.objects.filter(page=page, person=person, comment=None)
    return Person.objects.filter(pk=person).values_list(
        _count_of(page=page, is_resolved=False),
        _count_of(page=page, is_resolved=True),
        Subquery(seen, output_field=BigIntegerField()),
        Subquery(newer.values("page").annotate(number=Count("pk")).values("number"), output_field=IntegerField()),
        Subquery(newer.values("page").annotate(first=Min("pk")).values("first"), output_field=BigIntegerField()),
        Subquery(discussion.values("is_closed"), output_field=BooleanField()),
        Subquery(discussion.values("tally"), output_field=JSONField()),
        Exists(Bookmark.objects.filter(page=page, person=person)),
        *(Exists(own.filter(kind=kind)) for kind in Reaction.Kind.values),
    )


state = Prepared(_state, page=int, person=int)


@dataclass(slots=True)
class Sign:
    """A reaction as a button: how many gave it, who, and whether the reader did."""

    kind: str
    label: Any
    face: str
    number: int
    names: list[str]
    is_mine: bool

    @property
    def others(self) -> int:
        return self.number - len(self.names)


def signs(tally: dict[str, Any] | None, mine: Iterable[str]) -> list[Sign]:
    counted, given = tally or {}, set(mine)
    return [
        Sign(
            kind,
            label,
            FACES[kind],
            counted.get(kind, {}).get("number", 0),
            counted.get(kind, {}).get("names", []),
            kind in given,
        )
        for kind, label in Reaction.Kind.choices
    ]


@dataclass(slots=True)
class Shown:
    """A comment with what this reader can do with it."""

    comment: Comment
    signs: list[Sign]
    is_new: bool = False
    is_mine: bool = False
    may_edit: bool = False
    may_delete: bool = False
    may_resolve: bool = False
    # Whom it answers, if that is not the comment above which it is indented.
    answers: Comment | None = None
    replies: list[Shown] = field(default_factory=list)
    # The rest of a thread that began on the page before.
    is_continued: bool = False

    @property
    def called(self) -> str:
        """By whom and when, for the names of links and buttons, which each comment has (WCAG 2.4.9)."""
        name = self.comment.person.name if self.comment.person else ""
        return f"{name}, {date_format(localtime(self.comment.at), 'j F Y, H:i:s')}"

    @property
    def given(self) -> list[Sign]:
        return [sign for sign in self.signs if sign.number]


@dataclass(slots=True)
class Conversation:
    """Everything that `conversation/conversation.html` shows."""

    page: BasePage
    open: int = 0
    resolved: int = 0
    new: int = 0
    first_new: int | None = None
    closed: bool = False
    signs: list[Sign] = field(default_factory=list)
    is_bookmarked: bool = False
    may_comment: bool = False
    may_close: bool = False
    resolves: bool = False
    newest_first: bool = False
    shows_resolved: bool = False
    number: int = 1
    threads: list[Shown] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.open + self.resolved

    @property
    def pages(self) -> int:
        listed = self.resolved if self.shows_resolved else self.open
        return max(1, -(-listed // COMMENTS_PER_PAGE))

    @property
    def previous_url(self) -> str:
        return self._address(page=self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return self._address(page=self.number + 1) if self.number < self.pages else ""

    @property
    def other_order_url(self) -> str:
        return self._address(newest_first=not self.newest_first)

    @property
    def other_threads_url(self) -> str:
        return self._address(resolved=not self.shows_resolved)

    def _address(self, *, page: int = 1, newest_first: bool | None = None, resolved: bool | None = None) -> str:
        return place(
            page=page,
            newest_first=self.newest_first if newest_first is None else newest_first,
            resolved=self.shows_resolved if resolved is None else resolved,
        )


def place(*, page: int = 1, newest_first: bool = False, resolved: bool = False, anchor: str = "comments") -> str:
    """The end of an article's address that leads to a part of its comments."""
    asked = {
        PAGE: page if page > 1 else "",
        SORT: NEWEST_FIRST if newest_first else "",
        SHOW: RESOLVED if resolved else "",
    }
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{'?' if query else ''}{query}#{anchor}"


def address_of(comment: Comment, page: BasePage) -> str:
    """Where a comment is shown: at its page, on the right page of the list."""
    before = Comment.objects.filter(page_id=page.pk, is_resolved=comment.is_resolved)
    before = before.filter(Q(thread__lt=comment.thread) | Q(thread=comment.thread, pk__lt=comment.pk))
    number = before.count() // COMMENTS_PER_PAGE + 1
    return page.get_absolute_url() + place(page=number, resolved=comment.is_resolved, anchor=comment.anchor)


def on_page(request: HttpRequest, page: BasePage) -> Conversation:
    """For a page that the person of `request` can read."""
    person: Any = request.user
    rows = state(page=page.pk, person=person.pk)
    counted_open, counted_resolved, seen, new, first_new, closed, tally, bookmarked, *mine = rows[0]
    talk = Conversation(
        page=page,
        open=counted_open or 0,
        resolved=counted_resolved or 0,
        new=new or 0,
        first_new=first_new,
        closed=bool(closed),
        signs=signs(tally, (kind for kind, given in zip(Reaction.Kind.values, mine, strict=True) if given)),
        is_bookmarked=bool(bookmarked),
        may_comment=access.may_comment(person, page, closed=bool(closed)),
        may_close=page.live and access.may_close(person, page),
        resolves=page.kind.nests or page.specific_kind.nests,
        newest_first=request.GET.get(SORT) == NEWEST_FIRST,
        shows_resolved=request.GET.get(SHOW) == RESOLVED,
    )
    if talk.total:
        talk.number = min(max(1, whole_number(request.GET.get(PAGE, "")) or 1), talk.pages)
        talk.threads = _threads(person, talk, seen)
    return talk


def _threads(person: Any, talk: Conversation, seen: int | None) -> list[Shown]:
    comments = _listed(person, talk)
    _raise_visit(person, talk, comments, seen)
    tending = tends(person, talk.page.space_id)
    threads: list[Shown] = []
    for each in comments:
        shown = _shown(each, person, talk, seen, tending=tending)
        if threads and threads[-1].comment.thread == each.thread:
            if each.parent_id != threads[-1].comment.pk:
                shown.answers = each.parent
            threads[-1].replies.append(shown)
        else:
            shown.is_continued = each.is_answer
            threads.append(shown)
    return threads


def _listed(person: Any, talk: Conversation) -> list[Comment]:
    mine = Reaction.objects.filter(comment=OuterRef("pk"), person=person)
    first = (talk.number - 1) * COMMENTS_PER_PAGE
    found = Comment.objects.filter(page_id=talk.page.pk, is_resolved=talk.shows_resolved)
    found = found.select_related("person", "parent__person", "resolved_by")
    found = found.defer("plain", "parent__body", "parent__plain", "parent__html")
    found = found.annotate(**{f"gave_{kind}": Exists(mine.filter(kind=kind)) for kind in Reaction.Kind.values})
    order = (F("thread").desc() if talk.newest_first else "thread", "pk")
    return list(found.order_by(*order)[first : first + COMMENTS_PER_PAGE])


def _shown(each: Comment, person: Any, talk: Conversation, seen: int | None, *, tending: bool) -> Shown:
    each.page = talk.page
    if each.linked_space != talk.page.space_id and each.deleted_at is None:
        actions.lead_to_space_of(each, talk.page)
    is_mine = each.person_id == person.pk
    return Shown(
        comment=each,
        signs=signs(each.tally, (kind for kind in Reaction.Kind.values if getattr(each, f"gave_{kind}"))),
        is_new=seen is not None and each.pk > seen and not is_mine,
        is_mine=is_mine,
        may_edit=is_mine and talk.may_comment,
        may_delete=is_mine or tending,
        may_resolve=talk.resolves and talk.may_comment and not each.is_answer,
    )


def _raise_visit(person: Any, talk: Conversation, comments: list[Comment], seen: int | None) -> None:
    """Note what the reader has been shown: nothing is written if that is known. What is on other pages stays new."""
    if not comments or (seen is not None and not talk.new):
        return
    newest = max(each.pk for each in comments)
    if talk.total > len(comments):
        others = Comment.objects.filter(page_id=talk.page.pk, pk__gt=seen or 0).exclude(
            pk__in=[each.pk for each in comments]
        )
        hidden = others.aggregate(first=Min("pk"))["first"]
        if hidden is not None:
            newest = min(newest, hidden - 1)
    if newest > (seen or 0):
        actions.seen(person, talk.page.pk, newest)
