"""Forms of the wiki: text, audience, and move."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.composer import ComposerForm, audience_choices
from desk.pictures import PictureKeeper
from pages.depth import check_depth
from people.models import Person
from text import phrases
from wiki.choosing import ParentField
from wiki.models import WikiPage


class WikiForm(PictureKeeper, ComposerForm):
    parent = ParentField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.page is not None:
            del self.fields["parent"]
        else:
            self.fields["parent"].of(self.space, self.person)  # type: ignore[attr-defined]
        if self.page is not None and self.page.is_root_of_wiki:
            # It is there as long as the space.
            del self.fields["publish_at"], self.fields["expire_at"]

    def clean_parent(self) -> WikiPage:
        parent: WikiPage = self.cleaned_data["parent"]
        check_depth(parent)
        return parent

    def clean_audience(self) -> str:
        # A form that was opened before somebody narrowed the page must not widen it again: see `maintenance.audience`.
        return self.page.audience if self.page is not None else super().clean_audience()

    def clean_slug(self) -> str:
        if self.page is not None and self.page.is_root_of_wiki:
            return self.page.slug
        return super().clean_slug()


class AudienceForm(forms.Form):
    audience = forms.ChoiceField(
        label=phrases.WHO_CAN_READ,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose who can read this.")),
    )

    def __init__(self, *args: Any, page: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["audience"]
        field.choices, field.initial = audience_choices(page.space), page.audience


class MoveForm(forms.Form):
    parent = ParentField()

    def __init__(self, *args: Any, page: WikiPage, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page, self.person = page, person
        self.fields["parent"].of(page.space, person)  # type: ignore[attr-defined]

    def clean_parent(self) -> WikiPage:
        parent: WikiPage = self.cleaned_data["parent"]
        if parent.path.startswith(self.page.path):
            raise forms.ValidationError(phrases.BELOW_ITSELF)
        twin = parent.get_children().filter(slug=self.page.slug).exclude(pk=self.page.pk)
        if twin.exists():
            raise forms.ValidationError(phrases.ADDRESS_TAKEN, params={"slug": self.page.slug})
        return parent
