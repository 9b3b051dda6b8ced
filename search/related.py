"""More like this: pages that share their telling words with one that a person is reading."""

from __future__ import annotations

from typing import Any

from pages import kinds
from people.audiences import audience_tokens
from search import asking, finding
from search.documents import page_key
from search.engine.likeness import Likeness
from search.engines import Engine
from search.lag import behind
from search.results import Result

SHOWN = 5
BEGINNING = 4_000
"""Characters of a text that say what it is about."""


def related(page: Any, person: Any) -> list[Result]:
    """The pages most like a page, for the person who reads it; those with the same tags where there is no index."""
    tokens = audience_tokens(person)
    nothing: list[Result] = []
    return asking.ask(lambda engine: finding.rows(_alike(engine, page, tokens), person, tokens), nothing)[0]


def _alike(engine: Engine, page: Any, tokens: frozenset[str]) -> list[str]:
    asked = Likeness(
        number=engine.number(page_key(page.pk)),
        language=page.language,
        parts=_parts(page),
        tokens=tokens,
        kinds=kinds.news_of_space(),
        audience=page.audience_token,
        lag=behind(engine, tokens),
    )
    return [engine.key(number) for number in engine.alike(asked, SHOWN)]


def _parts(page: Any) -> tuple[tuple[str, float], ...]:
    tags = " ".join(label["name"] for label in page.labels)
    return ((page.title, 3.0), (tags, 3.0), (page.summary, 1.5), (page.plain[:BEGINNING], 1.0))
