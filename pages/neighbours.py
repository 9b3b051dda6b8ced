"""The previous and the next page by date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Subquery

from pages.access import visible_to
from pages.addresses import to_address
from pages.prepared import PreparedQuery

COLUMNS = ("pk", "title", "language", "url_path", "first_published_at")
Neighbour = dict[str, Any] | None


class Neighbours:
    """`neighbours(person, page, **values)` returns title, language and url of the previous and the next page; one query.

    `among(**values)` gives the pages to look in, before access is checked; `types` are the types of its values.
    """

    def __init__(self, among: Callable[..., QuerySet[Any]], **types: type) -> None:
        self.among = among
        self.question = PreparedQuery(self._question, moment=datetime, pk=int, **types)

    def _question(self, reader: Any, *, moment: Any, pk: Any, **values: Any) -> QuerySet[Any]:
        pages: Any = visible_to(reader, self.among(**values))
        # The first condition is redundant, but lets the database use an index.
        earlier = pages.filter(first_published_at__lte=moment).filter(~Q(first_published_at=moment) | Q(pk__lt=pk))
        later = pages.filter(first_published_at__gte=moment).filter(~Q(first_published_at=moment) | Q(pk__gt=pk))
        first = earlier.order_by("-first_published_at", "-pk").values("pk")[:1]
        second = later.order_by("first_published_at", "pk").values("pk")[:1]
        return pages.order_by().filter(Q(pk=Subquery(first)) | Q(pk=Subquery(second))).values_list(*COLUMNS)

    def __call__(self, person: Any, page: Any, **values: Any) -> tuple[Neighbour, Neighbour]:
        if page.first_published_at is None:
            return None, None
        before: Neighbour = None
        after: Neighbour = None
        own = (page.first_published_at, page.pk)
        for pk, title, language, url_path, moment in self.question(person, moment=own[0], pk=own[1], **values):
            found = {"title": title, "language": language, "url": to_address(url_path)}
            if (moment, pk) < own:
                before = found
            else:
                after = found
        return before, after
