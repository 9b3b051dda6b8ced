"""Who can read a comment: who can read its page, at this moment. Whether `person` can comment, edit, delete, resolve."""

from typing import Any

from django.http import Http404

from conversation.models import Comment, Discussion
from pages import access
from pages.models import BasePage
from people.permissions import may_comment_in, tends

#: What views need of a page besides its own columns; its text they do not.
UNREAD = ("body", "html", "plain", "headings")


def readable(person: Any) -> Any:
    """The pages whose comments `person` can read; drafts too, if she can see them."""
    return access.with_own_drafts(person, BasePage.objects.all())


def page_or_404(person: Any, path: str) -> BasePage:
    """The page at an address, as a row of all kinds, if it is one that people can comment on."""
    pages = BasePage.objects.select_related("space").defer(*UNREAD)
    page: BasePage = access.page_or_404(person, pages, f"/{path.strip('/')}/", drafts=True)
    if not page.specific_kind.is_item:
        raise Http404
    return page


def comment_or_404(person: Any, pk: int) -> Comment:
    """A comment that was not deleted, with its page and author."""
    found = Comment.objects.said().on(readable(person)).filter(pk=pk)
    comment = found.select_related("page__space", "person", "parent").first()
    if comment is None:
        raise Http404
    return comment


def is_closed(page: BasePage) -> bool:
    return Discussion.objects.filter(page_id=page.pk, is_closed=True).exists()


def may_comment(person: Any, page: BasePage, *, closed: bool | None = None) -> bool:
    """For people who can read `page`. What is not published yet has no readers to talk to.

    `closed`: whether comments on the page are closed, if the caller knows.
    """
    if not page.live or not may_comment_in(person, page.space):
        return False
    return not (is_closed(page) if closed is None else closed)


def may_edit(person: Any, comment: Comment) -> bool:
    """Only its author, as long as she can comment there."""
    return comment.person_id == person.pk and may_comment(person, comment.page)


def may_delete(person: Any, comment: Comment) -> bool:
    """Its author, and editors and owners of the space."""
    return comment.person_id == person.pk or tends(person, comment.page.space_id)


def may_resolve(person: Any, comment: Comment) -> bool:
    """Threads on pages that are kept up to date together: by everyone who can comment."""
    return comment.page.specific_kind.nests and not comment.is_answer and may_comment(person, comment.page)


def may_close(person: Any, page: BasePage) -> bool:
    """Editors and owners of the space, and whoever created the page, as long as she can comment in the space."""
    return tends(person, page.space_id) or (page.owner_id == person.pk and may_comment_in(person, page.space))
