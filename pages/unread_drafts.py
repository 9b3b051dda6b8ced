"""Drafts of published pages that move to a space whose editors could not read them."""

from collections.abc import Sequence

from django.db.models import F, Q
from wagtail.models import Revision

from pages.models import BasePage, Change
from people.audiences import STAFF, audience_token
from people.models import Space


def set_aside(pages: Sequence[int], *, before: Space | None) -> None:
    """After pages moved out of the space `before`: drop drafts written where only members could read.

    They stay in the history for people who can read both spaces, but the editors of the new space do not open or
    publish them. A page that was never published is its draft, and moves with it.
    """
    _note_drafts_of_the_admin(pages, before)
    unread = Change.objects.filter(page__in=pages).exclude(audience_token__in=[STAFF, F("page__audience_token")])
    # A schedule must not publish one either, whether it is the newest or an older one.
    older = unread.exclude(page__live=False, revision=F("page__latest_revision"))
    Revision.objects.filter(pk__in=older.values("revision")).update(approved_go_live_at=None)
    drafts = unread.filter(page__live=True, published=False, revision=F("page__latest_revision"))
    rows = BasePage.objects.filter(pk__in=list(drafts.values_list("page_id", flat=True)))
    rows.update(
        latest_revision=F("live_revision"), has_unpublished_changes=False, draft_title=F("title"), go_live_at=None
    )


def _note_drafts_of_the_admin(pages: Sequence[int], before: Space | None) -> None:
    """Add drafts saved in Wagtail's admin to the history, with their readers at the time: `Change` rows record both."""
    newest = BasePage.objects.filter(pk__in=pages, live=True).values("latest_revision")
    drafts = Revision.page_revisions.filter(object_id__in=[str(pk) for pk in pages], change=None)
    drafts = drafts.filter(Q(pk__in=newest) | Q(approved_go_live_at__isnull=False))
    audiences = dict(BasePage.objects.filter(pk__in=pages).values_list("pk", "audience"))
    Change.objects.bulk_create(
        Change(
            page_id=int(draft.object_id),
            revision=draft,
            person_id=draft.user_id,
            at=draft.created_at,
            published=False,
            audience_token=audience_token(before, audiences[int(draft.object_id)]),
        )
        for draft in drafts
    )
