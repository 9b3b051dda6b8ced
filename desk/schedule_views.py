"""What waits for its time: the list, and changing it. For people who can edit the page, as everything unpublished is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe
from wagtail.models import Revision

from desk.when import WhenForm, in_own_zone, moment_words
from pages import scheduling
from pages.access import with_own_drafts
from pages.locking import fresh, writing_pages
from pages.models import BasePage
from pages.permissions import may_edit
from people.permissions import tends
from people.zones import zone_of
from web.numbers import whole_number

#: Rows of each of the two lists.
ROWS = 500


def editable(person: Any, pages: Any) -> dict[int, Any]:
    found = with_own_drafts(person, pages).select_related("space").defer("body", "html", "plain")
    return {page.pk: page for page in found if may_edit(person, page)}


def publications(person: Any) -> list[dict[str, Any]]:
    """The versions that wait: those that `person` scheduled or whose page is hers, and all of the spaces she tends."""
    waiting = Revision.page_revisions.exclude(approved_go_live_at=None).defer("content")
    revisions = list(waiting.order_by("approved_go_live_at", "pk"))
    pages = editable(person, BasePage.objects.filter(pk__in={int(each.object_id) for each in revisions}))
    revisions = [each for each in revisions if int(each.object_id) in pages]
    people = scheduling.scheduled_by(revisions)
    rows = [
        {
            "page": pages[int(each.object_id)],
            "title": each.object_str,
            "by": people[each.pk],
            "moment": moment_words(each.approved_go_live_at, person),
        }
        for each in revisions
    ]
    return [row for row in rows if _concerns(person, row["page"]) or row["by"] == person][:ROWS]


def expiries(person: Any) -> list[dict[str, Any]]:
    """Published pages that expire, of `person` and of the spaces that she tends, the next first."""
    pages = editable(person, BasePage.objects.filter(live=True, expire_at__gt=timezone.now()).order_by("expire_at"))
    mine = [page for page in pages.values() if _concerns(person, page)]
    return [{"page": page, "title": page.title, "moment": moment_words(page.expire_at, person)} for page in mine[:ROWS]]


def _concerns(person: Any, page: Any) -> bool:
    return page.owner_id == person.pk or tends(person, page.space_id)


@require_safe
def scheduled(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    context = {"publications": publications(person), "expiries": expiries(person), "zone": str(zone_of(person))}
    return render(request, "desk/scheduled.html", context)


@method_decorator(in_own_zone, name="dispatch")
@method_decorator(writing_pages(), name="post")
class Reschedule(View):
    """The time of one page. `action`: `change` (the default), `publish` or `cancel`."""

    def find(self, pk: int) -> None:
        person: Any = self.request.user
        self.page = editable(person, BasePage.objects.filter(pk=pk)).get(pk)
        self.revision = scheduling.scheduled_of(self.page) if self.page else None
        # Others can only cancel what was approved.
        self.may_set = self.revision is None or scheduling.may_set_time(person, self.page, self.revision)
        expires = self.page and self.page.live and self.page.expire_at and self.page.expire_at > timezone.now()
        if self.revision is None and not expires:
            raise Http404

    def form(self, *args: Any) -> WhenForm:
        version = self.revision.as_object() if self.revision else self.page
        form = WhenForm(*args, initial=WhenForm.initial_of_when(version))
        if self.revision is None:
            del form.fields["publish_at"]
        return form

    def show(self, form: WhenForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "page": self.page,
            "space": self.page.space,
            "revision": self.revision,
            "may_set": self.may_set,
            "title": self.revision.object_str if self.revision else self.page.title,
        }
        return render(self.request, "desk/reschedule.html", context, status=status)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.find(pk)
        return self.show(self.form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.find(pk)
        fresh(self.page)
        seen = whole_number(request.POST.get("revision", ""))
        if self.revision is not None and seen != self.revision.pk:
            messages.warning(request, _("Someone has changed this since you opened the list. This is how it is now."))
            return redirect("desk:scheduled")
        act = {"publish": self.publish, "cancel": self.cancel}.get(request.POST.get("action", ""), self.change)
        return act()

    def publish(self) -> HttpResponse:
        if self.revision is None or not self.may_set:
            raise Http404
        scheduling.publish_now(self.revision, by=self.request.user)
        messages.success(self.request, _("“%(title)s” is published.") % {"title": self.revision.object_str})
        return redirect(fresh(self.page).get_absolute_url())

    def cancel(self) -> HttpResponse:
        if self.revision is not None:
            scheduling.cancel(self.page, by=self.request.user)
            words = _("“%(title)s” will not be published at that time. Its text is in the history of the page.")
        else:
            scheduling.set_expiry(self.page, None)
            words = _("“%(title)s” stays published.")
        messages.success(self.request, words % {"title": self.page.title})
        return redirect("desk:scheduled")

    def change(self) -> HttpResponse:
        if not self.may_set:
            raise Http404
        form = self.form(self.request.POST)
        if self.revision is not None and form.is_valid() and not form.cleaned_data["publish_at"]:
            form.add_error("publish_at", _("Choose a time, or press “Publish now”."))
        if not form.is_valid():
            return self.show(form, status=422)
        if self.revision is not None:
            when = scheduling.When(form.cleaned_data["publish_at"], form.cleaned_data["expire_at"])
            scheduling.reschedule(self.page, self.revision, when, by=self.request.user)
        else:
            scheduling.set_expiry(self.page, form.cleaned_data["expire_at"])
        messages.success(self.request, _("The new time for “%(title)s” is saved.") % {"title": self.page.title})
        return redirect("desk:scheduled")


reschedule = Reschedule.as_view()
