"""Holds our reading and scoring against Whoosh's own, on the site's own index, before anybody relies on it."""

from __future__ import annotations

import logging
from heapq import nlargest
from itertools import islice

from search.engine import postings as disk
from search.engine.adapter import FileIndex, FileStorage, length_to_byte, query, scoring
from search.engine.reader import K1, B, Pool
from search.engine.scorer import NOWHERE, Word, best, match_all, match_any
from search.engine.vocabulary import words

logger = logging.getLogger(__name__)

QUERIES = 20


def agrees(pool: Pool, queries: int = QUERIES) -> bool:
    """Whether our scores of `queries` queries are those of Whoosh's scorer; True for an index with nothing to compare."""
    snapshot = pool.snapshot()
    if not snapshot.size:
        return True
    # Whoosh counts over all documents, ours over those for all staff: the formula is what is compared.
    snapshot = snapshot.counting_everything()
    fields = [name for name in snapshot.fields if name.startswith(("text_", "f_"))]
    if not fields:
        return True
    field = max(fields, key=snapshot.average_length)
    step = max(1, queries // 5)
    terms = [term for letter in "abcdefghijklmnopqrstuvwxyz" for term in islice(words(snapshot, field, letter), step)]
    index = FileIndex(FileStorage(str(pool.path / snapshot.pointer.folder)))
    with index.searcher(weighting=scoring.BM25F(B=B, K1=K1)) as stock:
        for number in range(min(queries, len(terms))):
            chosen = [terms[number], terms[(number * 7 + 3) % len(terms)]][: 1 + number % 2]
            matched = match_all if number % 4 == 1 else match_any
            ours = matched(snapshot, [Word(((field, term, 1.0),)) for term in dict.fromkeys(chosen)])
            compound = query.And if matched is match_all else query.Or
            asked = compound([query.Term(field, term) for term in dict.fromkeys(chosen)])
            theirs = [hit.score for hit in stock.search(asked, limit=10)]
            ours[~snapshot.alive] = NOWHERE
            mine = [score for _at, score in best(ours, 10, snapshot.ties())]
            if len(mine) != len(theirs) or any(abs(a - b) > 1e-3 for a, b in zip(mine, theirs, strict=True)):
                logger.warning("scores of %s differ from Whoosh's: %s and %s", chosen, mine[:3], theirs[:3])
                return False
    return True


def reads_alike(pool: Pool, terms: int = QUERIES) -> bool:
    """Whether both ways of reading postings give the same: a few milliseconds, for every process that reads."""
    for segment in pool.snapshot().segments[:1]:
        for field in [name for name in segment.reader.indexed_field_names() if name.startswith("text_")][:1]:
            lengths = segment.lengths(field)
            with segment.lock:
                if any(
                    lengths[number] != length_to_byte(segment.reader.doc_field_length(number, field))
                    for number in range(min(terms, segment.size))
                ):
                    return False
                # Common and rare ones: they are read in different ways.
                counts = dict(islice(disk.frequencies(segment.reader, field, b""), 20 * terms))
                for term in [*nlargest(terms // 2, counts, key=counts.__getitem__), *islice(counts, terms // 2)]:
                    numbers, weights = disk.postings(segment.reader, field, term) or ((), ())
                    mine = dict(zip(map(int, numbers), map(float, weights), strict=True))
                    deleted = segment.reader.deleted_docs_set if hasattr(segment.reader, "deleted_docs_set") else ()
                    matcher = segment.reader.postings(field, term)
                    while matcher.is_active():
                        if mine.pop(matcher.id(), None) != matcher.weight():
                            return False
                        matcher.next()
                    if not mine.keys() <= set(deleted) or counts[term] != segment.reader.doc_frequency(field, term):
                        return False
    return True


def check_quickly(pool: Pool) -> None:
    """`check` without the scores, before the first search of a process."""
    try:
        good = reads_alike(pool)
    except (AttributeError, TypeError):
        logger.exception("Whoosh is not the one that this was written for")
        good = False
    if not good:
        logger.warning("searching through Whoosh's public interface: slower, and sure")
        disk.fast_reading(False)


def check(pool: Pool) -> None:
    """Compares once; where private names of Whoosh have moved, reads postings through its public interface from then on."""
    try:
        good = agrees(pool)
    except (AttributeError, TypeError):
        logger.exception("Whoosh is not the one that this was written for")
        good = False
    if not good:
        logger.warning("searching through Whoosh's public interface: slower, and sure")
        disk.fast_reading(False)
