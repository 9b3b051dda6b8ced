"""Queries for wiki pages."""

from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from desk.models import Draft
from pages.access import visible_to
from pages.models import BasePage
from pages.querysets import BasePageQuerySet


def _linking(person: Any) -> Any:
    return visible_to(person, BasePage.objects.filter(links__to_page=OuterRef("pk")).exclude(pk=OuterRef("pk")))


class WikiPageQuerySet(BasePageQuerySet):
    def with_backlink_count(self, person: Any) -> "WikiPageQuerySet":
        counted = _linking(person).order_by().values(one=Value(1)).annotate(number=Count("pk", distinct=True))
        return self.annotate(
            backlink_count=Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)
        )

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


#: Levels of the tree: root, home, list of spaces, front page of a space, wiki.
ROOT_DEPTH = 5
