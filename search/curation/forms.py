"""Forms of those who look after search, and of all who propose words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pages.access import visible_to
from pages.addresses import to_path
from pages.models import BasePage
from people.models import Person
from search import documents
from search.curation.current import normal
from search.curation.models import ChosenAnswer, WordGroup
from search.engine.words import words
from search.synonyms import LONGEST, MAX_ALTERNATIVES

MAX_FORMS = MAX_ALTERNATIVES
LONGEST_FORM = 80


class WordsForm(forms.ModelForm[WordGroup]):
    """A group of words, one form a line."""

    lines = forms.CharField(
        label=gettext_lazy("Words"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        help_text=gettext_lazy("One per line: an acronym and its meaning, or words that mean the same."),
    )

    field_order = ["lines"]

    class Meta:
        model = WordGroup
        fields = ["meaning", "one_way", "note"]
        labels = {"note": gettext_lazy("Why is it needed?")}
        help_texts = {
            "meaning": gettext_lazy("One line, shown to people who search for the first word only."),
            "one_way": gettext_lazy(
                "A search for “car” finds “vehicle”, but a search for “vehicle” does not find “car”."
            ),
            "note": gettext_lazy("Only search curators can read this."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["lines"] = "\n".join(self.instance.forms)

    def clean_lines(self) -> list[str]:
        lines = [" ".join(line.replace("\x00", "").split()) for line in self.cleaned_data["lines"].splitlines()]
        found: dict[tuple[str, ...], str] = {}
        for line in filter(None, lines):
            inside = tuple(words(line))
            if not inside:
                raise forms.ValidationError(_("“%(line)s” has no words. Enter at least one.") % {"line": line[:60]})
            if len(inside) > LONGEST or len(line) > LONGEST_FORM:
                message = _("“%(line)s” is too long. Use %(number)s words or fewer.")
                raise forms.ValidationError(message % {"line": line[:60], "number": LONGEST})
            found.setdefault(inside, line)
        if len(found) > MAX_FORMS:
            raise forms.ValidationError(_("Enter %(number)s words or fewer.") % {"number": MAX_FORMS})
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        found = cleaned.get("lines")
        self.instance.forms = found or self.instance.forms
        if found is not None and len(found) < 2 and not cleaned.get("meaning"):
            self.add_error("lines", _("Enter at least two words, or one word and its meaning."))
        if found and "lines" not in self.errors and (same := self._known(found)) is not None:
            message = _("These words are already in one group: %(group)s.")
            self.add_error("lines", message % {"group": ", ".join(same.forms)})
        return cleaned

    def _known(self, found: list[str]) -> WordGroup | None:
        """An accepted group that says the same already. Those that wait are nobody's business but their proposer's."""
        new = {tuple(words(form)) for form in found}
        accepted = WordGroup.objects.filter(state=WordGroup.State.ACCEPTED).exclude(pk=self.instance.pk)
        if self.cleaned_data.get("meaning"):
            accepted = accepted.filter(meaning=self.cleaned_data["meaning"])
        return next((one for one in accepted if new <= {tuple(words(form)) for form in one.forms}), None)


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The person who proposed these words can read this."),
    )


class AnswerForm(forms.Form):
    """A page, or a person, for a query."""

    query = forms.CharField(
        label=gettext_lazy("When someone searches for"),
        max_length=150,
        help_text=gettext_lazy("Capital letters, accents and punctuation make no difference."),
    )
    address = forms.CharField(
        label=gettext_lazy("Address of the page"),
        max_length=500,
        help_text=gettext_lazy("Copy it from your browser. It can be the address of a page, a space or a person."),
    )
    verdict = forms.ChoiceField(
        label=gettext_lazy("This page is"),
        choices=ChosenAnswer.Verdict.choices,
        initial=ChosenAnswer.Verdict.PIN,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Shown with the result to people who can read the page."),
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Leave it empty to have no last day."),
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_query(self) -> str:
        query = normal(self.cleaned_data["query"])
        if not query:
            raise forms.ValidationError(_("Enter at least one word."))
        return query

    def clean_address(self) -> str:
        """The address without its host; what it leads to is in `key`. The door is asked for whoever fills in the form."""
        path = urlsplit(self.cleaned_data["address"].strip()).path
        path = "/" + path.strip("/") + "/"
        page = visible_to(self.person, BasePage.objects.filter(url_path=to_path(path))).first()
        if page is not None and page.specific_kind.name:
            self.key = documents.page_key(page.pk)
        elif path.startswith("/people/") and (found := self._person(path)) is not None:
            self.key = documents.key_of(found)
        else:
            raise forms.ValidationError(_("Search cannot find a page at this address. Check the address."))
        return path

    @staticmethod
    def _person(path: str) -> Person | None:
        return Person.objects.filter(username=path.split("/")[2], is_active=True).first()

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until is not None and until < timezone.localdate():
            raise forms.ValidationError(_("Enter today’s date or a later one."))
        return until
