"""The rendering pipeline: tidy, Markdown engine, resolve links and media, sanitise."""

import re
from html import escape

from text.markup.bounds import flatten_deep_lines, flatten_large_tables, is_crowded
from text.markup.boxes import BoxNames, box_attributes
from text.markup.context import RenderContext
from text.markup.engine import ComrakRenderer, Renderer
from text.markup.limits import check_growth, tidy
from text.markup.rendered import Rendered
from text.markup.sanitise import sanitise
from text.markup.weaver import Weaver, wanted_of

_engine = ComrakRenderer()
EMPTY_HEADER = re.compile(r"<th((?: [a-z]+=\"[^\"<>]*\")*)>\s*</th>")


def render(
    text: str,
    *,
    context: RenderContext,
    renderer: Renderer = _engine,
) -> Rendered:
    """Safe HTML with plain text, headings and links. Raises `TextTooLong`."""
    raw = _raw(text, renderer)
    context.prepare(wanted_of(raw))
    weaver = Weaver(context)
    weaver.weave(raw)
    # Screen readers would announce an empty header (WCAG 1.3.1).
    html = EMPTY_HEADER.sub(r"<td\1></td>", sanitise("".join(weaver.out)))
    check_growth(html, woven=True)
    return Rendered(html, weaver.plain_text(), weaver.outline.headings, weaver.linker.links)


def check(text: str) -> None:
    """Raise `TextTooLong` if `render` would. Faster, because it resolves no links."""
    _raw(text, _engine)


def words_only(text: str) -> Rendered:
    """The text as typed, for a stored text that `render` refuses."""
    return Rendered(html=f"<pre{box_attributes(BoxNames().code(text))}>{escape(text)}</pre>", plain=text)


def _raw(text: str, renderer: Renderer) -> str:
    typed = tidy(text)
    raw = renderer.to_html(flatten_large_tables(flatten_deep_lines(typed)), addresses=not is_crowded(typed))
    check_growth(raw, woven=False)
    return raw
