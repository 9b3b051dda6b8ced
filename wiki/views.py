"""Reading a wiki: a page, what links to it, its text as typed."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pages.access import page_or_404, visible_to
from pages.models import BasePage
from pages.permissions import may_delete, may_edit
from pages.views import former_address, paginate
from wiki.models import WikiPage

MOST_CHILDREN = 200
A_DAY = timedelta(days=1)
LONG = 4  # headings from which a table of contents helps


def address(space: str, path: str) -> str:
    return f"/spaces/{space}/{path}/"


def wiki_page_or_404(person: Any, space: str, path: str, *, drafts: bool = True, pages: Any = None) -> WikiPage:
    pages = WikiPage.objects.all() if pages is None else pages
    return page_or_404(person, pages.select_related("space"), address(space, path), drafts=drafts)


def trail(page: WikiPage, above: list[dict[str, Any]], *, with_page: bool = False) -> list[dict[str, str]]:
    """Breadcrumbs: the space, the wiki and the pages above; a page above that is hidden from the reader is left out."""
    steps = [
        {"title": _("Spaces"), "url": "/spaces/"},
        {"title": page.space.name, "url": page.space.get_absolute_url()},
        *({"title": row["title"], "url": row["url_path"].removeprefix("/home")} for row in above),
    ]
    return [*steps, {"title": page.title, "url": page.get_absolute_url()}] if with_page else steps


def trail_to(person: Any, page: WikiPage) -> list[dict[str, str]]:
    above = visible_to(person, WikiPage.objects.filter(url_path__in=page.ancestor_paths)).order_by("depth")
    return trail(page, list(above.values("title", "url_path")), with_page=True)


@require_safe
def page(request: HttpRequest, space: str, path: str) -> HttpResponse:
    person: Any = request.user
    pages = WikiPage.objects.with_backlink_count(person).with_own_draft(person).defer("body", "plain")
    try:
        page = wiki_page_or_404(person, space, path, pages=pages)
    except Http404:
        return former_address(request, address(space, path))
    family = visible_to(person, WikiPage.objects.all()).family_of(page).values("title", "url_path", "summary", "depth")
    rows = list(family[: len(page.ancestor_paths) + MOST_CHILDREN + 1])
    children = [row for row in rows if row["depth"] > page.depth]
    context = {
        "page": page,
        "space": page.space,
        "trail": trail(page, [row for row in rows if row["depth"] < page.depth]),
        "children": [{**row, "url": row["url_path"].removeprefix("/home")} for row in children[:MOST_CHILDREN]],
        "more_children": len(children) > MOST_CHILDREN,
        "contents": page.headings if len(page.headings) >= LONG else [],
        "is_draft": not page.live,
        "updated": page.edited_at
        if page.first_published_at and page.edited_at - page.first_published_at > A_DAY
        else None,
        "may_edit": may_edit(person, page),
        "may_delete": not page.is_root_of_wiki and may_delete(person, page),
    }
    return render(request, "wiki/wiki_page.html", context)


@require_safe
def backlinks(request: HttpRequest, space: str, path: str) -> HttpResponse:
    person: Any = request.user
    page = wiki_page_or_404(person, space, path)
    linking = visible_to(person, BasePage.objects.filter(links__to_page=page.pk).exclude(pk=page.pk))
    pages = linking.distinct().for_list().order_by("title", "pk")
    context = {
        "page": page,
        "space": page.space,
        "trail": trail_to(person, page),
        "pages": paginate(request, pages, 50),
    }
    return render(request, "wiki/backlinks.html", context)


@require_safe
def raw(request: HttpRequest, space: str, path: str) -> HttpResponse:
    page = wiki_page_or_404(request.user, space, path)
    return HttpResponse(page.body, content_type="text/markdown; charset=utf-8")
