"""What one may mean by the letters typed so far: pages, people, spaces, tags and frequent queries, in groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import chain
from typing import Any
from urllib.parse import unquote, urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from pages.written_links import written_links
from people.audiences import audience_tokens
from search import asking, finding, frequent
from search.engine.words import fold, words
from search.engines import Engine
from search.lag import behind, read_along
from search.parameters import labels
from search.plan import NAMED
from search.query import parse
from search.request import Lag, SearchRequest
from search.results import Result
from text.slugs import slug as slug_of

MAX_TAGS = 3
MAX_QUERIES = 3
LONGEST = 200
MAX_PEOPLE_SCANNED = 12
"""Beyond those that are shown: the index weighs a last name as it does a first one."""


def suggestions(text: str, person: Any, count: int = 8, *, within: str | None = None) -> list[dict[str, Any]]:
    """Names of which each word typed so far begins a word, best group first; then tags, and what others look for.

    Each suggestion has `title` (and its `language`), `url`, `kind`, `kind_label`, `space`, the `group` that it is in, and
    `where`: the space, and of equal titles whatever tells them apart. For who writes a text of the space `within`, those of
    pages and people have the `link` to type, too.
    """
    tokens = audience_tokens(person)
    typed = " ".join(text.split())[:LONGEST]
    if not typed or not tokens:
        return []
    nothing: list[dict[str, Any]] = []
    found = asking.ask(lambda engine: _suggested(engine, typed, person, tokens, count), nothing)[0]
    if within is not None:
        _add_links(found, within, tokens)
    return found


def tags(text: str, person: Any, count: int = 8) -> list[dict[str, str]]:
    """Tags of pages that `person` can read which begin so, for a field that takes their names."""
    tokens = audience_tokens(person)
    typed = " ".join(text.split())[:LONGEST]
    if not typed or not tokens:
        return []
    nothing: list[dict[str, Any]] = []

    def named(engine: Engine) -> list[dict[str, Any]]:
        withheld = behind(engine, tokens, read_along()[0]).withheld
        return _tags(engine, typed, tokens, withheld, count)

    found = asking.ask(named, nothing)[0]
    return [{"title": one["title"], "where": "", "language": "", "text": one["title"]} for one in found]


def _add_links(found: list[dict[str, Any]], within: str, tokens: frozenset[str]) -> None:
    for one in found:
        if one["kind"] == "person":
            one["link"] = f"@{unquote(one['url'].rstrip('/').rpartition('/')[2])} "
    pages = [one for one in found if one["kind"] != "space" and one["url"].startswith("/spaces/")]
    named = [(one["title"], one["url"]) for one in pages]
    for one, link in zip(pages, written_links(named, within=within, tokens=tokens), strict=True):
        one["link"] = link


def _suggested(engine: Engine, typed: str, person: Any, tokens: frozenset[str], count: int) -> list[dict[str, Any]]:
    waiting, decided = read_along()
    lag = behind(engine, tokens, waiting)
    # What was closed a moment ago is in the index still, and takes the place of nothing.
    wanted = MAX_PEOPLE_SCANNED + count + len(lag.withheld)
    forms = [typed, *decided.synonyms.other_forms(typed)]
    numbers = chain.from_iterable(engine.complete(form, tokens, wanted, lag) for form in forms)
    keys = [engine.key(number) for number in dict.fromkeys(numbers)]
    rows = finding.rows(keys, person, tokens)
    named = _in_their_places(rows, lambda row: row.kind == "person", lambda row: _distance(row, typed))
    named = _in_their_places(named, lambda row: row.kind not in NAMED, lambda row: not _wrote(person, row))[:count]
    where = _told_apart(named)
    tags = _tags(engine, typed, tokens, lag.withheld)
    queries = _queries(engine, typed, tokens, lag)
    found = [
        {
            "uid": row.uid,
            "kind": row.kind,
            "kind_label": row.kind_label,
            "title": row.title,
            "language": row.language,
            "url": row.url,
            "space": row.space.name if row.space else "",
            "where": where[row.uid],
        }
        for row in named
    ]
    return _grouped([*found, *tags, *queries])


def _in_their_places(
    rows: list[Result], belongs: Callable[[Result], bool], key: Callable[[Result], int]
) -> list[Result]:
    """Some of the rows in another order, in the places that they have among the others."""
    some = iter(sorted(filter(belongs, rows), key=key))
    return [next(some) if belongs(row) else row for row in rows]


def _wrote(person: Any, row: Result) -> bool:
    return any(author.get("username") == person.username for author in row.authors)


def _told_apart(rows: list[Result]) -> dict[str, str]:
    """Where each of the rows is, by uid: its space; of equal titles the place in it, else the address."""
    where = {row.uid: row.space.name if row.space else "" for row in rows}
    paths: list[Callable[[Result], str]] = [lambda row: " › ".join([where[row.uid], *row.above]), lambda row: row.url]
    for path in paths:
        told = Counter((row.title, where[row.uid]) for row in rows)
        where |= {row.uid: path(row) for row in rows if told[row.title, where[row.uid]] > 1}
    return where


def _distance(row: Result, typed: str) -> int:
    """Of a person: the whole username or a whole name, then the beginning of the first name, of the username, and of any other name."""
    asked, names = " ".join(words(typed)), words(row.title)
    username = fold(row.url.rstrip("/").rpartition("/")[2])
    nearest = [
        asked == username,
        asked in names or asked == " ".join(names),
        " ".join(names).startswith(asked),
        username.startswith(asked),
    ]
    return next((distance for distance, holds in enumerate(nearest) if holds), len(nearest))


def _grouped(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same in groups, in the order in which the best of each came."""
    names = {"person": _("People"), "space": _("Spaces"), "tag": _("Tags"), "query": _("Searches")}
    for one in found:
        one["group"] = names.get(one["kind"], _("Pages and files"))
        one.setdefault("language", "")
        one.setdefault("where", "")
    order = list(dict.fromkeys(one["group"] for one in found))
    return sorted(found, key=lambda one: order.index(one["group"]))


