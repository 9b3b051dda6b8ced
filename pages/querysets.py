"""Queries for pages. Everything that lists pages for a person begins with `visible_to`."""

from functools import partial
from typing import Any

from wagtail.models import PageManager
from wagtail.query import PageQuerySet

from pages.access import visible_to
from pages.writer import writer


class BasePageQuerySet(PageQuerySet):
    def published(self) -> "BasePageQuerySet":
        return self.filter(live=True)

    def visible_to(self, person: Any) -> "BasePageQuerySet":
        return visible_to(person, self)

    def in_space(self, space: Any) -> "BasePageQuerySet":
        return self.filter(space=space)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """All deletions of pages, by `Page.delete` and in Wagtail's admin too, come through here; see `pages.saving`."""
        return writer().delete(self, partial(super().delete, *args, **kwargs))

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def newest_first(self) -> "BasePageQuerySet":
        return self.order_by("-first_published_at", "-pk")

    def for_list(self) -> "BasePageQuerySet":
        """Only what a list of entries needs: without the long texts, with the space."""
        return self.select_related("space").defer("body", "html", "plain", "headings")


BasePageManager = PageManager.from_queryset(BasePageQuerySet)
