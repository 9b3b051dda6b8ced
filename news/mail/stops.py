"""The link in each mail that stops such mails (RFC 8058), and what a person stopped, in words."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from news.mail import links
from news.mail.choices import DIGEST_SCOPE
from news.models import Group, MailStop
from pages.access import visible_to
from pages.models import BasePage
from people.account_views import secret_address
from people.models import Person, Space
from web.numbers import whole_number


@csrf_exempt
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A mail program posts here without cookies; a person gets a page with one button. GET changes nothing."""
    found = links.read(token)
    if found is None or not Person.objects.filter(pk=found[0]).exists():
        raise Http404
    person, scope = found
    stops = MailStop.objects.filter(person=person, scope=scope)
    if request.method == "POST" and request.POST.get("action") == "again":
        stops.delete()
    elif request.method == "POST":
        MailStop.objects.get_or_create(person_id=person, scope=scope)
    context = {
        "what": in_words(scope),
        "stopped": stops.exists(),
        "answers": request.method == "POST",
        "answer": _("Done") if request.method == "POST" else "",
    }
    return secret_address(render(request, "news/mail/stop.html", context))


def in_words(scope: str) -> str:
    """Without any name: whoever has the mail has the link, whatever they may read today."""
    kind, _colon, _key = scope.partition(":")
    if kind == DIGEST_SCOPE:
        return _("Your digest")
    if kind == "page":
        return _("E-mail about what happens to this page")
    label = Group(kind).label if kind in Group.values else kind
    return _("E-mail about this space for the reason “%(reason)s”") % {"reason": label}


@dataclass(frozen=True, slots=True)
class Stopped:
    scope: str
    what: str
    where: str


def described(person: Any, stops: Any) -> list[Stopped]:
    """What `person` stopped, with the names of pages and spaces as far as `person` may read them now."""
    rows = [(row.scope, *row.scope.partition(":")[::2]) for row in stops]
    keys = [number for _scope, _kind, key in rows if (number := whole_number(key))]
    pages = visible_to(person, BasePage.objects.filter(pk__in=keys))
    titles = dict(pages.values_list("pk", "title"))
    names = dict(Space.objects.visible_to(person).filter(pk__in=keys).values_list("pk", "name"))
    return [
        Stopped(scope, in_words(scope), (titles if kind == "page" else names).get(int(key or 0), ""))
        for scope, kind, key in rows
    ]
