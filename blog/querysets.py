"""Queries for posts."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from pages.querysets import BasePageQuerySet


class BlogPostQuerySet(BasePageQuerySet):
    def of_year(self, year: int) -> BlogPostQuerySet:
        """Posts first published in `year`, in the site's time zone; a range, so that an index can be used."""
        zone = timezone.get_current_timezone()
        start, end = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
        return self.filter(first_published_at__gte=start, first_published_at__lt=end)

    def tagged(self, slug: str) -> BlogPostQuerySet:
        return self.filter(tagged_items__tag__slug=slug)

    def by(self, username: str) -> BlogPostQuerySet:
        return self.filter(page_authors__person__username=username)

    def by_date(self) -> BlogPostQuerySet:
        return self.newest_first()
