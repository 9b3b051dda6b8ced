"""Identifiers made from words: heading ids, and the keys by which wiki links find pages."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

from text.invisible import JOINERS
from text.slugs import slug

MAX_LENGTH = 80
MAX_PART = 200
_BLANKS = re.compile(r"[ \t\n-]+")
#: Ids that our templates use around rendered text; `tests/text/test_anchors.py` compares the two.
OURS = frozenset(
    """
    main site-search contents-title tend-title below-this-page related-title transcript transcript-title parts
    drafts-title posts-title newest-title notes-title episodes-title public-title written-title wiki-title
    preview-title conflict-title error-summary-title again-title again-body own
    comments comments-title talk-form who-reads
    """.split()
)
# Form inputs, footnotes, and numbered ids: a heading must not become the target of a label.
_OURS_BY_BEGINNING = re.compile(r"id_|fn-|fnref-|comment-\d|feed-\d|audience-")
_LIKE_AN_ID = re.compile(r"[\w\-]+\Z")


def heading_id(text: str) -> str:
    """The id of a heading, in the manner of GitHub: lower case, one hyphen for each run of spaces and hyphens. Idempotent.

    GitHub has two hyphens where a sign fell out (`a--b` for "A & B"); so `local_anchor` finds that id too.

    Combining marks stay: Hindi or Thai could not be read without them.
    """
    words = "".join(filter(_in_an_id, unicodedata.normalize("NFC", text).strip().lower()))
    anchor = unicodedata.normalize("NFC", _cut(_BLANKS.sub("-", words)).strip("-")) or "section"
    return f"section-{anchor}" if anchor in OURS or _OURS_BY_BEGINNING.match(anchor) else anchor


def local_anchor(fragment: str) -> str:
    """The target of `[words](#fragment)`: the heading that it would be elsewhere, or the fragment as typed."""
    typed = unquote(fragment)
    plain = "".join(sign for sign in typed if unicodedata.category(sign)[0] != "M" and sign not in JOINERS)
    found = heading_id(typed) if _LIKE_AN_ID.match(plain) else typed
    # Footnotes, times in a recording and inputs are not headings.
    return typed if _OURS_BY_BEGINNING.match(typed) else found


def _in_an_id(sign: str) -> bool:
    return sign.isalnum() or sign in "_- \t\n" or unicodedata.category(sign)[0] in "MN"


def _cut(anchor: str) -> str:
    """At most MAX_LENGTH characters, never between a letter and its marks."""
    end = MAX_LENGTH
    while 0 < end < len(anchor) and unicodedata.category(anchor[end])[0] == "M":
        end -= 1
    return anchor[:end]


@lru_cache(maxsize=1_000)  # a text asks for each of its targets several times
def link_key(target: str) -> str:
    """The slug path of a link target: "Team / Getting Started" and "team/getting-started" are the same page.

    A space prefix ("operations:rota") stays in front, so that keys of two spaces never collide.
    """
    space, colon, path = target.rpartition(":")
    parts = (slug(part, longest=MAX_PART) for part in path.split("/"))
    return f"{slug(space)}{colon}" + "/".join(part for part in parts if part)
