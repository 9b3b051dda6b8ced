"""Consistency of the search index with the pages, and of stored files with the rows that name them."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.files.storage import storages
from django.db.models import FileField

from pages.consistency import CHUNK, Fault, Watched, unwatched
from search import documents, engines, indexer, outbox
from search.engine.store import UNREADABLE
from search.models import OutboxEntry
from syndication.models import ReleasedMedia

COMPARED = ("k_audience", "k_kind", "k_space", "k_author", "k_tag")


def check_index(watched: Watched = unwatched) -> Iterator[Fault]:
    """The index has exactly what can be found, with the right audience. Entries in the outbox are not a fault."""
    if not engines.keeps_outbox() or engines.is_remote():
        return
    try:
        snapshot = engines.readers().snapshot()
    except UNREADABLE as problem:
        yield Fault("the search index", f"cannot be read: {problem}", indexer.request_rebuild)
        return
    waiting = set(OutboxEntry.objects.values_list("key", flat=True))
    held = {snapshot.key(number): number for number in range(snapshot.size) if snapshot.alive[number]}
    for source in documents.sources():
        pks = list(source.queryset().order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(pks), CHUNK):
            keys = [documents.key_of(source.model(pk=pk)) for pk in pks[start : start + CHUNK]]
            found, _gone = documents.read(keys)
            for document in found:
                number = held.pop(document["key"], None)
                if document["key"] not in waiting and not _agrees(snapshot, number, document):
                    yield _unlike(
                        document["key"], "is not in the index" if number is None else "is otherwise in the index"
                    )
            watched(len(keys))
    for key in held.keys() - waiting:
        yield _unlike(key, "is in the index, but no one can find it")


def _agrees(snapshot: Any, number: int | None, document: dict[str, Any]) -> bool:
    if number is None:
        return False
    for name in COMPARED:
        wanted = document.get(name) or ()
        wanted = (wanted,) if isinstance(wanted, str) else tuple(sorted(set(wanted)))
        if snapshot.column(name).of(number) != wanted:
            return False
    at = document.get("at")
    return at is None or int(snapshot.times()[number]) == at


def _unlike(key: str, says: str) -> Fault:
    return Fault(key.replace(":", " "), says, lambda: outbox.enqueue([key]))


def check_media(watched: Watched = unwatched) -> Iterator[Fault]:
    """Each file of a row exists and has the right length. Only a backup can restore a missing one."""
    for model in apps.get_models():
        columns = [field for field in model._meta.local_concrete_fields if isinstance(field, FileField)]
        for item in model._base_manager.all().iterator(CHUNK) if columns else ():
            for column in columns:
                file = getattr(item, column.name)
                if file:
                    yield from _check_file(
                        f"{model._meta.verbose_name} {item.pk}", file.storage, file.name, _length(item)
                    )
            watched(1)
    for item in ReleasedMedia.objects.iterator(CHUNK):
        yield from _check_file(f"public file {item.pk}", storages["public"], item.storage_name, None)
        watched(1)


def _length(item: Any) -> int | None:
    return getattr(item, "length", None) or getattr(item, "file_size", None)


def _check_file(about: str, storage: Any, name: str, length: int | None) -> Iterator[Fault]:
    if not storage.exists(name):
        yield Fault(about, f"its file is missing: {name}")
    elif length and storage.size(name) != length:
        yield Fault(about, f"its file {name} has {storage.size(name):,} bytes and should have {length:,}")
