"""Forms to invite people: one at a time, or a list with one person per line."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.keys import username_key, validate_leading, validate_seen
from people.models import Person
from text.invisible import one_line
from text.slugs import slug_or

MAX_LINES = 200
SEPARATORS = re.compile(r"[,;\t]")


def free_username(wanted: str, taken: set[str]) -> str:
    """`wanted` in Latin letters, with a number if the username is taken.

    `taken` has further keys of usernames (`people.keys`).
    """
    base = slug_or(wanted, "person", longest=140).replace("-", ".")
    name, number = base, 2
    while username_key(name) in taken or is_taken(name):
        name, number = f"{base}{number}", number + 1
    return name


def is_taken(username: str) -> bool:
    return Person.objects.named([username]).exists()


class InviteForm(forms.ModelForm[Person]):
    class Meta:
        model = Person
        fields = ["first_name", "last_name", "username", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].required = True
        self.fields["first_name"].validators.append(validate_seen)
        username = self.fields["username"]
        username.required = False
        username.help_text = gettext_lazy("They use it to sign in. Leave it empty to make it from the name.")
        self.fields["email"].help_text = gettext_lazy(
            "The invitation goes to this address, if this site can send e-mail."
        )
        username.widget.attrs |= {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        username.widget.attrs.pop("autofocus", None)
        # About somebody else, so the browser must not fill in the user's own data.
        for name in ("first_name", "last_name", "email"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        typed = cleaned.get("username", "")
        if not typed and "username" not in self.errors:
            words = f"{cleaned.get('first_name', '')} {cleaned.get('last_name', '')}"
            cleaned["username"] = free_username(words, set())
        return cleaned


class InviteManyForm(forms.Form):
    """Lines such as `Grace Hopper, grace@example.org` or `Grace Hopper; grace.hopper; grace@example.org`."""

    lines = forms.CharField(
        label=gettext_lazy("One person per line"),
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Name, username and e-mail address, separated by commas. You can leave out the username and the "
            "e-mail address."
        ),
    )

    def clean_lines(self) -> list[Person]:
        lines = [
            (number, line) for number, line in enumerate(self.cleaned_data["lines"].splitlines(), 1) if line.strip()
        ]
        if len(lines) > MAX_LINES:
            raise ValidationError(_("Enter %(number)s lines or fewer at a time.") % {"number": MAX_LINES})
        people: list[Person] = []
        problems: list[str] = []
        taken: set[str] = set()
        for number, line in lines:
            try:
                person = person_of(line, taken)
            except ValidationError as problem:
                words = " ".join(problem.messages)
                problems.append(_("Line %(number)s: %(words)s") % {"number": number, "words": words})
                continue
            taken.add(username_key(person.username))
            people.append(person)
        if problems:
            raise ValidationError(problems[:20])
        return people


def person_of(line: str, taken: set[str]) -> Person:
    """The unsaved person described by a line. Raises `ValidationError`."""
    parts = [part.strip() for part in SEPARATORS.split(line) if part.strip()]
    if not parts:
        raise ValidationError(_("Enter a name."))
    validate_seen(parts[0])
    name, *others = parts
    mails = [part for part in others if "@" in part]
    names = [part for part in others if "@" not in part]
    if len(mails) > 1 or len(names) > 1:
        raise ValidationError(_("Enter only a name, a username and an e-mail address. An e-mail address has an @."))
    for mail in mails:
        validate_email(mail)
    for typed in names:
        validate_leading(typed)
    name = one_line(name)
    username = names[0] if names else free_username(name, taken)
    if username_key(username) in taken or is_taken(username):
        raise ValidationError(_("The username “%(name)s” is taken. Choose another.") % {"name": username})
    first, _blank, last = name.partition(" ")
    person = Person(username=username, first_name=first, last_name=last, email=mails[0] if mails else "")
    person.set_unusable_password()
    person.clean_fields(exclude=["password"])
    return person
