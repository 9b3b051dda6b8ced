"""The way of a text: tidy, Markdown engine, weaving in what the context knows, allow-list."""

import re

from pages.markup.context import RenderContext
from pages.markup.engine import ComrakRenderer, Renderer
from pages.markup.limits import MAX_TEXT_BYTES, check_growth, flatten_deep_lines, tidy
from pages.markup.rendered import Rendered
from pages.markup.sanitise import sanitise
from pages.markup.weaving import Weaver, wanted_of

_engine = ComrakRenderer()
EMPTY_HEADER = re.compile(r"<th((?: [a-z]+=\"[^\"<>]*\")*)>\s*</th>")


def render(
    text: str,
    *,
    context: RenderContext,
    max_bytes: int = MAX_TEXT_BYTES,
    renderer: Renderer = _engine,
) -> Rendered:
    """Safe HTML and what else the text holds; `TextTooLong` for a text beyond `max_bytes` or one that grows too far."""
    raw = renderer.to_html(flatten_deep_lines(tidy(text, max_bytes)))
    check_growth(raw)
    context.prepare(wanted_of(raw))
    weaver = Weaver(context)
    weaver.weave(raw)
    # A header cell without words is announced as a header of nothing (WCAG 1.3.1).
    html = EMPTY_HEADER.sub(r"<td\1></td>", sanitise("".join(weaver.out)))
    check_growth(html)
    return Rendered(html, weaver.plain_text(), weaver.outline.headings, weaver.linker.links)
