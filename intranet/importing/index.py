"""Adds imported pages to the search index, in batches."""

from collections.abc import Iterable
from contextlib import suppress

from modelsearch import index

from intranet.importing.progress import Progress
from pages.models import BasePage
from search import documents, engines, indexer, outbox
from search.engine.store import IndexBusy, IndexUnavailable
from search.models import OutboxEntry

#: Changes written at once: it takes hundreds of megabytes, but nothing has to be merged afterwards.
IN_ONE_SEGMENT = 8_000


def index_pages(written: set[int], relinked: Iterable[int], progress: Progress) -> None:
    """Index everything in the outbox. If a worker is already indexing, it does the rest.

    `relinked` pages got a link after they were queued; those already indexed are queued again, because the text of a
    link counts for the page that it leads to.
    """
    if not engines.keeps_outbox():
        for page in BasePage.objects.filter(pk__in=written).specific().iterator(chunk_size=200):
            index.insert_or_update_object(page)
            progress.add(1)
        return
    waiting = set(OutboxEntry.objects.values_list("key", flat=True))
    keys = {documents.page_key(pk) for pk in relinked} - waiting
    outbox.enqueue(sorted(keys))
    try:
        indexer.drain_all(IN_ONE_SEGMENT, progress.add)
    except IndexUnavailable:
        # No index yet, or a broken one; a new one is built from the database.
        with suppress(IndexBusy):
            indexer.rebuild(progress.add)
    except IndexBusy:
        pass
