"""Wagtail's user forms, adapted to people without e-mail address or last name, and to groups that mirror roles.

Accounts have their own pages (`people.account_views`); these forms must not undo their work.
"""

from typing import Any

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet

from people import accounts
from people.groups import SPACE_GROUPS
from people.models import Person
from text import phrases


class _PersonForm:
    fields: dict[str, Any]
    instance: Person

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("email", "first_name", "last_name"):
            self.fields[name].required = False
        groups = self.fields["groups"]
        groups.label = _("Roles for the whole site")
        groups.help_text = _("Owners of a space give roles in it, on its “Members” page.")
        groups.queryset = Group.objects.exclude(name__startswith=SPACE_GROUPS).order_by("name")

    def clean_groups(self) -> Any:
        """The chosen groups, plus those of spaces, which this form does not manage."""
        ticked = set(self.cleaned_data["groups"].values_list("pk", flat=True))  # type: ignore[attr-defined]
        if self.instance.pk:
            mirrored = self.instance.groups.filter(name__startswith=SPACE_GROUPS)
            ticked |= set(mirrored.values_list("pk", flat=True))
        return Group.objects.filter(pk__in=ticked)


class PersonCreationForm(_PersonForm, UserCreationForm):  # type: ignore[misc]
    pass


class PersonEditForm(_PersonForm, UserEditForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = (self.instance.is_superuser, self.instance.is_active)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        stays = cleaned.get("is_superuser", True) and cleaned.get("is_active", True)
        if self.before == (True, True) and not stays and accounts.is_last_administrator(self.instance):
            self.add_error(None, phrases.LAST_ADMINISTRATOR)
        return cleaned

    def save(self, commit: bool = True) -> Any:
        person = super().save(commit=commit)
        if commit and self.before[1] and not person.is_active:
            accounts.close(person)
        return person


class PersonViewSet(UserViewSet):  # type: ignore[misc]
    def get_form_class(self, for_update: bool = False) -> Any:
        return PersonEditForm if for_update else PersonCreationForm
