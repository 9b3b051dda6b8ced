"""Queries for pages. Everything that lists pages for a person begins with `visible_to`."""

from functools import partial
from typing import Any

from django.db.models import Q
from wagtail.models import PageManager
from wagtail.query import PageQuerySet

from pages.access import visible_to
from pages.writer import writer


def paths_below(path: str) -> tuple[str, str]:
    """The first and last path that a page below the one at `path` can have.

    A step of a path is four characters of 0-9 and A-Z, which all collations put in the same order.
    """
    return f"{path}0000", f"{path}ZZZZZ"


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

    def descendant_of_q(self, other: Any, inclusive: bool = False) -> Q:
        """Also for `child_of`. Wagtail's compares with LIKE, for which SQLite uses no index."""
        first, last = paths_below(other.path)
        return Q(path__range=(other.path if inclusive else first, last))

    def newest_first(self) -> "BasePageQuerySet":
        return self.order_by("-first_published_at", "-pk")

    def for_list(self) -> "BasePageQuerySet":
        """Only what a list of entries needs: without the long texts, with the space."""
        return self.select_related("space").defer("body", "html", "plain", "headings")


BasePageManager = PageManager.from_queryset(BasePageQuerySet)
