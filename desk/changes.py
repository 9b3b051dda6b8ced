"""Lists of changes: who changed what, when, why, and by how much."""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Length
from wagtail.models import Revision

from pages.models import Change


def with_sizes(changes: Iterable[Change], visible: Any) -> list[Change]:
    """These changes, each with `size`: by how many characters the text became longer (or shorter, below 0).

    Compared with the change before it among the `visible` ones of its page; None for the first one. Two queries.
    """
    found = list(changes)
    earlier = visible.filter(page=OuterRef("page"), at__lt=OuterRef("at")).order_by("-at", "-pk")
    rows = Change.objects.filter(pk__in=[change.pk for change in found]).order_by()
    before = dict(rows.values_list("revision_id", Subquery(earlier.values("revision_id")[:1])))
    wanted = {pk for pk in (*before, *before.values()) if pk is not None}
    length = Length(KeyTextTransform("body", "content"))
    lengths = dict(Revision.objects.filter(pk__in=wanted).values_list("pk", length))
    for change in found:
        number: Any = before.get(change.revision_id)
        known = number is not None and None not in (lengths.get(number), lengths.get(change.revision_id))
        change.size = lengths[change.revision_id] - lengths[number] if known else None  # type: ignore[attr-defined]
    return found
