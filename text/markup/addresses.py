"""Kinds of addresses: on this site, on the web, stored media, or not allowed in a link."""

import re
import unicodedata

from text.markup.sanitise import SCHEMES

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
_MEDIA = re.compile(r"(picture|recording|file):([0-9]{1,9})\Z")
# Browsers remove these from an address before they read its scheme.
_DROPPED_BY_BROWSERS = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]")


# Punctuation of scripts without spaces. "・" and "·" occur in names, so they do not end a path.
_ENDS_AN_ADDRESS = re.compile(
    "[\u3001-\u3003\u3008-\u3011\u3014-\u301f\uff01\uff02\uff07-\uff0c\uff0e\uff1a\uff1b\uff1f\uff3b\uff3d\uff5b-\uff65"
    "\u201c\u201d\u2026\u3000\u0964\u0965\u060c\u061b\u061f\u06d4\u1362-\u1368\u17d4\u17d5\u104a\u104b]"
)
_HOST = re.compile(r"(?:https?://)?[^/?#]*", re.IGNORECASE)
_IN_A_HOST = "·・"


def end_of_address(text: str) -> int:
    """Where an address at the start of `text` ends: before the punctuation of the sentence around it."""
    host = _HOST.match(text)
    for at, sign in enumerate(text[: host.end()] if host else ""):
        if ord(sign) > 127 and sign not in _IN_A_HOST and unicodedata.category(sign)[0] in "PSZ":
            return at
    found = _ENDS_AN_ADDRESS.search(text)
    return found.start() if found else len(text)


def is_whole_address(text: str) -> bool:
    """Whether anything of a host is left."""
    return bool(text.removeprefix("https://").removeprefix("http://").removeprefix("www."))


def media_of(address: str) -> tuple[str, int] | None:
    found = _MEDIA.match(address)
    return (found[1], int(found[2])) if found else None


def kind_of(address: str) -> str:
    """ "web" for another site, "mail" for mail and telephone, "path" for this site, "" for what must not be a link."""
    address = _DROPPED_BY_BROWSERS.sub("", address).replace("\\", "/")
    scheme = _SCHEME.match(address)
    if scheme:
        name = scheme[1].lower()
        if name in ("http", "https"):
            return "web"
        return "mail" if name in SCHEMES else ""
    if address.startswith("//"):
        return "web"
    # Some browser might read a colon before the first slash as a scheme.
    return "" if ":" in re.split(r"[/?#]", address, maxsplit=1)[0] else "path"
