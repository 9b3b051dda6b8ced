"""Documents as OpenSearch keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from search.engine import schema
from search.engine.analysis import LANGUAGES
from search.opensearch import weighing

Json = dict[str, Any]

GAP = "_"
"""Stands between the parts of a document, so that no phrase spans two. No word is written like this."""
SETTINGS: Json = {
    "index": {
        "analysis": {
            "filter": {"gaps": {"type": "stop", "stopwords": [GAP]}},
            "analyzer": {"terms": {"type": "custom", "tokenizer": "whitespace", "filter": ["gaps"]}},
        },
    }
}
TERMS_FIELD: Json = {"type": "text", "analyzer": "terms", "similarity": "boolean"}
MAPPINGS: Json = {
    "dynamic": False,
    "_meta": {"version": schema.VERSION},
    "properties": {
        "key": {"type": "keyword"},
        "at": {"type": "long"},
        "gone": {"type": "boolean"},
        "length": {"type": "integer"},
        "name": TERMS_FIELD,
        **{
            start + language: TERMS_FIELD
            for start in (schema.TEXT, schema.TITLE, schema.ANCHOR, weighing.OFTEN)
            for language in LANGUAGES
        },
        schema.WORDS: TERMS_FIELD,
        **{
            name: {"type": "keyword"}
            for name in "k_title k_kind k_audience k_space k_author k_tag k_lang k_links k_anchor k_year k_type".split()
        },
    },
}


def token_stream(positions: Mapping[str, list[int]]) -> str:
    """The terms of a text at their places, as one text that a server takes apart at its blanks."""
    last = max((places[-1] for places in positions.values() if places), default=-1)
    stream = [GAP] * (last + 1)
    for term, places in positions.items():
        for place in places:
            stream[place] = term
    return " ".join(stream)


def body(document: Mapping[str, Any]) -> Json:
    """A document of the index as JSON. What only django-modelsearch reads is left out: it has its own indexes there."""
    found: Json = {}
    for name, value in document.items():
        if name in MAPPINGS["properties"]:
            counted = schema.kept(name) is schema.Kept.COUNTS
            found[name] = " ".join(value) if counted else token_stream(value) if isinstance(value, dict) else value
            if name.startswith(schema.TEXT):
                found[weighing.OFTEN + name.removeprefix(schema.TEXT)] = " ".join(weighing.often(value))
    found["length"] = len(document["name"]) if isinstance(document.get("name"), dict) else 0
    return found
