"""Moving, restricting and deleting wiki pages, and lists of pages that need attention."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Exists, Min, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk.saving import tell_of_public_copy
from limits import PATH_CHARACTERS
from pages import actions
from pages.access import visible_to, with_own_drafts
from pages.locking import writing_pages
from pages.models import BasePage, PageLink
from pages.permissions import may_delete, may_edit, may_write
from pages.version import paginate_remembered, remembered
from text import phrases
from text.titles import title_key
from web.numbers import whole_number
from web.paging import paginate
from wiki.choosing import text_of_path
from wiki.forms import AudienceForm, MoveForm
from wiki.models import DEPTH_IN_ADDRESS, ChildOrder, WikiPage
from wiki.tree import MAX_BELOW, Branch, Node
from wiki.views import linking_to, trail_to, wiki_page_or_404

LIST_ROWS = 100
read_and_write = require_http_methods(["GET", "HEAD", "POST"])


def _editable_or_404(request: HttpRequest, space: str, path: str, *, below_root: bool = True) -> WikiPage:
    page = wiki_page_or_404(request.user, space, path)
    if not may_edit(request.user, page) or (below_root and page.is_root_of_wiki):
        raise Http404
    return page


def _show(request: HttpRequest, template: str, page: WikiPage, **context: Any) -> HttpResponse:
    context = {"page": page, "space": page.space, "trail": trail_to(request.user, page), **context}
    return render(request, template, context)


@read_and_write
def move(request: HttpRequest, space: str, path: str) -> HttpResponse:
    person: Any = request.user
    page: Any = _editable_or_404(request, space, path)
    # Where the page was dropped in the tree, or where it is.
    asked = request.GET.get("parent", page.wiki_path.rpartition("/")[0]).replace("\0", "")[:PATH_CHARACTERS]
    above = text_of_path(person, page.space, asked)
    form = MoveForm(request.POST or None, page=page, person=person, initial={"parent": above})
    if request.method == "POST" and form.is_valid():
        try:
            actions.move_page(person=person, page=page, parent=form.cleaned_data["parent"])
        except (PermissionDenied, ValidationError) as problem:
            form.add_error(
                "parent", getattr(problem, "messages", None) or _("You cannot write there. Choose another place.")
            )
        else:
            messages.success(
                request, _("“%(title)s” has been moved. Its old address leads here.") % {"title": page.title}
            )
            return redirect(WikiPage.objects.get(pk=page.pk).get_absolute_url())
    return _show(request, "wiki/move.html", page, form=form)


@read_and_write
def order(request: HttpRequest, space: str, path: str) -> HttpResponse:
    """Move the pages below one up and down, one press, one step; or send their whole order."""
    page: Any = _editable_or_404(request, space, path, below_root=False)
    moved = set_order(request.user, page, request.POST) if request.method == "POST" else None
    pages = Branch(request.user, page).below
    if not 1 < len(pages) <= MAX_BELOW:
        raise Http404
    return _show(request, "wiki/order.html", page, pages=pages, moved=moved, answer=moved and _("Moved"))


@writing_pages()
def set_order(person: Any, page: WikiPage, asked: Any) -> Node | None:
    """Carry out "up", "down" (the id of a page), "row" (all ids) or "titles"; returns the page that moved one step."""
    # Read in the transaction: of two editors at the same moment neither undoes the other's step.
    pages = Branch(person, page).below
    if not 1 < len(pages) <= MAX_BELOW:
        return None
    if "titles" in asked:
        ChildOrder.objects.filter(page=page).delete()
        return None
    if "row" in asked:
        wanted = [number for each in asked["row"].split(",") if (number := whole_number(each)) is not None]
        if sorted(wanted) == sorted(node.pk for node in pages):
            _store_order(page, wanted)
        return None
    step, name = (-1, "up") if "up" in asked else (1, "down")
    at = next((place for place, node in enumerate(pages) if str(node.pk) == asked.get(name)), None)
    if at is None or not 0 <= at + step < len(pages):
        return None
    row = [node.pk for node in pages]
    row.insert(at + step, row.pop(at))
    _store_order(page, row)
    return pages[at]


def _store_order(page: WikiPage, row: list[int]) -> None:
    # Pages that this person cannot see keep the place that others gave them, after those she can.
    stored = ChildOrder.objects.filter(page=page).values_list("pages", flat=True).first() or []
    ChildOrder.objects.update_or_create(page=page, defaults={"pages": row + [pk for pk in stored if pk not in row]})


@read_and_write
def audience(request: HttpRequest, space: str, path: str) -> HttpResponse:
    page: Any = _editable_or_404(request, space, path, below_root=False)
    form = AudienceForm(request.POST if request.method == "POST" else None, page=page)
    if form.is_valid():
        try:
            actions.set_audience(person=request.user, page=page, audience=form.cleaned_data["audience"])
        except ValidationError as problem:
            form.add_error("audience", problem.messages[0])
    if form.is_valid():
        messages.success(request, _("You have changed who can read “%(title)s”.") % {"title": page.title})
        tell_of_public_copy(request, page)
        return redirect(page.get_absolute_url())
    return _show(request, "wiki/audience.html", page, form=form)


@require_POST
def unpublish(request: HttpRequest, space: str, path: str) -> HttpResponse:
    page: Any = _editable_or_404(request, space, path)
    if page.live:
        actions.unpublish_page(person=request.user, page=page)
    messages.success(request, phrases.NOW_A_DRAFT % {"title": page.title})
    # People who unpublish a page of somebody else may no longer see it.
    return redirect("wiki:page", space, path.rpartition("/")[0])


@read_and_write
def delete(request: HttpRequest, space: str, path: str) -> HttpResponse:
    person: Any = request.user
    page: Any = _editable_or_404(request, space, path)
    if not may_delete(person, page):
        raise Http404
    refused = False
    if request.method == "POST":
        try:
            actions.delete_page(person=person, page=page)
        except PermissionDenied:
            refused = True
        else:
            messages.success(request, phrases.DELETED % {"title": page.title})
            return redirect("wiki:page", space, path.rpartition("/")[0])
    below = with_own_drafts(person, WikiPage.objects.descendant_of(page)).count() if page.numchild else 0
    return _show(
        request,
        "wiki/delete.html",
        page,
        below=below,
        linking=linking_to(person, page).count(),
        refused=refused,
        answer=refused and _("Not deleted"),
    )


def tell_apart(rows: Any) -> Any:
    """Where titles are equal, `apart` is the path below the wiki: the address has it, so it tells nothing new."""
    titles = Counter(title_key(row["title"]) for row in rows)
    for row in rows:
        if titles[title_key(row["title"])] > 1:
            row["apart"] = "/".join(row["url_path"].split("/")[DEPTH_IN_ADDRESS:-1])
    return rows


@require_safe
def all_pages(request: HttpRequest, space: str) -> HttpResponse:
    person: Any = request.user
    root = wiki_page_or_404(person, space, "wiki")
    everything = WikiPage.objects.in_space(root.space_id).below_root()
    pages = (
        visible_to(person, everything)
        .order_by("sort_key", "pk")
        .values("title", "url_path", "summary", "language", "audience_token")
    )
    drafts = with_own_drafts(person, everything.filter(live=False)).for_list().order_by("sort_key", "pk")
    return _show(
        request,
        "wiki/pages.html",
        root,
        pages=tell_apart(paginate_remembered(request, f"wiki.pages {space}", pages, LIST_ROWS)),
        drafts=drafts[:LIST_ROWS],
        may_write=may_write(person, root.space),
    )


@require_safe
def wanted(request: HttpRequest, space: str) -> HttpResponse:
    """Red links: titles in this wiki that pages link to but nobody has written, the most wanted first."""
    person: Any = request.user
    root: Any = wiki_page_or_404(person, space, "wiki")
    rows = remembered(person, f"wiki.wanted {root.space.slug}", lambda: _wanted(person, root.space.slug))
    return _show(
        request,
        "wiki/wanted.html",
        root,
        links=paginate(request, rows, LIST_ROWS),
        may_write=may_write(person, root.space),
    )


def _wanted(person: Any, space: str) -> list[dict[str, Any]]:
    links = PageLink.objects.filter(key__startswith=f"{space}:")
    # A page that the reader cannot see counts as missing. Looked up per link, because links are far fewer than pages.
    readable = visible_to(person, BasePage.objects.all())
    links = links.exclude(Exists(readable.filter(pk=OuterRef("to_page"))))
    links = links.filter(Exists(readable.filter(pk=OuterRef("page"))))
    counted = links.values("key").annotate(number=Count("page", distinct=True), target=Min("target"))
    return list(counted.order_by("-number", "key"))


@require_safe
def orphans(request: HttpRequest, space: str) -> HttpResponse:
    person: Any = request.user
    root = wiki_page_or_404(person, space, "wiki")
    pages = visible_to(person, WikiPage.objects.in_space(root.space_id).below_root()).orphaned(person)
    rows = pages.order_by("sort_key", "pk").values("title", "url_path", "summary", "language")
    found = paginate_remembered(request, f"wiki.orphans {space}", rows, LIST_ROWS)
    return _show(request, "wiki/orphans.html", root, pages=tell_apart(found))
