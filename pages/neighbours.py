"""The page before and the page after another, by date."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet, Subquery


def neighbours(pages: QuerySet[Any], page: Any) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Title and url of the one published just before and the one just after `page`, among `pages`; one query."""
    moment = page.first_published_at
    if moment is None:
        return None, None
    same = Q(first_published_at=moment)
    earlier = pages.filter(Q(first_published_at__lt=moment) | (same & Q(pk__lt=page.pk)))
    later = pages.filter(Q(first_published_at__gt=moment) | (same & Q(pk__gt=page.pk)))
    first = earlier.order_by("-first_published_at", "-pk").values("pk")[:1]
    second = later.order_by("first_published_at", "pk").values("pk")[:1]
    rows = pages.order_by().filter(Q(pk=Subquery(first)) | Q(pk=Subquery(second)))
    before = after = None
    for pk, title, url_path, published_at in rows.values_list("pk", "title", "url_path", "first_published_at"):
        row = {"title": title, "url": url_path.removeprefix("/home")}
        if (published_at, pk) < (moment, page.pk):
            before = row
        else:
            after = row
    return before, after
