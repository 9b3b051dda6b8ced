"""The base of all forms for pages: fields, their checks, and how they are read from a page and applied to it.

The form never saves. It sets fields on the given page, which the caller passes to `pages.actions`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from desk.tag_fields import TagsField
from desk.when import WhenForm
from limits import TAG_CHARACTERS, TAGS, TEXT_BYTES, TITLE_CHARACTERS
from pages.models import AuthorInvitation, BasePage, PageAuthor
from people.choosing import PeopleField, people_text
from people.fields import ChoosingField
from people.models import Person, Space
from people.once import FormKeyField
from text import phrases
from text.invisible import is_seen, one_line
from text.merge import has_marks
from text.slugs import typed_slug

#: Actions that show the form again.
UNFINISHED = frozenset({"preview", "add_picture"})


class ComposerForm(WhenForm):
    title = forms.CharField(
        label=_("Title"), max_length=TITLE_CHARACTERS, error_messages={"required": phrases.ENTER_TITLE}
    )
    summary = forms.CharField(
        label=_("Summary"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One or two sentences. Shown in lists, search results and feeds."),
    )
    body = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=TEXT_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 22, "data-markdown-editor": ""}),
        help_text=_(
            "You can use Markdown: **bold**, _italic_, # heading, - list, [text](address), [[page in the wiki]]."
        ),
    )
    tags = TagsField(label=_("Tags"), required=False, max_length=1000, help_text=_("Separated by commas."))
    authors = PeopleField(
        any_account=True,
        label=_("Authors"),
        required=False,
        help_text=_("Names, separated by commas. People you name are notified and can remove themselves."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=settings.INTRANET_CONTENT_LANGUAGES,
        help_text=_("The language of the text. Search and screen readers use it."),
    )
    audience = forms.ChoiceField(label=phrases.WHO_CAN_READ, required=False, widget=forms.RadioSelect)
    slug = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=200,
        help_text=_("The last part of the page’s address. If you change it, the old address still works."),
    )
    change_note = forms.CharField(
        label=phrases.WHAT_CHANGED, required=False, max_length=250, help_text=_("Shown in the page’s history.")
    )
    minor = forms.BooleanField(
        label=_("Minor change"),
        required=False,
        help_text=_("Lists of changes hide minor changes unless someone asks to see them."),
    )
    base_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    form_key = FormKeyField()
    # The heading whose section the text is, if it is not the whole text: see `desk.section_form`.
    # Whether the form shows two versions to settle: then the marks between them must not be published.
    settling = forms.CharField(required=False, max_length=1, widget=forms.HiddenInput)
    section = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    # The slug when the form was opened: if it was not edited, the page's current slug stays.
    slug_seen = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)
    # The audience when the form was opened: if somebody narrowed it since, the form must not widen it again.
    audience_seen = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)

    #: Page fields copied from the form as they are.
    plain_fields: ClassVar[tuple[str, ...]] = ("title", "summary", "body")

    def __init__(self, *args: Any, space: Space, person: Person, page: BasePage | None = None, **kwargs: Any) -> None:
        # Posted data need no initial values.
        if not args:
            if page is not None:
                first = self.initial_of(page)
            else:
                first = {"authors": people_text([person]), "language": language_of_last_page(person)}
            initial = {**first, **kwargs.get("initial", {})}
            kwargs["initial"] = initial | {"language": initial["language"] or first["language"]}
        super().__init__(*args, **kwargs)
        self.space, self.person, self.page = space, person, page
        self.fields["authors"].reader = person  # type: ignore[attr-defined]
        self.fields["audience"].choices = audience_choices(space)  # type: ignore[attr-defined]
        self.initial.setdefault("audience", self.fields["audience"].choices[0][0])  # type: ignore[attr-defined]
        for name in ("title", "summary", "body", "tags", "change_note"):
            self.fields[name].widget.attrs["dir"] = "auto"
        for name in {"title", "summary", "body", "transcript"} & set(self.fields):
            self.fields[name].widget.attrs["lang"] = self["language"].value()
        if person.writes_visually:
            self.fields["body"].widget.attrs["data-mode"] = "visual"
        if page is None:
            del self.fields["slug"], self.fields["slug_seen"]

    @classmethod
    def initial_of(cls, page: BasePage) -> dict[str, Any]:
        """Form values of a page; `page` is its newest revision as an object."""
        return {
            **{name: getattr(page, name) for name in cls.plain_fields},
            "tags": ", ".join(tag.name for tag in page.tags.all()),
            "authors": people_text(author.person for author in page.page_authors.all().select_related("person")),
            "language": page.language,
            "audience": page.audience,
            "audience_seen": page.audience,
            "slug": page.slug,
            "slug_seen": page.slug,
            "base_revision": page.latest_revision_id,
            **cls.initial_of_when(page),
        }

    def clean_section(self) -> str:
        # The view has put a section back into its text, unless there is no such heading.
        if self.cleaned_data["section"]:
            self.add_error("body", phrases.SECTION_GONE)
        return ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("settling") and self.data.get("action") not in UNFINISHED:
            for name in ("body", "transcript"):
                if has_marks(cleaned.get(name) or ""):
                    self.add_error(name, phrases.STILL_MARKED)
        return cleaned

    def clean_title(self) -> str:
        title = one_line(self.cleaned_data["title"])
        if not is_seen(title):
            raise forms.ValidationError(phrases.ENTER_TITLE, code="required")
        return title

    def clean_body(self) -> str:
        return self.cleaned_data["body"].replace("\r\n", "\n").replace("\r", "\n")

    def clean_tags(self) -> list[str]:
        names = self.cleaned_data["tags"]
        if len(names) > TAGS:
            raise forms.ValidationError(_("Use %(number)s tags or fewer."), params={"number": TAGS})
        if too_long := next((name for name in names if len(name) > TAG_CHARACTERS), None):
            raise forms.ValidationError(
                _("The tag “%(tag)s” is too long. Use a shorter one."), params={"tag": too_long}
            )
        return names

    def clean_authors(self) -> list[Person]:
        named: list[Person] = self.cleaned_data["authors"] or [self.person]
        gone = [person for person in named if not person.is_active]
        already = {author.person_id for author in self.page.page_authors.all()} if gone and self.page else set()
        if left := [person.name for person in gone if person.pk not in already]:
            raise forms.ValidationError(
                _("The account of %(names)s is deactivated, so you cannot name them as an author."),
                params={"names": ", ".join(left)},
            )
        declined = (
            AuthorInvitation.objects.filter(page=self.page, answer=AuthorInvitation.Answer.DECLINED)
            if self.page
            else []
        )
        unwilling = {invitation.person_id for invitation in declined} - {self.person.pk}
        if names := [person.name for person in named if person.pk in unwilling]:
            raise forms.ValidationError(
                _("%(names)s asked not to be named on this page. Remove them from the authors."),
                params={"names": ", ".join(names)},
            )
        return named

    def clean_language(self) -> str:
        # If it is missing: as it was.
        return self.cleaned_data["language"] or (
            self.page.language if self.page else language_of_last_page(self.person)
        )

    def clean_audience(self) -> str:
        # If it is missing: as it was, or for a new page the widest audience of the space.
        chosen = self.cleaned_data["audience"]
        if chosen and (self.page is None or chosen != self.data.get("audience_seen")):
            return chosen
        return self.page.audience if self.page is not None else self.initial["audience"]

    def clean_slug(self) -> str:
        if self.page is not None and self.cleaned_data["slug"] == self.data.get("slug_seen"):
            return self.page.slug
        slug = address_of(self.cleaned_data["slug"], self.page)
        if not slug and self.page is not None:
            return self.page.slug
        if self.page is not None and slug != self.page.slug and sibling_has(self.page, slug):
            raise forms.ValidationError(
                _("Another page here already has the address “%(slug)s”. Choose another."), params={"slug": slug}
            )
        return slug

    def apply_to(self, page: BasePage) -> None:
        """Set the form's values on `page`. Tags and authors that were not posted stay."""
        for name in self.plain_fields:
            if name in self.data or name == "title" or self.page is None:
                setattr(page, name, self.cleaned_data[name])
        if "slug" in self.fields and self.cleaned_data["slug"]:
            page.slug = self.cleaned_data["slug"]
        if "tags" in self.data:
            page.tags.set(self.cleaned_data["tags"])
        if "authors" in self.data or self.page is None:
            page.page_authors.set(
                [
                    PageAuthor(person=person, sort_order=place)
                    for place, person in enumerate(self.cleaned_data["authors"])
                ]
            )
        page.audience = self.cleaned_data["audience"]
        page.language = self.cleaned_data["language"]

    def remarks(self) -> list[str]:
        """Hints for the author about what was saved."""
        return []

    def take_errors(self, problem: ValidationError) -> None:
        errors = problem.message_dict if hasattr(problem, "error_dict") else {NON_FIELD_ERRORS: problem.messages}
        for name, messages in errors.items():
            for message in messages:
                self.add_error(name if name in self.fields else None, message)

    def as_typed(self) -> dict[str, Any]:
        """What the form shows when it is shown again: names that were found as they are spelt."""
        chosen = {name for name, field in self.fields.items() if isinstance(field, ChoosingField)}
        names = [name for name in self.fields if name not in self.files]
        return {name: (self[name].value() if name in chosen else self.data.get(name, "")) or "" for name in names}


def address_of(typed: str, page: BasePage | None) -> str:
    """The slug for a typed address; the page's current one stays as it is, however it was made."""
    return typed if page is not None and typed == page.slug else typed_slug(typed, longest=200)


def audience_choices(space: Space) -> list[tuple[str, Any]]:
    """Widest first. A space that only members see has nothing wider."""
    members = ("space", _("Members of %(space)s") % {"space": space.name})
    return [members] if space.see == Space.See.MEMBERS else [("staff", phrases.ALL_STAFF), members]


def language_of_last_page(person: Person) -> str:
    found = BasePage.objects.filter(owner=person).order_by("-pk").values_list("language", flat=True).first()
    return found or settings.LANGUAGE_CODE


def sibling_has(page: BasePage, slug: str) -> bool:
    parent = page.get_parent()
    return parent is not None and parent.get_children().filter(slug=slug).exclude(pk=page.pk).exists()
