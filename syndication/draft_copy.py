"""The public text of a page that is still being written, for its preview. Nothing is stored."""

import secrets
from typing import Any

from syndication.copies import inside
from syndication.public_text import PublicText
from text.markup import TextTooLong


def draft_copy(page: Any) -> dict[str, Any] | None:
    """Title, summary, HTML and tags as they would be released, and what is withheld; None for too long a text."""
    mark = f"/-/{secrets.token_hex(8)}"
    try:
        text = PublicText(page, mark)
    except TextTooLong:
        return None
    return {
        "title": text.words(page.title),
        "summary": text.words(page.summary),
        "html": inside(text, mark),
        "tags": [text.words(label["name"]) for label in page.labels],
        "authors": [author["name"] for author in page.byline],
        "withheld": text.withheld,
    }
