"""Names made from words: the id of a heading and the key under which a wiki link looks for its page."""

import re
import unicodedata

from text.slugs import slug

MAX_LENGTH = 80
MAX_PART = 200
_NOT_IN_AN_ID = re.compile(r"[^\w\- ]+")
_BLANKS = re.compile(r"[ \t\n]+")
# Ids that our templates and Django's forms use; a heading must not take the place of a form's label target.
_RESERVED = re.compile(r"id_|(?:content|main|top|toc|footer|header|navigation|search|skip)\Z|fn-|fnref-")


def heading_id(text: str) -> str:
    """The id of a heading in the manner of GitHub: small letters, dashes for blanks; applying it twice changes nothing."""
    words = _NOT_IN_AN_ID.sub("", unicodedata.normalize("NFC", text).strip().lower())
    anchor = _BLANKS.sub("-", words)[:MAX_LENGTH].strip("-") or "section"
    return f"section-{anchor}" if _RESERVED.match(anchor) else anchor


def link_key(target: str) -> str:
    """The slug path that a link target means: "Team / Getting Started" and "team/getting-started" are one page.

    A space prefix ("operations:rota") stays in front, so that keys of two spaces never meet.
    """
    space, colon, path = target.rpartition(":")
    parts = (slug(part, longest=MAX_PART) for part in path.split("/"))
    return f"{slug(space)}{colon}" + "/".join(part for part in parts if part)
