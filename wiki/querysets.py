"""Queries for wiki pages."""

from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Subquery, Value

from desk.models import Draft
from pages.access import visible_to
from pages.models import BasePage
from pages.querysets import BasePageQuerySet


def _linking(person: Any) -> Any:
    return visible_to(person, BasePage.objects.filter(links__to_page=OuterRef("pk")).exclude(pk=OuterRef("pk")))


class CountOf(Subquery):
    """The number of rows of a query. Django's `Count` cannot stop at a limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


class WikiPageQuerySet(BasePageQuerySet):
    def with_backlink_count(self, person: Any) -> "WikiPageQuerySet":
        """`backlink_count`: how many pages that `person` can read link here, but at most one more than are counted."""
        linking = _linking(person).order_by().values("pk").distinct()
        return self.annotate(backlink_count=CountOf(linking[: MAX_COUNTED_LINKS + 1]))

    def with_own_draft(self, person_id: int) -> "WikiPageQuerySet":
        return self.annotate(has_own_draft=Exists(Draft.objects.filter(page=OuterRef("pk"), person=person_id)))

    def orphaned(self, person: Any) -> "WikiPageQuerySet":
        """Pages without a link from any page that `person` can read.

        A subquery for a value instead of `NOT EXISTS`, for which PostgreSQL first collects all links of the site.
        """
        first = _linking(person).order_by().values(one=Value(1))[:1]
        return self.alias(linked=Subquery(first, output_field=IntegerField())).filter(linked=None)

    def below_root(self) -> "WikiPageQuerySet":
        return self.filter(depth__gt=ROOT_DEPTH)


#: A page of laws or of staff can have thousands, and each view of it would count them.
MAX_COUNTED_LINKS = 100
#: Levels of the tree: root, home, list of spaces, front page of a space, wiki.
ROOT_DEPTH = 5
