"""Sets up an empty site: its name, the first administrator, the first department, the first people."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from intranet import organisation, setup_code
from pages.locking import writing_pages
from pages.spaces import start_space
from people import accounts
from people.account_views import secret_address
from people.invitations import InviteManyForm
from people.keys import username_key
from people.models import Person, Space
from people.space_form import FORBIDDEN_SLUGS
from text.slugs import typed_slug

# Autofill for the person who sets up the site (WCAG 2.2, 1.3.5).
PURPOSES = {
    "organisation": "organization",
    "first_name": "given-name",
    "last_name": "family-name",
    "username": "username",
    "email": "email",
}


class SetupForm(forms.ModelForm[Person]):
    """A single page; only the list of first people is optional."""

    organisation = forms.CharField(
        label=gettext_lazy("Name of your organisation"),
        max_length=100,
        help_text=gettext_lazy("Shown at the top of every page."),
    )
    password1 = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html(),
    )
    password2 = forms.CharField(
        label=gettext_lazy("Type the password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    department = forms.CharField(
        label=gettext_lazy("Name of the first department"),
        max_length=200,
        help_text=gettext_lazy(
            "This becomes a space with a blog, a wiki and podcasts. You will be its owner. You can add others later."
        ),
    )
    lines = InviteManyForm.base_fields["lines"]

    class Meta:
        model = Person
        fields = ["first_name", "last_name", "username", "email"]

    field_order = [
        "organisation",
        "first_name",
        "last_name",
        "username",
        "email",
        "password1",
        "password2",
        "department",
        "lines",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].required = True
        for name, purpose in PURPOSES.items():
            self.fields[name].widget.attrs["autocomplete"] = purpose
        self.fields["lines"].required = False
        self.fields["username"].help_text = gettext_lazy("You use it to sign in.")
        self.fields["username"].widget.attrs.pop("autofocus", None)

    def clean_lines(self) -> list[Person]:
        return InviteManyForm.clean_lines(self)  # type: ignore[arg-type]

    def clean_department(self) -> str:
        name = str(self.cleaned_data["department"])
        slug = typed_slug(name, longest=80)
        if not slug or slug in FORBIDDEN_SLUGS:
            raise ValidationError(_("Enter a name with letters or numbers."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        taken = {username_key(person.username) for person in cleaned.get("lines") or []}
        if username_key(cleaned.get("username", "")) in taken:
            self.add_error("lines", _("One line has the username you chose for yourself. Choose another."))
        if cleaned.get("password1") and cleaned["password1"] != cleaned.get("password2"):
            self.add_error("password2", _("The two passwords do not match. Type them again."))
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        try:
            validate_password(self.cleaned_data.get("password1") or "", self.instance)
        except ValidationError as problem:
            if "password1" not in self.errors:
                self.add_error("password1", problem)


@sensitive_post_parameters()
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest, code: str) -> HttpResponse:
    """Open to anyone with the code, until there is an account."""
    if not setup_code.is_right(settings, code):
        raise Http404
    if Person.objects.exists():
        setup_code.forget(settings)
        raise Http404
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        invited = begin(form)
        setup_code.forget(settings)
        login(request, form.instance)
        links = [_link_row(one, address) for one, address in invited]
        context = {"links": links, "answer": _("Done"), "organisation": organisation.name()}
        response = render(request, "intranet/set_up_done.html", context)
    else:
        response = render(request, "intranet/set_up.html", {"form": form}, status=422 if form.errors else 200)
    return secret_address(response)


def _link_row(person: Person, address: str) -> dict[str, Any]:
    mailed = accounts.mail_link(person, address, invited=True)
    return {"person": person, "mailed": mailed, "address": "" if mailed else address}


@writing_pages()
def begin(form: SetupForm) -> list[tuple[Person, str]]:
    """Save everything in the form or nothing; return the invited people, each with a link.

    Two submissions at the same time queue here. Nothing is mailed here: a mail cannot be rolled back, and a slow mail
    server would block all writers.
    """
    if Person.objects.exists():
        raise Http404
    person = form.save(commit=False)
    person.is_superuser = person.is_staff = True
    person.set_password(form.cleaned_data["password1"])
    person.save()
    organisation.rename(form.cleaned_data["organisation"])
    name = form.cleaned_data["department"]
    slug = typed_slug(name, longest=80)
    start_space(person=person, space=Space(name=name, slug=slug, kind=Space.Kind.DEPARTMENT))
    return [(one, accounts.invite(by=person, person=one)) for one in form.cleaned_data["lines"]]
