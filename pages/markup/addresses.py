"""Tells addresses apart: of this site, of the web, of stored media, or none that a link may have."""

import re

from pages.markup.sanitise import SCHEMES

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
_MEDIA = re.compile(r"(picture|recording|file):([0-9]{1,9})\Z")
# Browsers drop these inside an address before they look at its scheme.
_DROPPED_BY_BROWSERS = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]")


def media_of(address: str) -> tuple[str, int] | None:
    """("picture", 12) for "picture:12"."""
    found = _MEDIA.match(address)
    return (found[1], int(found[2])) if found else None


def kind_of(address: str) -> str:
    """ "web" for another site, "mail" for mail and telephone, "path" for this site, "" for what may not be linked."""
    address = _DROPPED_BY_BROWSERS.sub("", address).replace("\\", "/")
    scheme = _SCHEME.match(address)
    if scheme:
        name = scheme[1].lower()
        if name in ("http", "https"):
            return "web"
        return "mail" if name in SCHEMES else ""
    if address.startswith("//"):
        return "web"
    # A colon before any slash would be read as a scheme by somebody.
    return "" if ":" in re.split(r"[/?#]", address, maxsplit=1)[0] else "path"
