"""More like this: pages that share their telling words with one that a person is reading."""

from __future__ import annotations

import logging
from typing import Any

from pages.access import audience_tokens, visible_to
from pages.models import BasePage
from search import engines, finding
from search.documents import Result, page_key
from search.engine.likeness import Likeness, alike
from search.engine.store import DAMAGE, IndexUnavailable

logger = logging.getLogger(__name__)

SHOWN = 5
KINDS = frozenset({"blog", "wiki", "episode", "show"})
BEGINNING = 4_000
"""Characters of a text that say what it is about."""
UNREADABLE: tuple[type[Exception], ...] = (IndexUnavailable, *DAMAGE)


def related(page: Any, person: Any) -> list[Result]:
    """The pages most like a page, for the person who reads it; those with the same tags where there is no index."""
    tokens = audience_tokens(person)
    try:
        snapshot = engines.readers().snapshot()
        asked = Likeness(
            number=snapshot.number(page_key(page.pk)),
            language=page.language,
            parts=_parts(page),
            tokens=tokens,
            kinds=KINDS,
            withheld=finding.withheld(snapshot, person, tokens),
        )
        keys = [snapshot.key(number) for number in alike(snapshot, asked, SHOWN)]
    except UNREADABLE:
        logger.info("pages like another are looked for without the index")
        keys = _with_its_tags(page, person)
    return finding.rows(keys, person, tokens)


def _parts(page: Any) -> tuple[tuple[str, float], ...]:
    tags = " ".join(label["name"] for label in page.labels)
    return ((page.title, 3.0), (tags, 3.0), (page.summary, 1.5), (page.plain[:BEGINNING], 1.0))


def _with_its_tags(page: Any, person: Any) -> list[str]:
    tags = [label["slug"] for label in page.labels]
    pages = visible_to(person, BasePage.objects.filter(tagged_items__tag__slug__in=tags)).exclude(pk=page.pk)
    return [page_key(pk) for pk in pages.distinct().newest_first().values_list("pk", flat=True)[:SHOWN]]
