"""The rendered text of a page: made when the page is written, passed on as a value, stored in its row."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from pages.columns import PENDING
from pages.models import BasePage, PageLink
from pages.rendering import LINK, PageRenderContext, render_text, show_text
from text import phrases
from text.markup import TextTooLong


@dataclass(frozen=True, slots=True)
class PageText:
    """The columns `html`, `plain` and `headings`, and rows for `PageLink`. `links=None`: the stored ones
    are current. `stored`: the rows that were stored, if rendering has read them.
    """

    html: str
    plain: str
    headings: list[dict[str, Any]]
    links: list[dict[str, Any]] | None = None
    stored: list[dict[str, Any]] | None = None

    def put_on(self, page: Any) -> None:
        page.html, page.plain, page.headings = self.html, self.plain, self.headings


def render(page: Any, *, context: PageRenderContext, stored: bool = False) -> PageText:
    """Raises `TextTooLong`, except for a `stored` text, which is always shown."""
    rendered = (show_text if stored else render_text)(page.body, context=context)
    headings = [dict(heading) for heading in rendered.headings]
    return PageText(rendered.html, rendered.plain, headings, context.found(rendered.links), context.stored_links)


def text_of(page: Any, *, stored: bool = False, writer: Any = None) -> PageText:
    """The text of `page` for its readers, or for its `writer`. Unless `stored`, raises `ValidationError` if it is too large."""
    try:
        return render(page, context=PageRenderContext(page, writer=writer), stored=stored)
    except TextTooLong as problem:
        raise ValidationError({"body": phrases.TEXT_TOO_LONG}) from problem


def whole(page: Any) -> Any:
    """`page` with its text, rendered now if the worker has not done it yet."""
    if page.html == PENDING:
        text_of(page, stored=True).put_on(page)
    return page


def put_away(pks: Iterable[int]) -> None:
    """Hide stored texts that would reveal too much; `whole` renders them for the next reader."""
    BasePage.objects.filter(pk__in=list(pks)).exclude(body="").update(html=PENDING, plain="", headings=[])


def record_links(pk: int, text: PageText, *, new: bool = False) -> None:
    """Replace the stored links of a page. `new`: it has none yet."""
    if text.links is None:
        return
    stored = PageLink.objects.filter(page_id=pk)
    before = [] if new else text.stored
    if before is None:
        before = list(stored.values(*LINK))
    if _in_order(before) == _in_order(text.links):
        return
    if before:
        stored.delete()
    PageLink.objects.bulk_create(PageLink(page_id=pk, **link) for link in text.links)


def _in_order(links: Iterable[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(link[name] for name in LINK) for link in links), key=repr)
