"""Turns the Markdown that people write into safe HTML, plain text, headings and links.

Knows nothing of the database: what a link, a mention or a picture leads to is asked of a `RenderContext`.
"""

from text.markup.anchors import heading_id, link_key
from text.markup.boxes import BoxNames, without_box_attributes
from text.markup.context import Link, Media, PersonLike, RenderContext, Wanted
from text.markup.rendered import FoundLink, Heading, Rendered, TextTooLong
from text.markup.rendering import check, render, words_only

__all__ = [
    "BoxNames",
    "FoundLink",
    "Heading",
    "Link",
    "Media",
    "PersonLike",
    "RenderContext",
    "Rendered",
    "TextTooLong",
    "Wanted",
    "check",
    "heading_id",
    "link_key",
    "render",
    "without_box_attributes",
    "words_only",
]
