"""A hash by which a private feed can be answered with 304 without making it.

The feed depends only on settings and on the columns of the feed, its pages and their recordings. One prepared statement
reads the columns, which takes 2 ms of CPU time; making the feed takes 11 (`make bench`). `feed_entry()` of each kind must
read nothing else, which a test checks.
"""

import hashlib
import pickle
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Case, F, TextField, Value, When

from media.models import Recording
from pages import kinds, searches
from pages.access import visible_to
from pages.columns import PENDING
from pages.models import BasePage
from pages.prepared import PreparedQuery
from people.audiences import audience_tokens
from syndication.models import PrivateFeed
from syndication.private_feeds import MAX_ITEMS, narrowed, selected, sign_media, title_of

TYPES = {"space": int, "tag": str, "author": int}
# Long columns that no feed contains.
UNUSED = {"body", "headings", "plain"}
# A page without a summary is summarised by its text.
EXCERPT = Case(When(summary="", then=F("plain")), default=Value(""), output_field=TextField())
CODE = ("syndication", "pages", "text")


def state_of(feed: PrivateFeed) -> str:
    """A hash that changes at least whenever the feed does; "" if only making the feed can tell."""
    if feed.search:
        return searches.searcher().state(feed.search, feed.owner)
    if feed.kind and feed.kind not in kinds.items():
        return ""  # the app is no longer installed
    values = narrowed(feed)
    found = _pages(feed.kind, frozenset(values)).stored(feed.owner, **values)
    # Pages to be rendered for this response, or without a date, for which the current time is used.
    if any(row[0] == PENDING or row[1] is None for row in found):
        return ""
    facts = (title_of(feed), sorted(audience_tokens(feed.owner)), settings.INTRANET_URL, settings.LANGUAGE_CODE)
    return _hash((*facts, sign_media(feed, ""), _code(), found))


def _hash(value: Any) -> str:
    written = BytesIO()
    pickler = pickle.Pickler(written, protocol=5)
    pickler.fast = True  # without references, so that equal values give equal bytes
    pickler.dump(value)
    return hashlib.blake2b(written.getbuffer(), digest_size=16).hexdigest()


@lru_cache(maxsize=64)
def _pages(kind: str, narrowed_by: frozenset[str]) -> PreparedQuery:
    def build(reader: Any, **values: Any) -> Any:
        pages = selected(visible_to(reader, BasePage.objects.all()), kind, **values)
        return pages.values_list(*_columns(), EXCERPT)[:MAX_ITEMS]

    return PreparedQuery(build, **{name: TYPES[name] for name in narrowed_by})


@cache
def _columns() -> list[str]:
    """Text and date first, then all other columns of a page of any kind and of its recordings."""
    found = ["html", "first_published_at"]
    found += [field.attname for field in BasePage._meta.concrete_fields if field.attname not in {*UNUSED, *found}]
    for name in sorted(kinds.items()):
        model = kinds.by_name()[name]
        link = model._meta.get_ancestor_link(BasePage)
        for field in model._meta.local_concrete_fields:
            if field is not link and field.name != model.kind.transcript_field:
                found.append(f"{link.related_query_name()}__{field.attname}")
            if field.name in model.kind.media_fields and field.related_model is Recording:
                path = f"{link.related_query_name()}__{field.name}"
                found += [f"{path}__{column.attname}" for column in Recording._meta.concrete_fields]
    return found


@cache
def _code() -> str:
    """A hash of the code that makes feeds: another version may write other bytes."""
    root = Path(__file__).resolve().parent.parent
    names = sorted({*CODE, *(kinds.by_name()[name]._meta.app_label for name in kinds.items())})
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(path for name in names for path in (root / name).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
