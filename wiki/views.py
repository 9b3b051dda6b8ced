"""Reading a wiki: a page, its backlinks, its Markdown."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conversation import thread
from desk import presence
from limits import LINK_TARGET_CHARACTERS
from pages import texts
from pages.access import page_or_404, visible_to
from pages.addresses import to_address, to_path
from pages.breadcrumbs import steps_to
from pages.models import BasePage, PageLink
from pages.permissions import may_delete, may_edit, may_write
from pages.targets import Reading, find
from pages.version import paginate_remembered
from people.audiences import audience_tokens
from text.invisible import is_seen, one_line
from wiki.models import WikiPage
from wiki.queries import above, published_page, whole_page
from wiki.querysets import MAX_COUNTED_LINKS
from wiki.tree import MAX_BELOW, Branch

A_DAY = timedelta(days=1)
MAX_CHILDREN = 200
CONTENTS_FROM_HEADINGS = 4  # fewer need no table of contents


def address(space: str, path: str) -> str:
    return f"/spaces/{space}/{path}/"


def wiki_page_or_404(person: Any, space: str, path: str) -> WikiPage:
    found = whole_page(person, url_path=to_path(address(space, path)))
    return found[0] if found else draft_or_404(person, space, path)


def draft_or_404(person: Any, space: str, path: str) -> WikiPage:
    return page_or_404(person, WikiPage.objects.select_related("space"), address(space, path), drafts=True)


def linking_to(person: Any, page: WikiPage) -> Any:
    """The pages that link here. By their ids, because telling whole rows apart costs much."""
    links = PageLink.objects.filter(to_page=page.pk).exclude(page=page.pk)
    return visible_to(person, BasePage.objects.filter(pk__in=links.values("page")))


def trail_to(person: Any, page: WikiPage) -> list[dict[str, str]]:
    """Breadcrumbs: the wiki and the pages above, except those that the reader cannot see, and the page."""
    return steps_to(page, *above(person, page))


@require_safe
def page(request: HttpRequest, space: str, path: str) -> HttpResponse:
    person: Any = request.user
    found = published_page(person, url_path=to_path(address(space, path)), **presence.asked_by(person))
    page = found[0] if found else draft_or_404(person, space, path)
    texts.whole(page)
    branch = Branch(person, page)
    before, after = branch.neighbours()
    backlinks = getattr(page, "backlink_count", 0)
    context = {
        "page": page,
        "space": page.space,
        "trail": [{"title": node.title, "url": node.url, "language": node.language} for node in branch.above],
        "tree": branch.rows(),
        "before": before,
        "after": after,
        "children": branch.below[:MAX_CHILDREN],
        "more_children": len(branch.below) > MAX_CHILDREN,
        "orderable": 1 < len(branch.below) <= MAX_BELOW,
        "backlinks": min(backlinks, MAX_COUNTED_LINKS),
        "more_backlinks": backlinks > MAX_COUNTED_LINKS,
        "has_own_draft": getattr(page, "has_own_draft", False),
        "contents": page.headings if len(page.headings) >= CONTENTS_FROM_HEADINGS else [],
        "is_draft": not page.live,
        "updated": page.edited_at
        if page.first_published_at and page.edited_at - page.first_published_at > A_DAY
        else None,
        "editing": presence.notice(page, person),
        "may_edit": may_edit(person, page),
        "may_delete": not page.is_root_of_wiki and may_delete(person, page),
        "talk": thread.on_page(request, page),
    }
    return render(request, "wiki/wiki_page.html", context)


@require_safe
def below(request: HttpRequest, space: str, path: str) -> HttpResponse:
    """The pages below one, as a list for the tree beside the text: a fragment that a script asks for."""
    branch = Branch(request.user, wiki_page_or_404(request.user, space, path))
    rows = branch.rows(branch.below) if branch.below else []
    return render(request, "wiki/_branch.html", {"rows": rows})


@require_safe
def named(request: HttpRequest, space: str) -> HttpResponse:
    """The target of `[[space:title]]`: where it leads depends on what the reader can see.

    The text of the page must not reveal whether the page exists.
    """
    person: Any = request.user
    root: Any = wiki_page_or_404(person, space, "wiki")
    title = one_line(request.GET.get("title", ""))[:LINK_TARGET_CHARACTERS]
    if not is_seen(title):
        raise Http404
    found = find_named(person, root, title)
    if found is not None:
        return redirect(found)
    if not may_write(person, root.space):
        raise Http404
    return redirect(f"{reverse('wiki:new', args=[space])}?{urlencode({'title': title})}")


def find_named(person: Any, root: Any, title: str) -> str | None:
    """The address of the page in this wiki that a link with `title` leads to for `person`, or None."""
    asked = {title: [Reading(root.space_id, root.space.slug, title)]}
    row = find(asked, tokens=audience_tokens(person)).get(title)
    return to_address(row["url_path"]) if row else None


@require_safe
def backlinks(request: HttpRequest, space: str, path: str) -> HttpResponse:
    person: Any = request.user
    page = wiki_page_or_404(person, space, path)
    pages = linking_to(person, page).for_list().order_by("sort_key", "pk")
    context = {
        "page": page,
        "space": page.space,
        "trail": trail_to(person, page),
        "pages": paginate_remembered(request, f"wiki.backlinks {page.pk}", pages, 50),
    }
    return render(request, "wiki/backlinks.html", context)


@require_safe
def raw(request: HttpRequest, space: str, path: str) -> HttpResponse:
    page = wiki_page_or_404(request.user, space, path)
    return HttpResponse(page.body, content_type="text/markdown; charset=utf-8")
