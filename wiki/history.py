"""The history of a wiki page (`desk.history`), and the recent changes of a wiki."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desk.history import CHANGES, History
from pages.access import visible_to
from pages.models import Change
from pages.permissions import may_write
from pages.version import paginate_remembered
from people.audiences import token_filter
from wiki.models import WikiPage
from wiki.views import trail_to, wiki_page_or_404

of_page = History(wiki_page_or_404, trail_to, "wiki/_tabs.html")


@require_safe
def recent_changes(request: HttpRequest, space: str) -> HttpResponse:
    person: Any = request.user
    root = wiki_page_or_404(person, space, "wiki")
    readable = visible_to(person, WikiPage.objects.in_space(root.space_id))
    changes = Change.objects.filter(token_filter(person), published=True, page__in=readable.values("pk"))
    with_minor = request.GET.get("minor") == "1"
    if not with_minor:
        changes = changes.filter(minor=False)
    heavy = ("body", "html", "plain", "headings")
    context = {
        "page": root,
        "space": root.space,
        "trail": trail_to(person, root),
        "changes": paginate_remembered(
            request,
            f"wiki.changes {root.space_id} {with_minor}",
            changes.select_related("person", "page").defer(*(f"page__{name}" for name in heavy)),
            CHANGES,
        ),
        "with_minor": with_minor,
        "may_write": may_write(person, root.space),
    }
    return render(request, "wiki/changes.html", context)
