"""The pages on which staff propose words, and curators decide on words and chosen answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.audiences import audience_tokens
from people.once import taken
from search import finding
from search.curation import actions
from search.curation.forms import AnswerForm, DeclineForm, WordsForm
from search.curation.models import ChosenAnswer, WordGroup
from search.curation.permissions import may_curate

MAX_PROPOSALS = 20
"""Proposals of one person that may wait at a time."""
MAX_ANSWERS = 500

View = Callable[..., HttpResponse]


def for_curators(view: View) -> View:
    """Answers 404 to everybody else."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_curate(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def tabs(at: str) -> list[dict[str, Any]]:
    """The rooms of those who look after search."""
    rooms = [
        ("words", _("Words")),
        ("answers", _("Chosen answers")),
        ("boosts", _("Boosts")),
        ("report", _("Report")),
    ]
    return [{"label": label, "url": reverse(f"search:{name}"), "current": name == at} for name, label in rooms]


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest) -> HttpResponse:
    """The words of the house, for all staff; a form to propose some; to each person her proposals, to curators all."""
    person: Any = request.user
    curates = may_curate(person)
    own = WordGroup.objects.filter(proposed_by=person).exclude(state=WordGroup.State.ACCEPTED).order_by("-pk")
    given = {"lines": request.GET.get("word", "").replace("\x00", "")[:80]}
    form = WordsForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        if not curates and own.filter(state=WordGroup.State.PROPOSED).count() >= MAX_PROPOSALS:
            form.add_error(None, _("You already have many proposals waiting. Try again when they have been decided."))
        else:
            actions.propose_words(person=person, group=form.save(commit=False))
            told = (
                _("Search now uses these words.")
                if curates
                else _("Thank you. A search curator will decide on your proposal.")
            )
            messages.success(request, told)
            return taken(request, redirect("search:words"))
    accepted = WordGroup.objects.filter(state=WordGroup.State.ACCEPTED)
    waiting = WordGroup.objects.filter(state=WordGroup.State.PROPOSED).select_related("proposed_by")
    context = {
        "form": form,
        "groups": sorted(accepted, key=lambda group: group.forms[0].casefold()),
        "waiting": waiting if curates else [],
        "own": [] if curates else own[:50],
        "curates": curates,
        "tabs": tabs("words") if curates else [],
    }
    return render(request, "search/curation/words.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_curators
def word_group(request: HttpRequest, pk: int) -> HttpResponse:
    """One group: accept it, as it is or changed, or decline it with a reason."""
    group = get_object_or_404(WordGroup.objects.select_related("proposed_by", "decided_by"), pk=pk)
    declines = request.method == "POST" and "decline" in request.POST
    form = WordsForm(request.POST if request.method == "POST" and not declines else None, instance=group)
    decline = DeclineForm(request.POST if declines else None)
    if declines and decline.is_valid():
        actions.decline_words(person=request.user, group=group, reason=decline.cleaned_data["reason"])
        messages.success(request, _("Search does not use these words."))
        return taken(request, redirect("search:words"))
    if not declines and request.method == "POST" and form.is_valid():
        actions.accept_words(person=request.user, group=form.save(commit=False))
        messages.success(request, _("Search now uses these words."))
        return taken(request, redirect("search:words"))
    context = {"form": form, "decline": decline, "group": group, "wrong": decline if declines else form}
    return render(
        request, "search/curation/word_group.html", context, status=422 if form.errors or decline.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_curators
def answers(request: HttpRequest) -> HttpResponse:
    """Pages that were put on top of a query or left out of it, as far as this curator may read them; and a form for more."""
    given = {name: request.GET.get(name, "").replace("\x00", "")[:500] for name in ("query", "address")}
    form = AnswerForm(request.POST or None, initial=given, person=request.user)
    if request.method == "POST" and form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in ("query", "verdict", "note", "until")}
        actions.choose_answer(person=request.user, key=form.key, **chosen)
        messages.success(request, _("This applies from the next search."))
        return redirect("search:answers")
    rows = list(ChosenAnswer.objects.select_related("chosen_by")[:MAX_ANSWERS])
    read = finding.by_key([row.key for row in rows], request.user, audience_tokens(request.user))
    context = {
        "form": form,
        # Of a page that she may not read, not even that somebody chose it.
        "answers": [(row, read[row.key]) for row in rows if row.key in read],
        "tabs": tabs("answers"),
    }
    return render(request, "search/curation/answers.html", context, status=422 if form.errors else 200)


@require_POST
@for_curators
def forget_answer(request: HttpRequest, pk: int) -> HttpResponse:
    answer = get_object_or_404(ChosenAnswer, pk=pk)
    if not finding.by_key([answer.key], request.user, audience_tokens(request.user)):
        raise Http404
    actions.forget_answer(person=request.user, answer=answer)
    messages.success(request, _("This page is ranked like any other again."))
    return redirect("search:answers")
