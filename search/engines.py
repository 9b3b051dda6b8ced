"""Which search backend the site runs on, and where its index lies."""

from __future__ import annotations

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from modelsearch import signal_handlers
from modelsearch.index import get_indexed_models

from search.backends.whoosh import pool
from search.engine import selftest
from search.engine.reader import Pool
from search.engine.store import IndexUnavailable, Store

_checked: set[str] = set()
WHOOSH = "search.backends.whoosh"


def configured() -> dict[str, object]:
    return settings.WAGTAILSEARCH_BACKENDS["default"]


def keeps_outbox() -> bool:
    """Whether the site has an index of its own that an indexer must keep."""
    return configured()["BACKEND"] == WHOOSH


def path() -> str:
    return str(configured()["PATH"])


def store() -> Store:
    return Store(path(), durable=bool(configured().get("DURABLE", True)))


def readers() -> Pool:
    """The pool of readers of this process; `IndexUnavailable` where the site has no index of its own."""
    if not keeps_outbox():
        raise IndexUnavailable("another backend answers")
    readers_here = pool(path())
    if path() not in _checked:
        _checked.add(path())
        selftest.check_quickly(readers_here)
    return readers_here


def stop_needless_tasks() -> None:
    """Keeps modelsearch from queueing a task for every save where no backend updates itself.

    Its handler asks no `AUTO_UPDATE`; only the task does, when a worker has come round to it. Models say here that they
    are not followed, for handlers that are connected after us, and let go of those that are there.
    """
    if any(backend.get("AUTO_UPDATE", True) for backend in settings.WAGTAILSEARCH_BACKENDS.values()):
        return
    for model in get_indexed_models():
        model.search_auto_update = False
        post_save.disconnect(signal_handlers.post_save_signal_handler, sender=model)
        post_delete.disconnect(signal_handlers.post_delete_signal_handler, sender=model)
