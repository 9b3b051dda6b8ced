"""The bin: what a person can restore, and what readers see at the address of a deleted page."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pages import deleting
from pages.locking import writing_pages
from pages.models import Deletion
from text import phrases
from web.paging import paginate

ROWS = 50


@require_safe
def bin_page(request: HttpRequest) -> HttpResponse:
    found = deleting.deletions_for(request.user).select_related("space", "by", "top__content_type")
    page = paginate(request, found.annotate(number=Count("pages")), ROWS)
    for each in page:
        each.purged_on = each.at + timedelta(days=settings.INTRANET_BIN_DAYS)
        each.below = each.number - 1
        each.may_purge = deleting.may_purge(request.user, each)
    return render(request, "pages/bin.html", {"deletions": page, "days": settings.INTRANET_BIN_DAYS})


@require_POST
@writing_pages()
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    deletion = _deletion_or_404(request, pk)
    try:
        page = deleting.restore(deletion, by=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("pages:bin")
    messages.success(request, _("“%(title)s” has been restored.") % {"title": page.title})
    return redirect(page.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def purge(request: HttpRequest, pk: int) -> HttpResponse:
    deletion = _deletion_or_404(request, pk)
    if not deleting.may_purge(request.user, deletion):
        raise Http404
    if request.method == "POST":
        title = deletion.top.title
        deleting.purge(deletion)
        messages.success(request, phrases.DELETED_FOR_GOOD % {"title": title})
        return redirect("pages:bin")
    return render(request, "pages/purge.html", {"deletion": deletion, "below": deletion.pages.count() - 1})


def _deletion_or_404(request: HttpRequest, pk: int) -> Deletion:
    deletion = Deletion.objects.select_related("space", "top").filter(pk=pk).first()
    if deletion is None or not deleting.may_restore(request.user, deletion):
        raise Http404
    return deletion


def gone(request: HttpRequest, address: str) -> HttpResponse | None:
    """For readers of a deleted page: 410, with a button for people who can restore it; None for everyone else."""
    row = deleting.deleted_at(request.user, address)
    if row is None:
        return None
    context: dict[str, Any] = {
        "row": row,
        "deletion": row.deletion,
        "may_restore": deleting.may_restore(request.user, row.deletion),
    }
    return render(request, "pages/deleted.html", context, status=410)
