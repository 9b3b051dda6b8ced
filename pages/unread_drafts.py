"""What becomes of drafts that lie over published pages when those move to people who could not read them."""

from collections.abc import Sequence

from django.db.models import F
from wagtail.models import Revision

from pages.models import BasePage, Change
from people.audiences import STAFF


def set_aside(pages: Sequence[int]) -> None:
    """After these pages have moved into another space: a newer draft that was written where only members read stays in
    the history, for those who may read both spaces, and is not what the editors of the new space open or publish.

    The draft of a page that was never published is the page, and moves with it.
    """
    drafts = Change.objects.filter(
        page__in=pages, page__live=True, published=False, revision=F("page__latest_revision")
    ).exclude(audience_token__in=[STAFF, F("page__audience_token")])
    found = dict(drafts.values_list("page_id", "revision_id"))
    # A clock that published it would show it to them too.
    Revision.objects.filter(pk__in=found.values()).update(approved_go_live_at=None)
    rows = BasePage.objects.filter(pk__in=found)
    rows.update(
        latest_revision=F("live_revision"), has_unpublished_changes=False, draft_title=F("title"), go_live_at=None
    )
