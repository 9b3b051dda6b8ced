"""Releases a page in two steps (read the public copy, then confirm), and withdraws it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desk.alt_texts import undescribed
from pages.access import visible_to
from pages.models import BasePage
from pages.permissions import may_release
from syndication.actions import ChangedSinceChecked, needs_descriptions, release_page, withdraw
from syndication.addresses import public_url
from syndication.copies import can_be_copied, inside, public_copy
from syndication.models import Channel, Release
from syndication.models.channel import by_title
from syndication.permissions import may_manage_channels, may_withdraw


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Without `channel`: where the page is released, and where it could be. With it: the copy to check and confirm."""
    page = _page_or_404(request, uid)
    slug = request.POST.get("channel") or request.GET.get("channel") or ""
    channel = Channel.objects.filter(slug=slug).first() if slug else None
    if channel is None:
        if request.method == "POST" or slug:
            messages.error(request, _("Choose a channel."))
        return _choose(request, page)
    error = ""
    if request.method == "POST":
        try:
            release = release_page(
                person=request.user, page=page, channel=channel, checked=request.POST.get("checked") or "unchecked"
            )
        except ChangedSinceChecked:
            error = _("The page has changed since you looked at it. Check it again.")
        except ValidationError as refusal:
            error = " ".join(refusal.messages)
        else:
            messages.success(request, _("“%(title)s” is released to the public.") % {"title": release.title})
            return HttpResponseRedirect(page.get_absolute_url())
    return _check(request, page, channel, error)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_release(request: HttpRequest, uid: UUID, channel: str) -> HttpResponse:
    releases = Release.objects.live().select_related("channel")
    release = get_object_or_404(releases, uid=uid, channel__slug=channel)
    # A page that was unpublished can still have a public copy, so visibility is not required here.
    page = BasePage.objects.filter(uid=uid).select_related("space").first()
    if not may_withdraw(request.user, release, page):
        raise Http404
    page = visible_to(request.user, BasePage.objects.filter(uid=uid)).first()
    if request.method == "POST":
        title = release.title
        withdraw(person=request.user, release=release)
        messages.success(request, _("“%(title)s” is withdrawn. It is no longer public.") % {"title": title})
        at = page.get_absolute_url() if page else reverse("syndication:channel", args=[channel])
        return HttpResponseRedirect(at)
    context = {"release": release, "page": page, "address": public_url(release.path)}
    return render(request, "syndication/withdraw.html", context)


def _choose(request: HttpRequest, page: Any) -> HttpResponse:
    releases = list(Release.objects.live().filter(uid=page.uid).select_related("channel"))
    try:
        copy = public_copy(page) if releases else None
    except ValidationError:
        copy = None  # It can no longer be copied, so the public reads something else.
    for release in releases:
        release.address = public_url(release.path)  # type: ignore[attr-defined]
        release.is_behind = copy is None or copy.differs_from(release)  # type: ignore[attr-defined]
    taken = {release.channel_id for release in releases}
    context = {
        "page": page,
        "releases": releases,
        "channels": [channel for channel in by_title(Channel.objects.all()) if channel.pk not in taken],
        "can_be_copied": can_be_copied(page),
        "may_manage": may_manage_channels(request.user),
    }
    return render(request, "syndication/publish.html", context)


def _check(request: HttpRequest, page: Any, channel: Channel, error: str) -> HttpResponse:
    if not can_be_copied(page):
        return _choose(request, page)
    try:
        copy = public_copy(page)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return _choose(request, page)
    context = {
        "page": page,
        "channel": channel,
        "copy": copy,
        "refusal": needs_descriptions(silent) if (silent := undescribed(page)) else "",
        "html": inside(copy, copy.mark),
        "error": error,
        "answer": _("Not released") if error else "",
        "released": Release.objects.live().filter(channel=channel, uid=page.uid).first(),
    }
    return render(request, "syndication/check.html", context, status=409 if error else 200)


def _page_or_404(request: HttpRequest, uid: UUID) -> Any:
    page = visible_to(request.user, BasePage.objects.filter(uid=uid)).select_related("space").first()
    if page is None or not may_release(request.user, page):
        raise Http404
    return page.specific
