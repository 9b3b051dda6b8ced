"""Passwords and accounts: changing one's password, links to set one, and account administration."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from people import accounts, throttle, tokens
from people.groups import ADMINISTRATOR
from people.invitations import InviteForm, InviteManyForm
from people.models import Person
from people.once import taken
from people.permissions import RELEASE
from people.tasks import mail_reset_link
from people.views import PEOPLE, asked_for, query_of
from text import phrases
from web.paging import page_number

PAGE = ["GET", "HEAD", "POST"]
ROLE_LABELS = {
    ADMINISTRATOR: gettext_lazy("Administrator: can do everything"),
    "releaser": gettext_lazy("Can release pages to the public"),
    "editor": gettext_lazy("Site editor: can use Wagtail’s admin for the pages of their spaces"),
    "curator": gettext_lazy("Search curator: can improve search results"),
}


def _waiting(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return _("Too many attempts. Try again in %(minutes)s minutes.") % {"minutes": minutes}


@sensitive_post_parameters()
@require_http_methods(PAGE)
def change_password(request: HttpRequest) -> HttpResponse:
    """Ends all other sessions. Wrong guesses of the old password count like failed sign-ins."""
    person: Any = request.user
    form = PasswordChangeForm(person, request.POST or None)
    if request.method == "POST":
        wait = throttle.seconds_to_wait(request, person.username)
        if wait:
            form.add_error("old_password", _waiting(wait))
        elif form.is_valid():
            form.save()
            tokens.end_links(person)
            update_session_auth_hash(request, person)
            messages.success(request, _("Your password is changed. You are signed out everywhere else."))
            return redirect(person)
        elif "old_password" in form.errors:
            throttle.count_failure(request, person.username)
    return render(request, "people/password.html", {"form": form}, status=422 if form.errors else 200)


def secret_address(response: HttpResponse) -> HttpResponse:
    """For a page with a form whose address is a secret: no request from it reveals the address.

    "no-referrer" would go too far: browsers would send the form with `Origin: null`, which Django refuses.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@sensitive_post_parameters()
