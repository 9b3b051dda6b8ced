"""What happened to a page and to a wiki: who changed what, when and why; old versions, and the way back to them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pages import actions, derive
from pages.access import visible_to
from pages.desk import newest_version
from pages.models import Change
from pages.permissions import may_edit, may_write
from pages.views import paginate
from wiki.compare import compare
from wiki.models import WikiPage
from wiki.views import trail_to, wiki_page_or_404

CHANGES = 50


def changes_of(page: WikiPage, person: Any) -> Any:
    """The page's history as `person` may read it, newest first: drafts are for those who edit."""
    changes = Change.objects.filter(page_id=page.pk).select_related("person")
    return changes if may_edit(person, page) else changes.filter(published=True)


def _change_or_404(changes: Any, revision: str) -> Change:
    # A number longer than that is no id, and SQLite would refuse it.
    number = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 18 else 0
    change = changes.select_related("revision").filter(revision_id=number).first()
    if change is None:
        raise Http404
    return change


@require_safe
def history(request: HttpRequest, space: str, path: str) -> HttpResponse:
    person: Any = request.user
    page = wiki_page_or_404(person, space, path)
    context = {
        "page": page,
        "space": page.space,
        "trail": trail_to(person, page),
        "changes": paginate(request, changes_of(page, person), CHANGES),
        "may_edit": may_edit(person, page),
    }
    return render(request, "wiki/history.html", context)


@require_safe
def version(request: HttpRequest, space: str, path: str, revision: int) -> HttpResponse:
    person: Any = request.user
    page = wiki_page_or_404(person, space, path)
    change = _change_or_404(changes_of(page, person), str(revision))
    old = _text_at(page, change)
    derive.render(old)
    context = {
        "page": page,
        "space": page.space,
        "trail": trail_to(person, page),
        "old": old,
        "change": change,
        "is_newest": change.revision_id == page.latest_revision_id,
        "may_edit": may_edit(person, page),
    }
    return render(request, "wiki/version.html", context)


def _text_at(page: WikiPage, change: Change) -> WikiPage:
    """An unsaved page with what was typed then, standing where `page` stands."""
    typed = change.revision.content
    old = WikiPage(title=typed.get("title", ""), body=typed.get("body", ""), summary=typed.get("summary", ""))
    old.space, old.audience, old.audience_token, old.url_path = (
        page.space,
        page.audience,
        page.audience_token,
        page.url_path,
    )
    return old


@require_safe
def diff(request: HttpRequest, space: str, path: str) -> HttpResponse:
    """`?from=&to=` are revisions; without `to` the newest, without `from` the one before `to`."""
    person: Any = request.user
    page = wiki_page_or_404(person, space, path)
    changes = changes_of(page, person)
    to, since = request.GET.get("to", ""), request.GET.get("from", "")
    new = _change_or_404(changes, to) if to else changes.select_related("revision").first()
    if new is None:
        raise Http404
    if since:
        old = _change_or_404(changes, since)
    else:
        old = (
            changes.select_related("revision").filter(revision_id__lt=new.revision_id).order_by("-revision_id").first()
        )
    if old and (old.at, old.pk) > (new.at, new.pk):
        old, new = new, old
    before, after = (old.revision.content if old else {}), new.revision.content
    context = {
        "page": page,
        "space": page.space,
        "trail": trail_to(person, page),
        "old": old,
        "new": new,
        "titles": (before.get("title", ""), after.get("title", "")),
        "comparison": compare(before.get("body", ""), after.get("body", "")),
        "next": changes.filter(revision_id__gt=new.revision_id).order_by("revision_id").first(),
        "may_edit": may_edit(person, page),
    }
    return render(request, "wiki/diff.html", context)


@require_POST
def restore(request: HttpRequest, space: str, path: str) -> HttpResponse:
    """Publishes an old text again as a new change; nothing between is lost."""
    person: Any = request.user
    page = wiki_page_or_404(person, space, path)
    if not may_edit(person, page):
        raise Http404
    change = _change_or_404(changes_of(page, person), request.POST.get("revision", ""))
    draft, old = newest_version(page), _text_at(page, change)
    draft.title, draft.body, draft.summary = old.title, old.body, old.summary
    moment = date_format(localtime(change.at), "j F Y, H:i")
    actions.edit_page(person=person, page=draft, note=_("Restored the version of %(moment)s") % {"moment": moment})
    messages.success(request, _("The version of %(moment)s is published again.") % {"moment": moment})
    return redirect(page.get_absolute_url())


@require_safe
def recent_changes(request: HttpRequest, space: str) -> HttpResponse:
    """What was published in a wiki, newest first; minor changes only when asked for."""
    person: Any = request.user
    root = wiki_page_or_404(person, space, "wiki")
    readable = visible_to(person, WikiPage.objects.in_space(root.space_id))
    changes = Change.objects.filter(published=True, page__in=readable.values("pk")).select_related("person", "page")
    with_minor = request.GET.get("minor") == "1"
    if not with_minor:
        changes = changes.filter(minor=False)
    heavy = ("body", "html", "plain", "headings")
    context = {
        "page": root,
        "space": root.space,
        "trail": trail_to(person, root),
        "changes": paginate(request, changes.defer(*(f"page__{name}" for name in heavy)), CHANGES),
        "with_minor": with_minor,
        "may_write": may_write(person, root.space),
    }
    return render(request, "wiki/changes.html", context)
