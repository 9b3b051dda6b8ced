"""For the owners of a space: who is told of what is new there, who was told of what, and why somebody was not."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from news import inbox, reach
from news.kinds import kind_of
from news.models import DepartmentFollow, Event
from pages.access import with_own_drafts
from pages.models import BasePage
from people.models import Person, Space
from people.permissions import may_administer
from text import phrases

EVENTS_SHOWN = 20


class DepartmentForm(forms.Form):
    """Whose members are told; only of spaces that the owner may see."""

    members_of = forms.ModelChoiceField(
        label=gettext_lazy("Tell everyone in"),
        queryset=Space.objects.none(),
        error_messages={
            "required": gettext_lazy("Choose a space from the list."),
            "invalid_choice": gettext_lazy("Choose a space from the list."),
        },
    )

    def __init__(self, *args: Any, person: Any, space: Space, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = DepartmentFollow.objects.filter(space=space).values("members_of")
        self.fields["members_of"].queryset = (  # type: ignore[attr-defined]
            Space.objects.visible_to(person).exclude(pk__in=chosen).order_by("sort_key", "pk")
        )


@require_http_methods(["GET", "HEAD", "POST"])
def told(request: HttpRequest, space: str) -> HttpResponse:
    """POST `members_of` tells everyone in another space, `remove` ends that. GET `person` asks why somebody was told or not."""
    person: Any = request.user
    found = get_object_or_404(Space.objects.visible_to(person), slug=space)
    if not may_administer(person, found):
        raise Http404
    form = DepartmentForm(request.POST if request.method == "POST" else None, person=person, space=found)
    if request.method == "POST" and "remove" in request.POST:
        removed, _rows = DepartmentFollow.objects.filter(space=found, members_of__slug=request.POST["remove"]).delete()
        if removed:
            messages.success(request, _("They are no longer told. People who follow the space themselves still are."))
        else:
            messages.info(request, _("They were not told any more."))
        return redirect(request.path)
    if request.method == "POST" and form.is_valid():
        DepartmentFollow.objects.get_or_create(
            space=found, members_of=form.cleaned_data["members_of"], defaults={"by": person}
        )
        messages.success(
            request, _("Everyone in “%(space)s” is told what is new here.") % {"space": form.cleaned_data["members_of"]}
        )
        return redirect(request.path)
    context = {"space": found, "form": form, "number": reach.told_of_new_pages(found), **_past(request, found)}
    departments = DepartmentFollow.objects.filter(space=found, members_of__in=Space.objects.visible_to(person))
    context["departments"] = departments.select_related("members_of", "by")
    return render(request, "news/told.html", context, status=422 if form.errors else 200)


def _past(request: HttpRequest, space: Space) -> dict[str, Any]:
    """The newest events of pages in the space that this owner may read; and what they were to the person asked about."""
    pages = with_own_drafts(request.user, BasePage.objects.filter(space=space))
    newest = Event.objects.filter(page__in=pages.values("pk"), told_at__isnull=False).order_by("-pk")
    found = list(newest.select_related("page", "by").defer(*(f"page__{name}" for name in inbox.HEAVY))[:EVENTS_SHOWN])
    counts = reach.reached(found)
    username = request.GET.get("person", "").strip()[:150]
    asked = Person.objects.named([username]).filter(is_active=True).first() if username else None
    outcomes = reach.outcome_for(asked, found) if asked else {}
    rows = []
    for event in found:
        kind = kind_of(event.kind)
        by = event.by.name if event.by else _("Someone")
        sentence = kind.sentence("") % {"by": by, "title": f"“{event.page.title}”"} if kind else event.page.title
        rows.append({"event": event, "sentence": sentence, "outcome": outcomes.get(event.pk), **counts[event.pk]})
    unknown = phrases.NO_SUCH_USERNAME % {"name": username} if username and asked is None else ""
    return {"rows": rows, "asked": asked, "username": username, "unknown": unknown}
