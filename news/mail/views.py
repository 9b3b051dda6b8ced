"""What a person chose, the link in each mail that stops it, and the page on which an administrator sees whether mail goes out."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from news.mail import state
from news.mail.choices import Choices
from news.mail.forms import PreferencesForm
from news.mail.messages import of_test
from news.mail.stops import described
from news.mail.transport import NotSent, Transport
from news.models import MailStop, Preferences
from people.accounts import may_manage_accounts
from people.once import taken

PAGE = ["GET", "HEAD", "POST"]
MAX_SHOWN = 100
#: So long an administrator waits for the answer to a test.
TEST_SECONDS = 10


@require_http_methods(PAGE)
def preferences(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    mine = Choices([person.pk]).of(person.pk)
    action = request.POST.get("action", "")
    if request.method == "POST" and action.startswith("again:"):
        MailStop.objects.filter(person=person, scope=action.removeprefix("again:")).delete()
        messages.success(request, _("You get these e-mails again."))
        return redirect("mail:preferences")
    if request.method == "POST" and action == "retry":
        state.accept_again([person.pk])
        messages.success(request, _("The site sends e-mail to your address again."))
        return redirect("mail:preferences")
    form = PreferencesForm(request.POST or None, instance=mine)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your choices are saved."))
        return taken(request, redirect("mail:preferences"))
    context = {
        "form": form,
        "sends": settings.INTRANET_SENDS_MAIL,
        "address": person.email,
        "refusal": mine if mine.refuses(person.email) else None,
        "stops": described(person, MailStop.objects.filter(person=person).order_by("at")),
    }
    return render(request, "news/mail/preferences.html", context, status=422 if form.errors else 200)


@require_http_methods(PAGE)
def administration(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    if not may_manage_accounts(person):
        raise Http404
    if request.method == "POST":
        _act(request, person, request.POST.get("action", ""))
        return redirect("mail:administration")
    now = timezone.now()
    mails = state.failed_mails().select_related("notice__person", "notice__event")
    context = {
        "sends": settings.INTRANET_SENDS_MAIL,
        "server": settings.EMAIL_HOST if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") else "",
        "sender": settings.DEFAULT_FROM_EMAIL,
        "problem": state.problem(now) == "does not move",
        "numbers": state.numbers(now),
        "mails": mails[:MAX_SHOWN],
        "digests": state.failed_digests().select_related("person")[:MAX_SHOWN],
        "refused": Preferences.objects.exclude(refused_address="").select_related("person")[:MAX_SHOWN],
    }
    return render(request, "news/mail/administration.html", context)


def _act(request: HttpRequest, person: Any, action: str) -> None:
    now = timezone.now()
    if action == "test":
        _test(request, person)
    elif action == "again":
        number = state.send_again(now)
        words = ngettext("%(number)s e-mail is sent again.", "%(number)s e-mails are sent again.", number)
        messages.success(request, words % {"number": number})
    elif action == "forget":
        state.forget_failed(now)
        messages.success(request, _("The list is empty. These e-mails are not sent."))
    else:
        messages.error(request, _("Nothing has changed. Choose an action on this page."))


def _test(request: HttpRequest, person: Any) -> None:
    if not settings.INTRANET_SENDS_MAIL:
        messages.error(request, _("This site sends no e-mail: EMAIL_URL is not set."))
        return
    if not person.email:
        messages.error(request, _("You have no e-mail address. Add one to your account first."))
        return
    transport = Transport(timeout=TEST_SECONDS)
    try:
        transport.send(of_test(person))
    except NotSent as error:
        messages.error(request, _("The mail server did not take the e-mail: %(answer)s") % {"answer": error.answer})
    else:
        words = _("The mail server took an e-mail to %(address)s. Look into your mailbox.")
        messages.success(request, words % {"address": person.email})
    finally:
        transport.close()