@never_cache
@login_not_required
@require_http_methods(PAGE)
def account_link(request: HttpRequest, token: str) -> HttpResponse:
    """Anyone who has the link can set the password of its person, once, and is signed in."""
    link = tokens.find_link(token)
    if link is None:
        return render(request, "people/link_ended.html", status=404)
    form = SetPasswordForm(link.person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = tokens.use_link(link, form.cleaned_data["new_password1"])
        if person is None:
            return render(request, "people/link_ended.html", status=404)
        login(request, person)
        messages.success(request, _("Your password is set. Welcome, %(name)s.") % {"name": person.name})
        return redirect("home")
    context = {"form": form, "link": link}
    response = render(request, "people/link.html", context, status=422 if form.errors else 200)
    return secret_address(response)


@never_cache
@login_not_required
@require_http_methods(PAGE)
def forgot(request: HttpRequest) -> HttpResponse:
    """The answer is the same for every name, so that it does not reveal who has an account."""
    sends, typed, sent, wait = settings.INTRANET_SENDS_MAIL, "", False, 0
    if request.method == "POST" and sends:
        typed = request.POST.get("username", "").strip()[:254]
        wait = throttle.seconds_to_wait(request, f"forgot {typed}")
        if typed and not wait:
            throttle.count_failure(request, f"forgot {typed}")
            mail_reset_link.enqueue(typed)
            sent = True
    status = 429 if wait else 422 if request.method == "POST" and sends and not typed else 200
    context = {
        "sends": sends,
        "typed": typed,
        "sent": sent,
        "problem": _waiting(wait) if wait else "",
        "status": status,
    }
    return render(request, "people/forgot.html", context, status=status)


def _administrator(request: HttpRequest) -> None:
    if not accounts.may_manage_accounts(request.user):
        raise Http404


@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    _administrator(request)
    query, state = query_of(request), request.GET.get("state", "")
    people = asked_for(Person.objects.all(), query).order_by("-is_active", "sort_key", "pk")
    if state == "left":
        people = people.filter(is_active=False)
    elif state == "invited":
        people = people.filter(is_active=True, last_login=None)
    active = Person.objects.filter(is_active=True).order_by("sort_key", "pk")
    context = {
        "people": Paginator(people, PEOPLE).get_page(page_number(request.GET)),
        "query": query,
        "state": state if state in {"left", "invited"} else "",
        "administrators": active.filter(is_superuser=True),
        "releasers": active.who_may(RELEASE).exclude(is_superuser=True),
    }
    return render(request, "people/account_list.html", context)


@never_cache
@require_http_methods(PAGE)
def invite(request: HttpRequest) -> HttpResponse:
    _administrator(request)
    many = "lines" in request.POST
    one = InviteForm(request.POST if request.method == "POST" and not many else None)
    more = InviteManyForm(request.POST if many else None)
    invited: list[dict[str, Any]] = []
    if request.method == "POST" and (more if many else one).is_valid():
        for person in more.cleaned_data["lines"] if many else [one.save(commit=False)]:
            try:
                address = accounts.invite(by=request.user, person=person)
            except ValidationError as problem:
                # Somebody took the username since it was checked. The others in the list are still added.
                (more if many else one).add_error(None, [f"{person.username}: {told}" for told in problem.messages])
                continue
            invited.append(_link_row(person, address, invited=True))
        if invited:
            for refusal in (more if many else one).non_field_errors():
                messages.error(request, str(refusal))
            return taken(request, render(request, "people/invited.html", {"invited": invited, "answer": _("Invited")}))
    context = {"form": one, "many": more}
    return render(request, "people/invite.html", context, status=422 if one.errors or more.errors else 200)


def _link_row(person: Person, address: str, *, invited: bool) -> dict[str, Any]:
    mailed = accounts.mail_link(person, address, invited=invited)
    return {"person": person, "mailed": mailed, "address": "" if mailed else address}


@never_cache
@require_http_methods(PAGE)
def account(request: HttpRequest, username: str) -> HttpResponse:
    _administrator(request)
    person = get_object_or_404(Person.objects.named([username]))
    new_link = None
    if request.method == "POST":
        action = request.POST.get("action", "")
        try:
            new_link = _act(request, person, action)
        except accounts.LastAdministrator:
            messages.error(request, phrases.LAST_ADMINISTRATOR)
        if new_link is None:
            return redirect("people:account", username=person.username)
    roles = accounts.roles_of_site(person)
    context = {
        "person": person,
        "roles": [(role, label, role in roles) for role, label in ROLE_LABELS.items()],
        "new_link": new_link,
        "new_links": [new_link] if new_link else [],
        "answer": _("New link") if new_link else "",
        "is_me": person.pk == request.user.pk,
        "alone": accounts.spaces_left_alone(person) if person.is_active else [],
        "waits": person.is_active and not person.has_usable_password(),
    }
    return render(request, "people/account.html", context)


def _act(request: HttpRequest, person: Person, action: str) -> dict[str, Any] | None:
    by: Any = request.user
    name = {"name": person.name}
    if action == "roles":
        accounts.set_site_roles(by=by, person=person, roles=set(request.POST.getlist("role")) & set(ROLE_LABELS))
        messages.success(request, _("The roles of %(name)s are saved.") % name)
    elif action == "link" and person.is_active:
        invited = not person.has_usable_password()
        return _link_row(person, accounts.send_link(by=by, person=person), invited=invited)
    elif action == "deactivate" and person.is_active and person.pk != by.pk:
        accounts.deactivate(by=by, person=person)
        messages.success(request, _("The account of %(name)s is deactivated.") % name)
    elif action == "reactivate" and not person.is_active:
        return _link_row(person, accounts.reactivate(by=by, person=person), invited=True)
    else:
        # For example, somebody else deactivated the account while the page was open.
        messages.error(request, _("Nothing has changed for %(name)s. Choose an action on their account page.") % name)
    return None
