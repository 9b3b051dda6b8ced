"""Computes the columns of a page that nobody types: who may read it, its byline, its rendered text."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from pages import tagging
from people.audiences import audience_token
from text.collation import sort_key
from text.titles import title_key

if TYPE_CHECKING:
    from pages.models import BasePage

# Stands for a text that is to be rendered before anybody reads it.
PENDING = "<!-- not rendered -->"
DERIVED = ("audience_token", "byline", "labels", "html", "plain", "headings", "title_key", "sort_key")
#: Where a page hangs in the tree, in the words of treebeard.
PLACE = ("path", "depth", "numchild")
KEPT_ACROSS_REVISIONS = ("uid", "space_id", "audience", "audience_token", "public_since", "source_path")


def excerpt(plain: str, words: int = 40) -> str:
    return Truncator(plain[: words * 30]).words(words)


def named(person: Any) -> dict[str, Any]:
    """A person in a byline; one who has left has no page that a link could lead to."""
    return {"username": person.username, "name": person.name} | ({} if person.is_active else {"gone": True})


def byline(page: "BasePage") -> list[dict[str, str]]:
    return [
        named(author.person)
        for author in sorted(page.page_authors.all(), key=lambda author: (author.sort_order or 0, author.pk or 0))
    ]


def labels(page: "BasePage") -> list[dict[str, str]]:
    items = page.tagged_items.all()
    named = [{"slug": item.tag.slug, "name": item.label or item.tag.name} for item in items]
    return sorted(named, key=lambda label: sort_key(label["name"]))


def check_slug(page: "BasePage") -> None:
    if set(page.slug) == {"-"}:
        raise ValidationError({"slug": _("An address needs a letter or a number.")})


def before_save(page: "BasePage", *, update_fields: Any = None) -> None:
    """Makes the derived columns agree with what was typed. Does nothing for a save of single bookkeeping columns."""
    if update_fields is not None:
        return
    from pages import following

    if page.space_id is None and page.depth and page.depth > 2 and page._state.adding:
        page.space = page.get_parent().space
    page.audience_token = audience_token(page.space, page.audience)
    changed = following.follow(page)
    page._media_changed = changed  # type: ignore[attr-defined]
    if changed:
        # What stood there for readers who may not see a picture has changed.
        page.__dict__.pop("_body_as_rendered", None)
    remember_title(page)
    page.byline = byline(page)
    tagging.once_each(page)
    page.labels = labels(page)
    if needs_rendering(page):
        render(page)


def remember_title(page: "BasePage") -> None:
    """Before a page is saved: who could read it, and what links may still call it where it gets another title."""
    from pages.models import BasePage, FormerTitle

    if page._state.adding or not page.pk:
        return
    stored = BasePage.objects.filter(pk=page.pk).values_list("title_key", "audience_token", "live").first()
    if stored is None:
        return
    key, token, live = stored
    page._read_before_by = token if live else ""  # type: ignore[attr-defined]
    if live and key != title_key(page.title):
        FormerTitle.objects.update_or_create(page_id=page.pk, title_key=key, defaults={"audience_token": token})


def needs_rendering(page: "BasePage") -> bool:
    """A draft may show its writers what its readers will not get, so publishing renders again as well as typing."""
    known = page.__dict__
    return (
        page.body != known.get("_body_as_rendered")
        or page.live != known.get("_live_as_rendered", page.live)
        or bool(page.body) != bool(page.html)
        or page.html == PENDING
    )


def check_body(page: "BasePage") -> None:
    """Refuses a text that could not be rendered before anything is written, beside the field it was typed in."""
    from text import markup

    if page.body == page.__dict__.get("_body_as_rendered"):
        return
    try:
        markup.check(page.body)
    except markup.TextTooLong as problem:
        raise _too_large() from problem


def _too_large() -> ValidationError:
    return ValidationError({"body": _("This text is too long for one page. Split it into several pages.")})


def render(page: "BasePage", *, stored: bool = False) -> None:
    """Renders the text and remembers its links, which are written once the page has a row (`record_links`).

    A text that is `stored` already is always shown; one that is being saved may raise `ValidationError`.
    """
    from pages.rendering import PageRenderContext, render_text, show_text
    from text.markup import TextTooLong

    context = PageRenderContext(page)
    try:
        rendered = (show_text if stored else render_text)(page.body, context=context)
    except TextTooLong as problem:
        raise _too_large() from problem
    page.html, page.plain, page.headings = rendered.html, rendered.plain, [dict(h) for h in rendered.headings]
    page._found_links = context.found(rendered.links)  # type: ignore[attr-defined]
    page._body_as_rendered, page._live_as_rendered = page.body, page.live  # type: ignore[attr-defined]


def put_away(pks: Iterable[int]) -> None:
    """The stored texts of these pages say more than their readers may know: `whole` makes them anew for whoever reads."""
    from pages.models import BasePage

    BasePage.objects.filter(pk__in=list(pks)).exclude(body="").update(html=PENDING, plain="", headings=[])


def whole(page: Any) -> Any:
    """`page` with its text rendered, also one that waits for the worker."""
    if page.html == PENDING:
        render(page)
    return page


def record_links(page: "BasePage") -> None:
    """Replaces the page's stored links by those that the last rendering found, if there was one."""
    found = page.__dict__.pop("_found_links", None)
    if found is None:
        return
    from pages.models import PageLink

    PageLink.objects.filter(page_id=page.pk).delete()
    PageLink.objects.bulk_create(PageLink(page_id=page.pk, **link) for link in found)
