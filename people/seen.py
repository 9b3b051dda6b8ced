"""Settings and profiles that two people change at once: nobody undoes what the other has saved meanwhile.

The form carries, for each field, what it showed when it was opened. A field that only one of them changed keeps that
change, texts are merged, and where both changed the same thing the second is asked.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from text.merge import has_marks, merge
from text.phrases import STILL_MARKED

ENDING = "_seen"


class SeenForm(forms.ModelForm[Any]):
    #: Fields to compare; those of `texts` are merged.
    compared: ClassVar[tuple[str, ...]] = ()
    texts: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            return
        for name in self.compared:
            self.fields[name + ENDING] = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
            self.initial[name + ENDING] = self.stored(name)

    def stored(self, name: str) -> str:
        """The value in the database, as the form would send it."""
        return _as_sent(self.initial.get(name))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.compared:
            if name + ENDING not in self.data or name not in cleaned:
                continue
            seen, now, mine = _as_sent(self.data[name + ENDING]), self.stored(name), _as_sent(self.data.get(name))
            if name in self.texts and has_marks(mine) and not has_marks(now):
                self.add_error(name, STILL_MARKED)
            elif mine == seen:
                self._take(name, now)
            elif now not in (seen, mine):
                self._settle(name, seen, mine, now)
        return cleaned

    def _settle(self, name: str, seen: str, mine: str, now: str) -> None:
        self.data = self.data.copy()  # type: ignore[assignment, attr-defined]
        # What is sent next is about the newest values.
        self.data[name + ENDING] = now  # type: ignore[index]
        merged = merge(seen, mine, now)
        if name in self.texts and merged.is_clean:
            self._take(name, merged.text)
            return
        if name in self.texts:
            self.data[name] = merged.marked(_("Theirs"), _("Yours"))  # type: ignore[index]
            words = _(
                "Someone changed the same words while you were writing. The text has both versions, theirs first."
            )
        else:
            shown = dict(getattr(self.fields[name], "choices", ())).get(now, now) or _("empty")
            words = _("Someone changed this to “%(value)s” while you were writing. Send the form again to keep yours.")
            words %= {"value": shown}
        self.add_error(name, words)

    def _take(self, name: str, value: str) -> None:
        self.cleaned_data[name] = self.fields[name].clean(value)
        if check := getattr(self, f"clean_{name}", None):
            self.cleaned_data[name] = check()


def _as_sent(value: Any) -> str:
    return ("" if value is None else str(value)).replace("\r\n", "\n")
