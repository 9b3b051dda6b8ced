"""The history of a wiki page (`desk.history`), and the recent changes of a wiki."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desk.changes import for_list, visible_changes, with_sizes, without_minor
from desk.history import CHANGES, History
from pages.access import visible_to
from pages.permissions import may_write
from pages.version import paginate_remembered
from wiki.models import WikiPage
from wiki.views import trail_to, wiki_page_or_404

of_page = History(wiki_page_or_404, trail_to, "wiki/_tabs.html")


@require_safe
def recent_changes(request: HttpRequest, space: str, path: str) -> HttpResponse:
    """What was published in a wiki, or on one of its pages and those below it, as far as the person can read it."""
    person: Any = request.user
    top: Any = wiki_page_or_404(person, space, path)
    pages = WikiPage.objects.in_space(top.space_id)
    if not top.is_root_of_wiki:
        pages = pages.descendant_of(top, inclusive=True)
    visible = visible_changes(person)
    changes, with_minor = without_minor(request, visible.filter(page__in=visible_to(person, pages).values("pk")))
    shown = paginate_remembered(request, f"wiki.changes {top.pk} {with_minor}", for_list(changes), CHANGES)
    shown.object_list = with_sizes(shown.object_list, visible)
    context = {
        "page": top,
        "space": top.space,
        "trail": trail_to(person, top),
        "changes": shown,
        "with_minor": with_minor,
        "may_write": may_write(person, top.space),
    }
    return render(request, "wiki/changes.html", context)
