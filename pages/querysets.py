"""How pages are asked for. `visible_to` is the door; everything that lists pages to a person begins there."""

from typing import Any

from wagtail.models import PageManager
from wagtail.query import PageQuerySet

from pages.access import visible_to


class BasePageQuerySet(PageQuerySet):
    def published(self) -> "BasePageQuerySet":
        return self.filter(live=True)

    def visible_to(self, person: Any) -> "BasePageQuerySet":
        """Live pages that `person` may read; see `pages.access.visible_to`."""
        return visible_to(person, self)

    def in_space(self, space: Any) -> "BasePageQuerySet":
        return self.filter(space=space)

    def newest_first(self) -> "BasePageQuerySet":
        return self.order_by("-first_published_at", "-pk")

    def for_list(self) -> "BasePageQuerySet":
        """What a list of entries needs and no more: the long texts stay in the database, the space comes along."""
        return self.select_related("space").defer("body", "html", "plain", "headings")


BasePageManager = PageManager.from_queryset(BasePageQuerySet)
