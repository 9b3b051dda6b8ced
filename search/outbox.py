"""Writing down what the indexer has to do, from whoever changes something that can be found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from pages import signals
from pages.models import BasePage, SpacePage
from people.models import Space
from search import documents, engines
from search.models import OutboxEntry

UNNOTICED = frozenset({"last_login", "password"})
"""Fields whose change alone no search can notice."""


def enqueue(keys: Iterable[str]) -> None:
    """Asks for these objects to be read and indexed again. Costs one insert; nothing where another backend keeps itself."""
    if engines.keeps_outbox():
        now = timezone.now()
        OutboxEntry.objects.bulk_create([OutboxEntry(key=key, at=now) for key in keys], batch_size=500)


def connect() -> None:
    signals.page_written.connect(_page_written, dispatch_uid="search.page_written")
    signals.page_removed.connect(_page_removed, dispatch_uid="search.page_removed")
    signals.pages_rewritten.connect(_pages_rewritten, dispatch_uid="search.pages_rewritten")
    post_save.connect(_space_saved, sender=Space, dispatch_uid="search.space_saved")
    for source in documents.sources():
        if source.model is not BasePage:
            name = source.model._meta.label_lower
            post_save.connect(_saved, sender=source.model, dispatch_uid=f"search.saved.{name}")
            post_delete.connect(_deleted, sender=source.model, dispatch_uid=f"search.deleted.{name}")


def _page_written(page: BasePage, **kwargs: Any) -> None:
    enqueue([documents.page_key(page.pk)])


def _page_removed(pk: int, **kwargs: Any) -> None:
    enqueue([documents.page_key(pk)])


def _pages_rewritten(pks: Iterable[int], **kwargs: Any) -> None:
    enqueue([documents.page_key(pk) for pk in pks])


def _space_saved(instance: Space, **kwargs: Any) -> None:
    fronts = SpacePage.objects.filter(space=instance).values_list("pk", flat=True)
    enqueue([documents.page_key(pk) for pk in fronts])


def _saved(instance: Any, raw: bool, update_fields: Any, **kwargs: Any) -> None:
    if not raw and not (update_fields is not None and UNNOTICED.issuperset(update_fields)):
        enqueue([documents.key_of(instance)])


def _deleted(instance: Any, **kwargs: Any) -> None:
    enqueue([documents.key_of(instance)])
