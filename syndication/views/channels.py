"""Channels seen by staff: the list, each with its releases, and forms for people who manage channels."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pages.access import visible_to
from pages.models import BasePage
from people.once import came_of, once, taken
from syndication.actions import create_channel, edit_channel
from syndication.addresses import public_url
from syndication.forms import ChannelForm
from syndication.models import Channel, FeedDocument, Release
from syndication.models.channel import by_title
from syndication.permissions import may_manage_channels
from web.paging import paginate


@require_safe
def channel_list(request: HttpRequest) -> HttpResponse:
    live = Count("releases", filter=Q(releases__withdrawn_at=None))
    context = {
        "channels": by_title(Channel.objects.annotate(items=live)),
        "may_manage": may_manage_channels(request.user),
        "public_address": public_url(),
    }
    return render(request, "syndication/channel_list.html", context)


@require_safe
def channel(request: HttpRequest, channel: str) -> HttpResponse:
    found = get_object_or_404(Channel, slug=channel)
    page = paginate(request, Release.objects.live().filter(channel=found).newest_first().defer("html"))
    # Public titles are for all staff, a link to the page only for people who can read it.
    inside = visible_to(request.user, BasePage.objects.filter(uid__in=[release.uid for release in page]))
    addresses = {each.uid: each.get_absolute_url() for each in inside.only("uid", "url_path")}
    for release in page:
        release.inside = addresses.get(release.uid, "")
        release.address = public_url(f"{found.path}{release.slug}/")
    address = public_url(found.path)
    context = {
        "channel": found,
        "page": page,
        "address": address,
        "picture": public_url(found.picture),
        "feeds": [(label, f"{address}feed.{format}") for format, label in FeedDocument.Format.choices],
        "may_manage": may_manage_channels(request.user),
    }
    return render(request, "syndication/channel.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_channel(request: HttpRequest) -> HttpResponse:
    return _write(request, Channel(language="en"))


@require_http_methods(["GET", "HEAD", "POST"])
def change_channel(request: HttpRequest, channel: str) -> HttpResponse:
    if not may_manage_channels(request.user):
        raise Http404
    return _write(request, get_object_or_404(Channel, slug=channel))


def _write(request: HttpRequest, channel: Channel) -> HttpResponse:
    if not may_manage_channels(request.user):
        raise Http404
    save: Any = edit_channel if channel.pk else create_channel
    title = channel.title
    form = ChannelForm(request.POST or None, request.FILES or None, instance=channel)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            saved = save(person=request.user, channel=form.instance, picture=form.cleaned_data["picture_file"])
            messages.success(request, _("The channel “%(title)s” is saved.") % {"title": saved.title})
            return reverse("syndication:channel", args=[saved.slug])

        return taken(request, HttpResponseRedirect(once(request, make)[0]))
    # The same form sent twice: the channel it just made has its short name, which is not an error.
    if url := came_of(request):
        return taken(request, HttpResponseRedirect(url))
    status = 422 if form.is_bound else 200
    return render(
        request, "syndication/channel_form.html", {"form": form, "channel": channel, "title": title}, status=status
    )
