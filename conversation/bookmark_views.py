"""Pages saved for later: each person has her own list."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from conversation import access, actions
from conversation.models import Bookmark
from pages.access import visible_to
from pages.entries import COLUMNS, Entry
from pages.models import BasePage
from web.paging import ROWS_PER_PAGE, page_number


@require_POST
def keep(request: HttpRequest, path: str) -> HttpResponse:
    """`kept` is 1 or 0; `back` is given on the list."""
    page = access.page_or_404(request.user, path)
    kept = request.POST.get("kept") != "0"
    actions.bookmark(person=request.user, page=page, kept=kept)
    title = {"title": page.title}
    done = _("“%(title)s” is saved for later.") if kept else _("“%(title)s” is no longer saved for later.")
    messages.success(request, done % title)
    return redirect("conversation:bookmarks" if "back" in request.POST else page.get_absolute_url())


@require_safe
def bookmarks(request: HttpRequest) -> HttpResponse:
    """The newest first. A page that the person cannot read now is left out until she can again."""
    person: Any = request.user
    pages = visible_to(person, BasePage.objects.filter(pk=OuterRef("page")))
    saved = Paginator(Bookmark.objects.filter(Exists(pages), person=person).order_by("-at", "-pk"), ROWS_PER_PAGE)
    shown: Any = saved.get_page(page_number(request.GET))
    rows = visible_to(person, BasePage.objects.filter(pk__in=[each.page_id for each in shown])).values_list(*COLUMNS)
    entries = {entry.pk: entry for entry in map(Entry.of, rows)}
    shown.object_list = [entries[each.page_id] for each in shown if each.page_id in entries]
    return render(request, "conversation/bookmarks.html", {"entries": shown})
