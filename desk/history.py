"""History of a page: who changed what, when and why; old versions, and restoring them.

A version is only for people who could read the page at the time: what was written while the space was closed stays
hidden when a later version is opened to more people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.db.models.fields.json import KeyTextTransform
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk.changes import with_sizes
from desk.saving import newest_version
from desk.steps import with_steps
from limits import MAX_BLAMED_CHARACTERS
from pages import actions, texts
from pages.locking import writing_pages
from pages.models import Change
from pages.permissions import may_edit
from people.audiences import token_filter
from text.compare import compare
from text.origins import origins
from web.numbers import whole_number
from web.paging import paginate

CHANGES = 50


def changes_of(page: Any, person: Any) -> Any:
    """The page's history that `person` can read, newest first; drafts only for people who can edit."""
    changes = Change.objects.filter(token_filter(person), page_id=page.pk).select_related("person")
    return changes if may_edit(person, page) else changes.filter(published=True)


def _texts(changes: Any) -> Iterator[tuple[int, str]]:
    """The texts of these versions, the newest first, as far as `MAX_BLAMED_CHARACTERS` allow."""
    body = KeyTextTransform("body", "revision__content")
    read = 0
    for pk, text in changes.order_by("-at", "-pk").values_list("pk", body).iterator(chunk_size=100):
        read += len(text or "")
        if read > MAX_BLAMED_CHARACTERS:
            return
        yield pk, text or ""


def _passages(lines: list[str], origins: list[Any]) -> Iterator[tuple[Any, str]]:
    """Neighbouring lines that come from the same version; empty lines belong to what is above them."""
    pairs = list(zip(origins, lines, strict=True))
    for place, (_origin, line) in enumerate(pairs):
        if place and not line.strip():
            pairs[place] = (pairs[place - 1][0], line)
    for origin, group in groupby(pairs, key=itemgetter(0)):
        yield origin, "\n".join(line for _origin, line in group).rstrip()


def _change_or_404(changes: Any, revision: str) -> Change:
    change = changes.select_related("revision").filter(revision_id=whole_number(revision) or 0).first()
    if change is None:
        raise Http404
    return change


def _text_at(page: Any, change: Change) -> Any:
    typed = change.revision.content
    old = type(page)(**{name: typed.get(name, "") for name in ("title", "summary", "body")})
    old.language = typed.get("language") or page.language
    old.space, old.audience, old.audience_token, old.url_path = (
        page.space,
        page.audience,
        page.audience_token,
        page.url_path,
    )
    return old


class History:
    """The four views for one kind of page.

    `find(person, **address)` returns the page or raises `Http404`; `trail(person, page)` its breadcrumbs, ending with
    itself; `tabs` is the template with the page's tabs.
    """

    def __init__(
        self,
        find: Callable[..., Any],
        trail: Callable[[Any, Any], list[dict[str, str]]],
        tabs: str = "pages/_page_tabs.html",
    ) -> None:
        self.find, self.trail, self.tabs = find, trail, tabs

    def _render(self, request: HttpRequest, page: Any, template: str, **context: Any) -> HttpResponse:
        person: Any = request.user
        frame = {
            "page": page,
            "space": page.space,
            "trail": self.trail(person, page),
            "tabs": self.tabs,
            "may_edit": may_edit(person, page),
        }
        return render(request, template, {**frame, **context})

    @method_decorator(require_safe)
    def versions(self, request: HttpRequest, **address: Any) -> HttpResponse:
        page = self.find(request.user, **address)
        visible = changes_of(page, request.user)
        changes = paginate(request, visible, CHANGES)
        changes.object_list = with_sizes(changes.object_list, visible)
        if may_edit(request.user, page):
            changes.object_list = with_steps(changes.object_list, page, request.user)
        return self._render(request, page, "desk/history.html", changes=changes)

    @method_decorator(require_safe)
    def version(self, request: HttpRequest, revision: int, **address: Any) -> HttpResponse:
        page = self.find(request.user, **address)
        change = _change_or_404(changes_of(page, request.user), str(revision))
        old = _text_at(page, change)
        texts.text_of(old, stored=True).put_on(old)
        is_newest = change.revision_id == page.latest_revision_id
        return self._render(request, page, "desk/version.html", old=old, change=change, is_newest=is_newest)

    @method_decorator(require_safe)
    def diff(self, request: HttpRequest, **address: Any) -> HttpResponse:
        """`?from=&to=` are revisions; by default the newest and the one before it."""
        page = self.find(request.user, **address)
        changes = changes_of(page, request.user)
        to, since = request.GET.get("to", ""), request.GET.get("from", "")
        new = _change_or_404(changes, to) if to else changes.select_related("revision").first()
        if new is None:
            raise Http404
        earlier = changes.select_related("revision").filter(revision_id__lt=new.revision_id).order_by("-revision_id")
        old = _change_or_404(changes, since) if since else earlier.first()
        if old and (old.at, old.pk) > (new.at, new.pk):
            old, new = new, old
        before, after = (old.revision.content if old else {}), new.revision.content
        return self._render(
            request,
            page,
            "desk/diff.html",
            old=old,
            new=new,
            titles=(before.get("title", ""), after.get("title", "")),
            comparison=compare(before.get("body", ""), after.get("body", "")),
            next=changes.filter(revision_id__gt=new.revision_id).order_by("revision_id").first(),
        )

    @method_decorator(require_safe)
    def blame(self, request: HttpRequest, **address: Any) -> HttpResponse:
        """Who wrote each part of the text that readers see, as far as the versions that `person` can read say it."""
        page = self.find(request.user, **address)
        changes = changes_of(page, request.user)
        if page.live:
            changes = changes.filter(published=True)
        # The text itself has no version if its readers could not see any: opened since.
        versions = chain([(None, page.body)], _texts(changes))
        passages = list(_passages(page.body.splitlines(), origins(versions)))
        named = changes.in_bulk({pk for pk, _text in passages if pk is not None})
        return self._render(
            request, page, "desk/blame.html", passages=[(named.get(pk), text) for pk, text in passages if text]
        )

    @method_decorator(require_POST)
    def restore(self, request: HttpRequest, **address: Any) -> HttpResponse:
        """Save an old text as a new version, published if the page is; versions in between stay."""
        page = self.find(request.user, **address)
        if not may_edit(request.user, page):
            raise Http404
        change = _change_or_404(changes_of(page, request.user), request.POST.get("revision", ""))
        moment = {"moment": date_format(localtime(change.at), "j F Y, H:i")}
        note = _("Restored the version from %(moment)s") % moment
        with writing_pages():
            draft, old = newest_version(page), _text_at(page, change)
            draft.title, draft.body, draft.summary = old.title, old.body, old.summary
            page = actions.edit_page(person=request.user, page=draft, note=note, publish=draft.live)
        if page.live and page.has_unpublished_changes:
            messages.success(request, _("The version from %(moment)s waits for approval.") % moment)
        elif page.live:
            messages.success(request, _("The version from %(moment)s is published again.") % moment)
        else:
            messages.success(request, _("The version from %(moment)s is now your draft.") % moment)
        return redirect(page.get_absolute_url())
