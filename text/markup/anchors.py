"""Names made from words: the id of a heading and the key under which a wiki link looks for its page."""

import re
import unicodedata
from urllib.parse import unquote

from text.invisible import JOINERS
from text.slugs import slug

MAX_LENGTH = 80
MAX_PART = 200
_BLANKS = re.compile(r"[ \t\n]+")
#: Ids that our templates put on pages with somebody's text; `tests/text/test_anchors.py` compares them with the templates.
OURS = frozenset(
    """
    main site-search contents-title tend-title below-this-page related-title transcript transcript-title parts
    drafts-title posts-title newest-title notes-title episodes-title public-title written-title wiki-title
    preview-title conflict-title error-summary-title again-title again-body wiki-paths own
    """.split()
)
# Inputs of Django's forms, footnotes, and what is numbered: a heading must not take the place of a label's target.
_OURS_BY_BEGINNING = re.compile(r"id_|fn-|fnref-|comment-\d|feed-\d|audience-")
_LIKE_AN_ID = re.compile(r"[\w\-]+\Z")


def heading_id(text: str) -> str:
    """The id of a heading in the manner of GitHub: small letters, dashes for blanks; applying it twice changes nothing.

    Marks are parts of letters and stay: without them words of Hindi or Thai could not be read.
    """
    words = "".join(filter(_in_an_id, unicodedata.normalize("NFC", text).strip().lower()))
    anchor = unicodedata.normalize("NFC", _cut(_BLANKS.sub("-", words)).strip("-")) or "section"
    return f"section-{anchor}" if anchor in OURS or _OURS_BY_BEGINNING.match(anchor) else anchor


def local_anchor(fragment: str) -> str:
    """Where `[words](#fragment)` leads in its own text: to the heading it was right for elsewhere; else as typed."""
    typed = unquote(fragment)
    plain = "".join(sign for sign in typed if unicodedata.category(sign)[0] != "M" and sign not in JOINERS)
    found = heading_id(typed) if _LIKE_AN_ID.match(plain) else typed
    # A link to a footnote, to a place in a recording, to an input: these are not headings.
    return typed if _OURS_BY_BEGINNING.match(typed) else found


def _in_an_id(sign: str) -> bool:
    return sign.isalnum() or sign in "_- \t\n" or unicodedata.category(sign)[0] in "MN"


def _cut(anchor: str) -> str:
    """At most so many characters, never within a letter and its marks."""
    end = MAX_LENGTH
    while 0 < end < len(anchor) and unicodedata.category(anchor[end])[0] == "M":
        end -= 1
    return anchor[:end]


def link_key(target: str) -> str:
    """The slug path that a link target means: "Team / Getting Started" and "team/getting-started" are one page.

    A space prefix ("operations:rota") stays in front, so that keys of two spaces never meet.
    """
    space, colon, path = target.rpartition(":")
    parts = (slug(part, longest=MAX_PART) for part in path.split("/"))
    return f"{slug(space)}{colon}" + "/".join(part for part in parts if part)
