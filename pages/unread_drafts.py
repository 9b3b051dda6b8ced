"""Drafts of published pages that move to a space whose editors could not read them."""

from collections.abc import Sequence

from django.db.models import F
from wagtail.models import Revision

from pages.models import BasePage, Change
from people.audiences import STAFF


def set_aside(pages: Sequence[int]) -> None:
    """After pages moved to another space: drop drafts written where only members could read.

    They stay in the history for people who can read both spaces, but the editors of the new space do not open or
    publish them. A page that was never published is its draft, and moves with it.
    """
    drafts = Change.objects.filter(
        page__in=pages, page__live=True, published=False, revision=F("page__latest_revision")
    ).exclude(audience_token__in=[STAFF, F("page__audience_token")])
    found = dict(drafts.values_list("page_id", "revision_id"))
    # A schedule must not publish it either.
    Revision.objects.filter(pk__in=found.values()).update(approved_go_live_at=None)
    rows = BasePage.objects.filter(pk__in=found)
    rows.update(
        latest_revision=F("live_revision"), has_unpublished_changes=False, draft_title=F("title"), go_live_at=None
    )
