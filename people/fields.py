"""A form field for things that are chosen by name: people, pages, tags. With a script it completes what is typed.

What is chosen is in the field as "Name (key)", so that it stays the same thing however many share the name. Without
a script one types a name, part of a name or the key; where several fit, the form comes back with the choices below it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.template import loader
from django.utils.translation import gettext_lazy as _

from text.invisible import is_seen, one_line
from text.titles import title_key
from web.numbers import whole_number

SEPARATORS = re.compile(r"[,;\n]+")
_KEYED = re.compile(r"(.*) \(([^()]+)\)$")
_NOT_IN_LISTS = re.compile(r"[,;()\s]+")
MAX_CHOICES = 10
MAX_TERMS = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that fits: `key` tells it from all others, `where` helps to choose, `value` is what the form gets."""

    key: str
    label: str
    where: str = ""
    value: Any = None
    language: str = ""

    @property
    def text(self) -> str:
        return spelt(self.label, self.key)

    @property
    def suggestion(self) -> dict[str, str]:
        return {"title": self.label, "where": self.where, "language": self.language, "text": self.text}


def spelt(label: str, key: str) -> str:
    return f"{_NOT_IN_LISTS.sub(' ', label).strip()} ({key})"


def key_in(term: str) -> str:
    """The key of a term that has one, else the term itself."""
    found = _KEYED.match(term)
    return found[2] if found else term


def same_key(term: str) -> str:
    """Equal for two spellings of the same choice."""
    return title_key(key_in(term.strip()))


def terms_in(typed: str) -> list[str]:
    """Each once, in order."""
    terms = (one_line(part) for part in SEPARATORS.split(typed))
    return list({title_key(term): term for term in terms if is_seen(term)}.values())


class Typed(str):
    """What was typed, with the keys that were chosen below the field, by the place of the term."""

    chosen: dict[int, str]


class ChoosingInput(forms.TextInput):
    template_name = "components/choosing.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", **(attrs or {})})
        #: Address of the suggestions, ending where "q" follows; what several fit, after cleaning.
        self.address = ""
        self.several = self.takes_new = False
        # Copies of a widget are shallow: each form puts its own list in this place.
        self.questions: tuple[tuple[int, str, list[Choice]], ...] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed | None:
        value = data.get(name)
        if value is None:
            return None
        typed = Typed(value)
        start = f"{name}_"
        typed.chosen = {
            number: data.get(each)
            for each in data
            if each.startswith(start) and (number := whole_number(each.removeprefix(start), digits=2)) is not None
        }
        return typed

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        questions = [(f"{name}_{place}", term, choices) for place, term, choices in self.questions]
        return context | {
            "questions": questions,
            "address": self.address,
            "several": self.several,
            "takes_new": self.takes_new,
        }

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> Any:
        # The form's own renderer knows only Django's templates.
        return loader.get_template(template_name).render(context)


class ChoosingField(forms.CharField):
    """Cleans to the values of the choices: a list, or with `several=False` one of them or None."""

    widget: Any = ChoosingInput
    several: ClassVar[bool] = True
    default_error_messages: ClassVar[dict[str, Any]] = {
        "none": _("Nothing here is called “%(term)s”. Check the spelling."),
        "several": _("“%(term)s” can mean several. Choose one."),
        "many": _("“%(term)s” can mean more than %(number)s. Choose one, or type more of the name."),
        "terms": _("Choose %(number)s or fewer."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 5_000, **kwargs})
        self.widget.several = self.several
        #: The cleaned terms as they are spelt, to be shown in place of what was typed.
        self.shown: str | None = None

    def find(self, terms: list[str]) -> list[list[Choice]]:
        """For each term what fits it, at most one more than `MAX_CHOICES`. A term may be a key, or have one."""
        raise NotImplementedError

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        chosen: dict[int, str] = getattr(value, "chosen", {})
        terms = terms_in(typed) if self.several else [one_line(typed)] * is_seen(typed)
        if len(terms) > MAX_TERMS:
            raise self._error("terms", number=MAX_TERMS)
        found: dict[str, Choice] = {}
        shown: list[str] = []
        problems: list[forms.ValidationError] = []
        for place, (term, fitting) in enumerate(zip(terms, self.find(terms), strict=True)):
            fits = [each for each in fitting if each.key == chosen.get(place)] or fitting
            if len(fits) == 1:
                found[fits[0].key] = fits[0]
            shown.append(fits[0].text if len(fits) == 1 else term)
            if len(fits) > 1:
                self.widget.questions += ((place, term, fits[:MAX_CHOICES]),)
                code = "many" if len(fits) > MAX_CHOICES else "several"
                problems.append(self._error(code, term=term, number=MAX_CHOICES))
            elif not fits:
                problems.append(self._error("none", term=term))
        self.shown = ", ".join(dict.fromkeys(shown))
        if problems:
            raise forms.ValidationError(problems)
        values = [choice.value for choice in found.values()]
        return values if self.several else next(iter(values), None)

    def _error(self, code: str, **params: Any) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[code], code=code, params=params)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data if self.shown is None else self.shown
