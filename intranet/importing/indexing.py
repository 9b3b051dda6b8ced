"""Puts what was imported into the search index, in batches, whatever keeps that index."""

from collections.abc import Iterable
from contextlib import suppress

from modelsearch import index

from intranet.importing.reporting import Progress
from pages.models import BasePage
from search import documents, engines, indexer, outbox
from search.engine.store import IndexBusy, IndexUnavailable
from search.models import OutboxEntry

IN_ONE_SEGMENT = 8_000
"""Changes that are written at once: hundreds of megabytes meanwhile, but nothing has to be merged afterwards."""


def index_pages(written: set[int], relinked: Iterable[int], progress: Progress) -> None:
    """Writes all that waits for the index. Where a worker is at it already, or is making the first index
    of a new site, it is left the rest: what was imported is written down for it.

    `relinked` pages got a link after they were written down for the indexer; those that it has taken since are
    written down again, because the words of a link belong to the page that it leads to.
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
        # There is none yet, or none that can be read; the new one is made from all that the database holds.
        with suppress(IndexBusy):
            indexer.rebuild(progress.add)
    except IndexBusy:
        pass
