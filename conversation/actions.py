"""All writes to conversations. Each action checks permission first and is one transaction."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from conversation import access, rendering, told
from conversation.models import Bookmark, Comment, CommentVersion, Discussion, Reaction, Visit
from limits import COMMENTS_AN_HOUR, REACTING_PEOPLE_NAMED
from pages.models import BasePage
from people.models import Person
from text import phrases
from text.markup import TextTooLong


@transaction.atomic
def comment(*, person: Any, page: BasePage, body: str, parent: Comment | None = None) -> Comment:
    """Raises `PermissionDenied`, and `ValidationError` if the text is too large or there are too many."""
    if not access.may_comment(person, page) or (parent is not None and parent.page_id != page.pk):
        raise PermissionDenied
    hour_ago = timezone.now() - timedelta(hours=1)
    if Comment.objects.filter(person=person, at__gt=hour_ago).count() >= COMMENTS_AN_HOUR:
        raise ValidationError(
            _("You have written very many comments within an hour. Wait a little, then send it again.")
        )
    made = Comment(page=page, person=person, parent=parent, body=body)
    mentioned = _render(made, page)
    if parent is not None:
        made.thread, made.is_resolved = parent.thread, parent.is_resolved
    made.save()
    if parent is None:
        made.thread = made.pk
        made.save(update_fields=["thread"])
    seen(person, page.pk, made.pk, only_known=True)
    told.commented(made, page, mentioned)
    return made


@transaction.atomic
def edit(*, person: Any, comment: Comment, body: str) -> None:
    """Raises `PermissionDenied` and `ValidationError`."""
    if not access.may_edit(person, comment):
        raise PermissionDenied
    stored = Comment.objects.select_for_update().get(pk=comment.pk)
    if stored.deleted_at is not None:
        raise PermissionDenied
    if body == stored.body:
        return
    version = CommentVersion.objects.create(comment=stored, body=stored.body, at=stored.edited_at or stored.at)
    before = _render(stored, comment.page)
    stored.body, stored.edited_at = body, timezone.now()
    mentioned = _render(stored, comment.page)
    stored.save()
    told.mentioned_later(stored, comment.page, set(mentioned) - set(before), version=version.pk)


def _render(comment: Comment, page: BasePage) -> list[Person]:
    """Set the derived columns; the people whom the comment mentions."""
    try:
        rendered, mentioned = rendering.render(comment.body, page.space)
    except TextTooLong as problem:
        raise ValidationError(phrases.TEXT_TOO_LONG) from problem
    comment.html, comment.plain, comment.linked_space = rendered.html, rendered.plain, page.space_id
    return mentioned


@transaction.atomic
def delete(*, person: Any, comment: Comment) -> None:
    """Delete the words and what they were before; the place in the thread stays."""
    if not access.may_delete(person, comment):
        raise PermissionDenied
    told.forget(comment)
    comment.versions.all().delete()
    comment.reactions.all().delete()
    comment.body = comment.html = comment.plain = ""
    comment.deleted_at, comment.edited_at, comment.tally = timezone.now(), None, {}
    comment.save()


@transaction.atomic
def resolve(*, person: Any, comment: Comment, resolved: bool) -> None:
    """Mark the thread that `comment` begins as done, or open it again."""
    if not access.may_resolve(person, comment):
        raise PermissionDenied
    Comment.objects.filter(page_id=comment.page_id, thread=comment.thread).update(is_resolved=resolved)
    Comment.objects.filter(pk=comment.pk).update(resolved_by=person if resolved else None)


@transaction.atomic
def react(*, person: Any, page: BasePage, kind: str, comment: Comment | None = None) -> bool:
    """Give this sign, or take it back if it was given; whether it is given now."""
    if kind not in Reaction.Kind.values or not access.may_comment(person, page):
        raise PermissionDenied
    mine = Reaction.objects.filter(page_id=page.pk, comment=comment, person=person, kind=kind)
    taken_back, _models = mine.delete()
    if not taken_back:
        Reaction.objects.bulk_create(
            [Reaction(page_id=page.pk, comment=comment, person=person, kind=kind)], ignore_conflicts=True
        )
    _count(page.pk, comment.pk if comment is not None else None)
    return not taken_back


def _count(page: int, comment: int | None) -> None:
    """Store with a page or comment how many people gave each sign, and the names of the first."""
    rows = Reaction.objects.filter(page=page, comment=comment).select_related("person").order_by("pk")
    tally: dict[str, Any] = {}
    for row in rows:
        said = tally.setdefault(row.kind, {"number": 0, "names": []})
        said["number"] += 1
        if len(said["names"]) < REACTING_PEOPLE_NAMED:
            said["names"].append(row.person.name)
    ordered = {kind: tally[kind] for kind in Reaction.Kind.values if kind in tally}
    if comment is not None:
        Comment.objects.filter(pk=comment).update(tally=ordered)
    else:
        Discussion.objects.update_or_create(page_id=page, defaults={"tally": ordered})


@transaction.atomic
def close(*, person: Any, page: BasePage, closed: bool) -> None:
    if not access.may_close(person, page):
        raise PermissionDenied
    Discussion.objects.update_or_create(page_id=page.pk, defaults={"is_closed": closed})


def lead_to_space_of(comment: Comment, page: BasePage) -> None:
    """After a page moved: the links of its comments lead to the wiki of the space that it is in now."""
    rendered, _mentioned = rendering.render(comment.body, page.space)
    comment.html = rendered.html
    stored = Comment.objects.filter(pk=comment.pk, body=comment.body)
    stored.update(html=rendered.html, linked_space=page.space_id)


def bookmark(*, person: Any, page: BasePage, kept: bool) -> None:
    """For a page that `person` can read."""
    if kept:
        Bookmark.objects.bulk_create([Bookmark(person=person, page_id=page.pk)], ignore_conflicts=True)
    else:
        Bookmark.objects.filter(person=person, page_id=page.pk).delete()


def seen(person: Any, page: int, newest: int, *, only_known: bool = False) -> None:
    """Raise what `person` has been shown on a page. `only_known`: not if she has never been there."""
    mine = Visit.objects.filter(person=person, page_id=page)
    if mine.filter(seen__lt=newest).update(seen=newest) or only_known or mine.exists():
        return
    Visit.objects.bulk_create([Visit(person=person, page_id=page, seen=newest)], ignore_conflicts=True)


def person_renamed(person: Any, username: str) -> None:
    """Put the new name where comments mention this person, and beside reactions."""
    called = Q(body__contains=f"@{person.username}") | Q(body__contains=f"@{username}")
    for each in Comment.objects.said().filter(called).select_related("page__space"):
        rendered, _mentioned = rendering.render(each.body, each.page.space)
        Comment.objects.filter(pk=each.pk).update(html=rendered.html, plain=rendered.plain)
    for page, comment in set(Reaction.objects.filter(person=person).values_list("page", "comment")):
        _count(page, comment)
