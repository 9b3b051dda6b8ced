"""Writing down what the indexer has to do, from whoever changes something that can be found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from pages import indexing
from pages.models import BasePage, SpacePage
from people.models import Space
from search import documents, engines
from search.comment_source import keys_on
from search.models import OutboxEntry

UNNOTICED = frozenset({"last_login", "password"})
"""Fields whose change alone no search can notice."""
AT_ONCE = 500


def enqueue(keys: Iterable[str]) -> None:
    """Asks for these objects to be read and indexed again. Costs one insert; nothing where another backend keeps itself."""
    wanted = list(keys) if engines.keeps_outbox() else []
    if not wanted:
        return
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    # For the 5,000 pages of a space `bulk_create` takes 0.3 s, and the writers wait; this takes a tenth of that.
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            cursor.execute(
                f"INSERT INTO {OutboxEntry._meta.db_table} (key, at) VALUES {', '.join(['(%s, %s)'] * len(some))}",  # noqa: S608
                [value for key in some for value in (key, at)],
            )


def connect() -> None:
    indexing.register(Outbox())
    post_save.connect(_space_saved, sender=Space, dispatch_uid="search.space_saved")
    for source in documents.sources():
        if source.model is not BasePage:
            name = source.model._meta.label_lower
            post_save.connect(_saved, sender=source.model, dispatch_uid=f"search.saved.{name}")
            post_delete.connect(_deleted, sender=source.model, dispatch_uid=f"search.deleted.{name}")


class Outbox:
    """Told by the app that writes pages (`pages.indexing`)."""

    def pages_changed(self, pks: Iterable[int]) -> None:
        """The pages last: as long as they wait, what they say about other pages is left out."""
        numbers = list(pks)
        enqueue([*keys_on(numbers), *(documents.page_key(pk) for pk in numbers)])


def _space_saved(instance: Space, **kwargs: Any) -> None:
    fronts = SpacePage.objects.filter(space=instance).values_list("pk", flat=True)
    enqueue([documents.page_key(pk) for pk in fronts])


def _saved(instance: Any, raw: bool, update_fields: Any, **kwargs: Any) -> None:
    if not raw and not (update_fields is not None and UNNOTICED.issuperset(update_fields)):
        enqueue([documents.key_of(instance)])


def _deleted(instance: Any, **kwargs: Any) -> None:
    enqueue([documents.key_of(instance)])
