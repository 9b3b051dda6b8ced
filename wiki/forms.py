"""Forms of the wiki: text, audience, and move."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.composer import ComposerForm, audience_choices
from desk.pictures import PictureKeeper
from pages.access import visible_to
from pages.addresses import to_path
from pages.depth import check_depth
from pages.permissions import may_write
from people.models import Person, Space
from text import phrases
from text.markup import link_key
from wiki.models import WikiPage

MAX_CHOICES = 500


class ParentField(forms.CharField):
    """A wiki page by its path below the wiki, with existing paths as suggestions."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Parent page"))
        kwargs.setdefault(
            "help_text",
            _(
                "The path of a page, for example team/getting-started. Leave it empty to put this page at the "
                "top of the wiki."
            ),
        )
        attrs = {"list": "wiki-paths", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(required=False, max_length=1000, widget=forms.TextInput(attrs=attrs), **kwargs)

    def find(self, typed: str, space: Space, person: Person) -> WikiPage:
        """The parent page, if `person` can write below it; raises `ValidationError`. A full address may be in another wiki."""
        asked = typed.strip().strip("/")
        if not asked.startswith("spaces/"):
            parts = [link_key(part) for part in asked.removeprefix("wiki/").split("/")]
            asked = "/".join(["spaces", space.slug, "wiki", *filter(None, parts)])
        page = (
            visible_to(person, WikiPage.objects.select_related("space")).filter(url_path=to_path(f"/{asked}/")).first()
        )
        if page is None or not may_write(person, page.space):
            raise forms.ValidationError(_("There is no page “%(path)s” here. Check the path."), params={"path": typed})
        return page


def path_choices(space: Space, person: Person) -> list[dict[str, str]]:
    # By title, because an index has them in that order.
    readable = visible_to(person, WikiPage.objects.in_space(space).below_root()).order_by("sort_key", "pk")
    start = len(to_path(f"/spaces/{space.slug}/wiki/"))
    rows = readable.values_list("url_path", "title", "language")[:MAX_CHOICES]
    return [{"path": path[start:].strip("/"), "title": title, "language": language} for path, title, language in rows]


class WikiForm(PictureKeeper, ComposerForm):
    parent = ParentField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.page is not None:
            del self.fields["parent"]
        if self.page is not None and self.page.is_root_of_wiki:
            # It is there as long as the space.
            del self.fields["publish_at"], self.fields["expire_at"]

    def clean_parent(self) -> WikiPage:
        field: Any = self.fields["parent"]
        parent: WikiPage = field.find(self.cleaned_data["parent"], self.space, self.person)
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

    def clean_parent(self) -> WikiPage:
        field: Any = self.fields["parent"]
        parent: WikiPage = field.find(self.cleaned_data["parent"], self.page.space, self.person)
        if parent.path.startswith(self.page.path):
            raise forms.ValidationError(phrases.BELOW_ITSELF)
        twin = parent.get_children().filter(slug=self.page.slug).exclude(pk=self.page.pk)
        if twin.exists():
            raise forms.ValidationError(phrases.ADDRESS_TAKEN, params={"slug": self.page.slug})
        return parent