def _tags(
    engine: Engine, typed: str, tokens: frozenset[str], withheld: frozenset[Any], count: int = MAX_TAGS
) -> list[dict[str, Any]]:
    """Tags that begin so, those first that are on most pages that the reader may see; no tag that is on none."""
    beginning = slug_of(typed)
    if not beginning:
        return []
    best = engine.tags(beginning, tokens, withheld)[:count]
    named = labels("tag", best)
    search = reverse("search:search")
    return [
        {
            "uid": f"tag:{slug}",
            "kind": "tag",
            "kind_label": _("Tag"),
            "title": named.get(slug, {}).get("label", slug),
            "url": f"{search}?{urlencode({'tag': slug})}",
            "space": "",
        }
        for slug in best
    ]


def _queries(engine: Engine, typed: str, tokens: frozenset[str], lag: Lag) -> list[dict[str, Any]]:
    search = reverse("search:search")
    return [
        {
            "uid": f"query:{query}",
            "kind": "query",
            "kind_label": _("Search"),
            "title": query,
            "url": f"{search}?{urlencode({'q': query})}",
            "space": "",
        }
        for query in found_queries(engine, frequent.queries(typed), tokens, lag)[:MAX_QUERIES]
    ]


def frequent_for(person: Any, count: int = 5) -> list[str]:
    """What is searched for most, as far as it finds something for this person."""
    queries, tokens = frequent.queries(), audience_tokens(person)
    if not queries or not tokens:
        return []
    nothing: list[str] = []
    found, _degraded = asking.ask(
        lambda engine: found_queries(engine, queries, tokens, behind(engine, tokens)),
        nothing,
        use_fallback=False,
    )
    return found[:count]


def found_queries(engine: Engine, queries: list[str], tokens: frozenset[str], lag: Lag) -> list[str]:
    """Those queries that find something for this reader: others would tell her what there is beyond her door."""
    return [
        query
        for query in queries
        if engine.answer(SearchRequest(parse(query), tokens, count=1, strict=True, lag=lag)).total
    ]
