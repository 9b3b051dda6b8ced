"""Forms for channels and private feed links."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from desk.tag_fields import TagField
from imaging.fields import PictureField
from pages import searches
from pages.tagging import address_of
from people.models import Space
from syndication.models import Channel, PrivateFeed
from syndication.private_feeds import kind_choices
from text import phrases
from text.invisible import is_seen, one_line
from text.slugs import slug_or, typed_slug

MAX_LINKS = 50


class ChannelForm(forms.ModelForm):
    picture_file = PictureField(
        label=_("Picture"),
        required=False,
        help_text=_(
            "Shown as a square. Choose a picture of at least 1400 × 1400 pixels. Without a picture, the "
            "channel shows its initials."
        ),
    )

    class Meta:
        model = Channel
        fields = ["title", "slug", "description", "author", "language", "category", "explicit", "owner_email"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["slug"]
        else:
            self.fields["slug"] = forms.CharField(
                label=phrases.SHORT_NAME,
                required=False,
                max_length=80,
                help_text=_(
                    "Part of the public address. You cannot change it later. Leave it empty to make it from the title."
                ),
            )

    def clean_title(self) -> str:
        title = one_line(self.cleaned_data["title"])
        if not is_seen(title):
            raise ValidationError(phrases.ENTER_TITLE)
        return title

    def clean_slug(self) -> str:
        if typed := self.cleaned_data["slug"]:
            return typed_slug(typed, longest=80) or typed
        return slug_or(self.data.get("title", ""), "channel", longest=80)


class PrivateFeedForm(forms.ModelForm):
    """Which pages a private feed link includes. An empty field means everything the owner can read.

    A search replaces the other fields: its query string already has them.
    """

    kind = forms.ChoiceField(label=_("Kind"), required=False)

    class Meta:
        model = PrivateFeed
        fields = ["label", "space", "kind", "tag", "search"]
        widgets = {"search": forms.HiddenInput}
        help_texts = {
            "label": _("For example “Phone”. It helps you to know which link to revoke."),
            "tag": _("One tag, for example “annual report”."),
        }

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["space"].queryset = Space.objects.visible_to(person)  # type: ignore[attr-defined]
        self.fields["space"].empty_label = _("All spaces I can see")  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("Everything")), *kind_choices()]  # type: ignore[attr-defined]
        self.searched = searches.searcher().clean(str(self["search"].value() or ""))
        # People type the name of a tag; its slug is made from that.
        self.fields["tag"] = TagField(
            label=_("Tag"), required=False, max_length=100, help_text=self.fields["tag"].help_text
        )
        for name in ("space", "kind", "tag") if self.searched else ("search",):
            del self.fields[name]

    @property
    def search_words(self) -> str:
        return searches.searcher().title(self.searched) if self.searched else ""

    def clean_search(self) -> str:
        return self.searched

    def clean_tag(self) -> str:
        typed = one_line(self.cleaned_data["tag"])
        return address_of(typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        if PrivateFeed.objects.working().of(self.person).count() >= MAX_LINKS:
            raise ValidationError(
                _("You already have %(number)s links. Revoke one first."), params={"number": MAX_LINKS}
            )
        return super().clean() or self.cleaned_data
