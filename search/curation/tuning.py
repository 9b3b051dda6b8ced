"""The weights of ranking on a form: with ranges, a trial beside what is in use, and a way back; and why a hit ranks where it does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pages import kinds
from people.once import taken
from search import explaining, fallback, finding
from search.curation import actions, current
from search.curation.models import RankingChoice
from search.curation.views import for_curators, tabs
from search.engine.query import RANKING, Ranking
from search.engine.store import IndexUnavailable
from search.engine.syntax import parse
from search.parameters import Parameters

OTHERS = ("person", "picture", "file")
"""Kinds beside those of pages."""
MOST_TRIED, COMPARED = 5, 5

# Name of the weight, label, least, most and what it means.
WEIGHTS = [
    ("text", gettext_lazy("Words in the text"), 0.1, 3, gettext_lazy("Everything on a page, including its title.")),
    ("title", gettext_lazy("Words in the title"), 0, 3, gettext_lazy("Extra weight for words in the title.")),
    (
        "anchor",
        gettext_lazy("Words in links"),
        0,
        3,
        gettext_lazy("The words that other pages use to link to the page."),
    ),
    (
        "whole_title",
        gettext_lazy("Title matches exactly"),
        0,
        3,
        gettext_lazy("Added to the score, as a share of the best one."),
    ),
    (
        "whole_anchor",
        gettext_lazy("Link text matches exactly"),
        0,
        3,
        gettext_lazy("Added to the score, as a share of the best one."),
    ),
    ("synonym", gettext_lazy("Words that mean the same"), 0, 1, gettext_lazy("Words as typed count 1.")),
    (
        "freshness",
        gettext_lazy("New pages"),
        0,
        3,
        gettext_lazy("How much more a page from today counts. 0.5 means half as much again."),
    ),
    (
        "half_life",
        gettext_lazy("Days until “New pages” is halved"),
        7,
        3650,
        gettext_lazy("After this many days, a page gets half the weight of “New pages”."),
    ),
]


def kind_labels() -> dict[str, str]:
    return {name: fallback.label("kind", name) for name in (*kinds.by_name(), *OTHERS)}


class RankingForm(forms.Form):
    """Each weight with its range, its default and what it means; then one factor a kind; then what to try it on."""

    def __init__(self, *args: Any, ranking: Ranking, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, least, most, text in WEIGHTS:
            self._add(name, label, (least, most), text, getattr(RANKING, name), getattr(ranking, name))
        chosen = dict(ranking.kinds)
        for kind, called in kind_labels().items():
            self._add(f"kind_{kind}", called, (0.1, 3), "", 1.0, chosen.get(kind, 1.0))
        self.fields["queries"] = forms.CharField(
            label=_("Try these queries"),
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Up to five queries, one per line. You will see the current results next to the new ones."),
        )

    def _add(self, name: str, label: Any, span: tuple[float, float], text: Any, plain: float, value: float) -> None:
        told = _("%(least)g to %(most)g. The default is %(plain)g.") % {
            "least": span[0],
            "most": span[1],
            "plain": plain,
        }
        self.fields[name] = forms.FloatField(
            label=label,
            min_value=span[0],
            max_value=span[1],
            initial=f"{value:g}",
            help_text=f"{text} {told}" if text else told,
            widget=forms.NumberInput(attrs={"step": "any"}),
        )

    def weights(self) -> list[Any]:
        return [self[name] for name, *_rest in WEIGHTS]

    def kinds(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("kind_")]

    def ranking(self) -> Ranking:
        chosen = {name: self.cleaned_data[name] for name, *_rest in WEIGHTS}
        by_kind = ((kind, self.cleaned_data[f"kind_{kind}"]) for kind in kind_labels())
        return replace(RANKING, **chosen, kinds=tuple(sorted((kind, value) for kind, value in by_kind if value != 1)))


@require_http_methods(["GET", "HEAD", "POST"])
@for_curators
def ranking(request: HttpRequest) -> HttpResponse:
    """Shows the weights in use; tries others, keeps them, or goes back to those that the site came with."""
    used = current.now().ranking
    asked = request.POST
    form = RankingForm(asked or None, ranking=used)
    if "reset" in asked:
        actions.choose_ranking(person=request.user, ranking=RANKING)
        messages.success(request, _("The weights are reset to the defaults."))
        return taken(request, redirect("search:ranking"))
    trials: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        if "try" not in asked:
            actions.choose_ranking(person=request.user, ranking=form.ranking())
            messages.success(request, _("Search now uses these weights."))
            return taken(request, redirect("search:ranking"))
        lines = [line.strip() for line in form.cleaned_data["queries"].splitlines() if line.strip()]
        trials = [trial(line, request.user, form.ranking()) for line in lines[:MOST_TRIED]]
        if not trials:
            form.add_error("queries", _("Enter a query to try the weights on."))
    context = {
        "form": form,
        "trials": trials,
        "answer": _("New") if trials else "",
        "changed": used != RANKING,
        "history": RankingChoice.objects.select_related("chosen_by")[:10],
        "tabs": tabs("ranking"),
    }
    return render(request, "search/curation/ranking.html", context, status=422 if form.errors else 200)


def trial(query: str, person: Any, other: Ranking) -> dict[str, Any]:
    """The first hits of a query for this person by the weights in use, and by others with where each was."""
    parameters = Parameters(query=query[:300], parsed=parse(query[:300]))
    before = [hit.title for hit in finding.find(parameters, person).results]
    after = [hit.title for hit in finding.find(parameters, person, other).results]
    moves: list[tuple[str, int | None, int]] = []
    for place, title in enumerate(after):
        up = before.index(title) - place if title in before else None
        moves.append((title, up if up is None else max(up, 0), max(-(up or 0), 0)))
    return {"query": query, "before": before[:COMPARED], "after": moves[:COMPARED], "same": before == after}


@require_safe
@never_cache
def explain(request: HttpRequest) -> HttpResponse:
    """Why a hit ranks where it does, for whoever may read it."""
    parameters = Parameters.read(request.GET)
    uid = request.GET.get("uid", "").replace("\x00", "")[:200]
    try:
        told = explaining.explain(parameters, request.user, uid)
    except IndexUnavailable:
        return render(request, "search/curation/explain.html", {"parameters": parameters, "told": None})
    if told is None:
        raise Http404
    bars = [(part, f"{part.share:.1f}", f"{part.share:.0f}") for part in told.parts]
    return render(request, "search/curation/explain.html", {"parameters": parameters, "told": told, "bars": bars})
