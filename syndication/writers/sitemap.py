"""Sitemaps 0.9: https://www.sitemaps.org/protocol.html."""

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

from syndication.writers.elements import rfc3339

CONTENT_TYPE = "application/xml; charset=utf-8"
LIMIT = 50_000  # addresses in one file, by the protocol


def write(places: Iterable[tuple[str, datetime]]) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ]
    for address, changed_at in places:
        lines.append(f"<url><loc>{escape(address)}</loc><lastmod>{rfc3339(changed_at)}</lastmod></url>")
    lines.append("</urlset>")
    return "\n".join(lines).encode()
