"""Markdown to safe HTML, plain text, headings and links.

It knows no database: a `RenderContext` resolves links, mentions and media.
"""

from text.markup.anchors import heading_id, link_key
from text.markup.boxes import BoxNames, without_box_attributes
from text.markup.context import Link, Media, PersonLike, RenderContext, Wanted
from text.markup.rendered import FoundLink, Heading, Rendered, TextTooLong
from text.markup.rendering import check, render, words_only
from text.markup.sections import Section, section_of
from text.markup.tree import tree_of
from text.markup.written import written_link, written_wiki_link, written_words

__all__ = [
    "BoxNames",
    "FoundLink",
    "Heading",
    "Link",
    "Media",
    "PersonLike",
    "RenderContext",
    "Rendered",
    "Section",
    "TextTooLong",
    "Wanted",
    "check",
    "heading_id",
    "link_key",
    "render",
    "section_of",
    "tree_of",
    "without_box_attributes",
    "words_only",
    "written_link",
    "written_wiki_link",
    "written_words",
]
