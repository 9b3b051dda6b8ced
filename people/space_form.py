"""The form for a new space, and for the policies of an existing one."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import Membership, Space
from people.seen import SeenForm
from text import phrases
from text.slugs import typed_slug

FORBIDDEN_SLUGS = {"new", "all"}
TAKEN = gettext_lazy("This short name is taken. Choose another.")


class SpaceForm(SeenForm):
    compared = ("name", "kind", "description", "see", "join", "write", "approval")
    texts = frozenset({"description"})

    class Meta:
        model = Space
        fields = [
            "name",
            "slug",
            "kind",
            "description",
            "see",
            "join",
            "write",
            "approval",
            "comment",
            "mails_titles_only",
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "see": forms.RadioSelect,
            "join": forms.RadioSelect,
            "write": forms.RadioSelect,
            "comment": forms.RadioSelect,
            "approval": forms.RadioSelect,
        }
        help_texts = {
            "approval": gettext_lazy("Owners can approve, and the editors that you tick below."),
            "see": gettext_lazy("Members only: no one else can see its name or anything in it."),
            "mails_titles_only": gettext_lazy(
                "Notifications by e-mail then say what happened on which page, and contain nothing of its text."
            ),
            "description": gettext_lazy("One or two sentences: what this space is for, and who it is for."),
        }

    slug = forms.CharField(
        label=phrases.SHORT_NAME,
        required=False,
        max_length=80,
        # The same for a reserved name, a visible space and a hidden one, to reveal nothing.
        error_messages={"unique": TAKEN},
        help_text=gettext_lazy(
            "Part of every address in this space. You cannot change it later. Leave it empty to make it from "
            "the name. Anyone can find out that a short name is taken, so choose one that reveals nothing if "
            "the space is for members only."
        ),
    )

    approvers = forms.MultipleChoiceField(
        label=gettext_lazy("Editors who can approve"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        # A form that was opened before there was this question leaves it as it is.
        self.fields["approval"].required = False
        self._offer_editors()
        if self.instance.pk:
            # Feeds, bookmarks and links depend on the address.
            del self.fields["slug"]
        self.fields["comment"].required = False
        if not person.is_superuser:
            kinds = [choice for choice in Space.Kind.choices if choice[0] in self._kinds_of_anybody()]
            self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def _kinds_of_anybody(self) -> set[str]:
        return {Space.Kind.COMMUNITY, Space.Kind.PROJECT, self.instance.kind if self.instance.pk else ""}

    def clean_comment(self) -> str:
        """The policy that the space has, or that new ones have, if the form does not ask."""
        return self.cleaned_data["comment"] or self.instance.comment

    def clean_slug(self) -> str:
        typed = self.cleaned_data["slug"] or ("" if self.data.get("see") == "members" else self.data.get("name", ""))
        slug = typed_slug(typed, longest=80)
        if not slug:
            raise forms.ValidationError(_("Enter a short name with letters or numbers."))
        if slug in FORBIDDEN_SLUGS:
            raise forms.ValidationError(TAKEN)
        return slug

    def _offer_editors(self) -> None:
        editors = Membership.objects.filter(space=self.instance.pk or 0, role=Membership.Role.EDITOR)
        rows = list(editors.select_related("person").order_by("person__sort_key", "pk"))
        if not rows:
            del self.fields["approvers"]
            return
        self.fields["approvers"].choices = [(str(row.pk), row.person.name) for row in rows]  # type: ignore[attr-defined]
        self.initial["approvers"] = [str(row.pk) for row in rows if row.approves]

    def clean_approval(self) -> str:
        return self.cleaned_data["approval"] or self.instance.approval

    def save(self, commit: bool = True) -> Space:
        space = super().save(commit)
        if commit and "approvers" in self.fields and "approval" in self.data:
            editors = Membership.objects.filter(space=space, role=Membership.Role.EDITOR)
            editors.update(approves=False)
            editors.filter(pk__in=self.cleaned_data["approvers"]).update(approves=True)
        return space
