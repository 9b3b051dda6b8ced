"""Form fields for tags. Suggested are those on pages that the reader can read; any other words are taken, too."""

from typing import Any

from django import forms

from people.fields import ChoosingField, terms_in

SUGGESTIONS = "/search/suggest.json?only=tag&"


class TagsField(ChoosingField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.address, self.widget.takes_new = SUGGESTIONS, True

    def clean(self, value: Any) -> Any:
        return terms_in(forms.CharField.clean(self, value))


class TagField(TagsField):
    """One tag, as it was typed."""

    several = False

    def clean(self, value: Any) -> str:
        return str(forms.CharField.clean(self, value))
