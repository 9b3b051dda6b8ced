"""The list of one's drafts, one of them as text, and the address to which forms send what is typed.

Each person finds her own drafts here and nobody else's: a draft of somebody else answers 404.
"""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from desk import drafts
from desk.models import Draft
from limits import DRAFTS
from pages.access import with_own_drafts
from pages.models import BasePage
from pages.permissions import may_delete
from people import once
from people.models import Space
from text import phrases
from web.numbers import whole_number
from web.paging import paginate

UNPUBLISHED = 50
#: Of the fields that most forms have; others are named as in the form's code.
LABELS = {
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("Summary"),
    "body": gettext_lazy("Text"),
    "transcript": gettext_lazy("Transcript"),
    "tags": gettext_lazy("Tags"),
    "authors": gettext_lazy("Authors"),
    "change_note": phrases.WHAT_CHANGED,
    "name": gettext_lazy("Name"),
    "description": gettext_lazy("Description"),
    "about": gettext_lazy("About"),
    "job_title": gettext_lazy("Job title"),
    "skills": gettext_lazy("Skills"),
    "comment": gettext_lazy("Comment"),
}
LINE_CHARACTERS = 80


def _own_or_404(request: HttpRequest, key: uuid.UUID) -> Draft:
    found = drafts.drafts_of(request.user).filter(key=key).first()
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def _rows(person: Any, found: list[Draft]) -> list[dict[str, Any]]:
    """Each draft with what it is over and where that is, as far as the person may know that now."""
    pages = drafts.pages_of(person, found)
    slugs = {draft.path.split("/")[2] for draft in found if draft.path.startswith("/spaces/")}
    spaces = {space.slug: space for space in Space.objects.visible_to(person).filter(slug__in=slugs)} if slugs else {}
    rows = []
    for draft in found:
        page = pages.get(draft.page_id or 0)
        space = page.space if page else spaces.get(draft.path.split("/")[2] if draft.path.count("/") > 2 else "")
        begun = f"{page.get_absolute_url()}-/edit/" if page else quote(draft.path)
        shut = draft.has_lost_its_page or (draft.page_id is not None and page is None)
        rows.append(
            {
                "draft": draft,
                "page": page,
                "space": space,
                "continue_url": "" if shut else f"{begun}?{drafts.FIELD}={draft.key}",
            }
        )
    return rows


@require_safe
def draft_list(request: HttpRequest) -> HttpResponse:
    """All drafts of the person, over all spaces; below them the pages that she created and nobody has published yet."""
    person: Any = request.user
    found = list(drafts.drafts_of(person).defer("fields")[:DRAFTS])
    pages = with_own_drafts(person, BasePage.objects.filter(owner=person, live=False, space__isnull=False))
    pages = pages.select_related("space").defer("body", "html", "plain").order_by("-latest_revision_created_at", "-pk")
    shown = paginate(request, pages, UNPUBLISHED)
    for page in shown:
        page.may_delete = may_delete(person, page)
    return render(request, "desk/drafts.html", {"rows": _rows(person, found), "pages": shown})


@require_safe
def draft(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One draft as text, to read and to copy, also when its form can no longer be opened."""
    found = _own_or_404(request, key)
    row = _rows(request.user, [found])[0]
    context = {**row, "row": row, "fields": _shown(found), "form_is_shut": "shut" in request.GET}
    return render(request, "desk/draft.html", context)


def _shown(draft: Draft) -> list[tuple[str, str, bool]]:
    """Label, text, and whether it needs a box, of each field that somebody typed in."""
    typed = {name: str(text) for name, text in draft.fields.items() if text and isinstance(text, str)}
    kept = {name: text for name, text in typed.items() if not name.endswith(("_seen", "_kept", "_revision"))}
    first = [name for name in LABELS if name in kept]
    return [
        (str(LABELS.get(name, name.replace("_", " ").capitalize())), kept[name], len(kept[name]) > LINE_CHARACTERS)
        for name in [*first, *(name for name in kept if name not in LABELS)]
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    found = _own_or_404(request, key)
    row = _rows(request.user, [found])[0]
    if request.method == "POST":
        found.delete()
        messages.success(request, _("Your draft has been deleted."))
        return redirect("desk:drafts")
    return render(request, "desk/discard.html", {**row, "row": row})


@login_not_required
@require_http_methods(["GET", "POST"])
def save(request: HttpRequest) -> HttpResponse:
    """What a form's script sends while its writer types, as the form's fields and some that begin with `draft_`.

    `{"state": …}`: `saved` and `apart` (it became another draft, because this one was saved or deleted elsewhere) with
    the `draft` to send next time; `full`; `signed_out` if nobody, or somebody else, is signed in now. GET returns a
    CSRF token for a form whose own is from before the sign-in.
    """
    person: Any = request.user
    if not person.is_authenticated or request.POST.get("draft_person", str(person.pk)) != str(person.pk):
        return JsonResponse({"state": "signed_out"}, status=401)
    if request.method != "POST":
        return JsonResponse({"token": get_token(request)})
    typed, form_key = request.POST, once.key_of(request)
    path, tab = drafts.path_of(typed.get("draft_path", "")), typed.get("draft_tab", "")
    turn = whole_number(typed.get("draft_turn", ""), digits=9)
    if form_key is None or turn is None or not tab.isalnum() or len(tab) > 32 or not path:
        return JsonResponse({"state": "unreadable"}, status=400)
    place = {
        "path": path,
        "heading": typed.get("draft_heading", ""),
        "page": whole_number(typed.get("draft_page", "")),
    }
    stamp = drafts.Stamp.of(typed.get(drafts.FIELD, ""))
    fields = drafts.typed_in(typed)
    try:
        kept, is_apart = drafts.keep(person, upon=stamp, form_key=form_key, tab=tab, turn=turn, fields=fields, **place)
    except drafts.TooMuch:
        return JsonResponse({"state": "full"}, status=413)
    return JsonResponse({"state": "apart" if is_apart else "saved", "draft": kept.stamp})
