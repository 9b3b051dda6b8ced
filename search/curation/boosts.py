"""What counts more in the order of results: new pages, and kinds of content."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from pages import kinds
from people.once import taken
from search import fallback
from search.curation import actions, current
from search.curation.views import for_curators, tabs
from search.request import RANKING, Ranking

OTHERS = ("person", "picture", "file", "comment")
"""Kinds beside those of pages."""


class BoostsForm(forms.Form):
    freshness = forms.FloatField(
        label=gettext_lazy("New pages"),
        min_value=0,
        max_value=3,
        help_text=gettext_lazy(
            "How much more a page from today counts. 0.5 means half as much again. 0 is the default."
        ),
        widget=forms.NumberInput(attrs={"step": "any"}),
    )

    def __init__(self, *args: Any, ranking: Ranking, **kwargs: Any) -> None:
        chosen = dict(ranking.kinds)
        self.kinds = {f"kind_{name}": name for name in (*kinds.by_name(), *OTHERS)}
        initial = {field: f"{chosen.get(name, 1.0):g}" for field, name in self.kinds.items()}
        kwargs["initial"] = {"freshness": f"{ranking.freshness:g}", **initial}
        super().__init__(*args, **kwargs)
        for field, name in self.kinds.items():
            self.fields[field] = forms.FloatField(
                label=fallback.label("kind", name),
                min_value=0.1,
                max_value=3,
                help_text=_("From 0.1 to 3. The default is 1."),
                widget=forms.NumberInput(attrs={"step": "any"}),
            )

    def ranking(self) -> Ranking:
        by_kind = ((name, self.cleaned_data[field]) for field, name in self.kinds.items())
        chosen = tuple(sorted((name, value) for name, value in by_kind if value != 1))
        return replace(RANKING, freshness=self.cleaned_data["freshness"], kinds=chosen)


@require_http_methods(["GET", "HEAD", "POST"])
@for_curators
def boosts(request: HttpRequest) -> HttpResponse:
    used = current.now().ranking
    form = BoostsForm(request.POST or None, ranking=used)
    if "reset" in request.POST or (request.method == "POST" and form.is_valid()):
        actions.choose_ranking(person=request.user, ranking=RANKING if "reset" in request.POST else form.ranking())
        messages.success(request, _("Search now uses these boosts."))
        return taken(request, redirect("search:boosts"))
    context = {"form": form, "changed": used != RANKING, "tabs": tabs("boosts")}
    return render(request, "search/curation/boosts.html", context, status=422 if form.errors else 200)
