"""What people are told of comments: the kinds of events, and recording them (`news`)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from conversation import access
from conversation.models import Comment
from news import events, follows
from news.kinds import Details, EventKind
from news.models import Follow, Level, Reason
from pages.derive import excerpt
from pages.models import BasePage, PageAuthor


def _details(person: Any, found: list[Any]) -> dict[int, Details]:
    numbers = {event.pk: event.data.get("comment") for event in found}
    readable = Comment.objects.said().on(access.readable(person)).filter(pk__in=numbers.values())
    said = {pk: Details(excerpt(plain), f"/comments/{pk}/") for pk, plain in readable.values_list("pk", "plain")}
    return {event: said[comment] for event, comment in numbers.items() if comment in said}


COMMENTED = EventKind(
    name="commented",
    says=_("%(by)s commented on %(title)s"),
    says_by={
        Reason.REPLY: _("%(by)s answered you on %(title)s"),
        Reason.MENTIONED: _("%(by)s mentioned you in a comment on %(title)s"),
    },
    levels=frozenset({Level.ALL}),
    details=_details,
)
MENTIONED_LATER = EventKind(
    name="mentioned_in_comment", says=_("%(by)s mentioned you in a comment on %(title)s"), details=_details
)
KINDS = (COMMENTED, MENTIONED_LATER)


def commented(comment: Comment, page: BasePage, mentioned: Iterable[Any]) -> None:
    """Tell who is answered, who is mentioned, who wrote the page, and its followers; the author follows it from now on."""
    wrote = list(PageAuthor.objects.filter(page=page.pk).values_list("person", flat=True))
    events.record(
        kind=COMMENTED.name,
        key=f"comment:{comment.pk}",
        by=comment.person,
        page=page,
        to={
            Reason.REPLY: [comment.parent.person_id] if comment.parent and comment.parent.person_id else [],
            Reason.MENTIONED: mentioned,
            Reason.WROTE: wrote,
        },
        data={"comment": comment.pk},
    )
    follows.follow(comment.person, Follow.Kind.PAGE, page, Level.ALL, why=Follow.Why.COMMENTED)


def mentioned_later(comment: Comment, page: BasePage, mentioned: Iterable[Any], *, version: int) -> None:
    """An edit tells only people whom it mentions and the comment did not mention before."""
    if people := list(mentioned):
        events.record(
            kind=MENTIONED_LATER.name,
            key=f"comment:{comment.pk}:{version}",
            by=comment.person,
            page=page,
            to={Reason.MENTIONED: people},
            data={"comment": comment.pk},
        )


def forget(comment: Comment) -> None:
    """Nobody is told any more of what a deleted comment said."""
    versions = comment.versions.values_list("pk", flat=True)
    events.forget(f"comment:{comment.pk}", *(f"comment:{comment.pk}:{version}" for version in versions))
