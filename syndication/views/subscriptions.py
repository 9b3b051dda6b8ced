"""A person's own private feed links: create, see when each was last used, revoke."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people.models import Space
from people.once import once
from syndication.actions import create_private_feed, revoke_private_feed
from syndication.forms import PrivateFeedForm
from syndication.models import FeedDocument, PrivateFeed
from syndication.private_feeds import title_of


@require_http_methods(["GET", "HEAD", "POST"])
def subscriptions(request: HttpRequest) -> HttpResponse:
    made: list[tuple[str, str]] = []
    if request.method == "POST":
        form = PrivateFeedForm(request.POST, person=request.user)
        if form.is_valid():
            token = ""

            def make() -> str:
                nonlocal token
                token = create_private_feed(person=request.user, feed=form.instance)
                return reverse("syndication:subscriptions")

            url, is_first = once(request, make)
            if not is_first:
                messages.info(request, _("You have already created this link. Its address is shown only once."))
                return HttpResponseRedirect(url)
            base = settings.INTRANET_URL.rstrip("/")
            made = [(label, f"{base}/feeds/{token}/feed.{format}") for format, label in FeedDocument.Format.choices]
            form = PrivateFeedForm(person=request.user)
    else:
        form = PrivateFeedForm(person=request.user, initial=_initial(request))
    feeds = list(PrivateFeed.objects.working().of(request.user).select_related("space", "owner", "author"))
    visible = set(Space.objects.visible_to(request.user).values_list("pk", flat=True))
    for feed in feeds:
        feed.title = title_of(feed, visible)  # type: ignore[attr-defined]
    titles = [feed.title for feed in feeds]  # type: ignore[attr-defined]
    for feed in feeds:
        feed.twin = titles.count(feed.title) > 1  # type: ignore[attr-defined]
    context = {"form": form, "feeds": feeds, "made": made, "answer": _("Feed link created") if made else ""}
    response = render(request, "syndication/subscriptions.html", context, status=422 if form.errors else 200)
    if made:
        # Shown only once: just its hash is stored.
        response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, uid: UUID) -> HttpResponse:
    feeds = PrivateFeed.objects.working().of(request.user).select_related("space", "owner", "author")
    feed = get_object_or_404(feeds, uid=uid)
    if request.method != "POST":
        visible = set(Space.objects.visible_to(request.user).values_list("pk", flat=True))
        return render(request, "syndication/revoke.html", {"feed": feed, "title": title_of(feed, visible)})
    revoke_private_feed(person=request.user, feed=feed)
    messages.success(request, _("The feed link is revoked. Feed readers can no longer use it."))
    return HttpResponseRedirect(reverse("syndication:subscriptions"))


def _initial(request: HttpRequest) -> dict[str, object]:
    """Initial values from `?space=…&kind=…&tag=…` or `?search=…`, as other pages link here."""
    # PostgreSQL refuses NUL.
    initial = {name: request.GET.get(name, "").replace("\x00", "") for name in ("kind", "tag", "search", "space")}
    space = Space.objects.visible_to(request.user).filter(slug=initial.pop("space")).first()
    return {"space": space, **initial}
