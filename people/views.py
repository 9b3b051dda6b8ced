"""The directory, profiles, and joining and leaving a space."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Case, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.users.models import UserProfile

from imaging.fields import PictureField
from imaging.formats import ACCEPT, ENDINGS
from imaging.sizes import PHOTO_SIDE, reduced
from limits import PHOTO_BYTES
from people import actions
from people.choosing import PeopleField, asked_for
from people.models import JoinRequest, Membership, Person, Space
from people.once import taken
from people.permissions import RELEASE, may_administer, may_ask_to_join, roles_of
from people.seen import SeenForm
from people.written import written
from people.zones import zone_choices
from text import phrases
from web.paging import page_number

PEOPLE = 60
ENTRIES_OF_A_PERSON = 10


class ProfileForm(SeenForm):
    compared = ("first_name", "last_name", "job_title", "about", "skills")
    texts = frozenset({"about"})

    skills = forms.CharField(
        label=gettext_lazy("Skills"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("What colleagues can ask you about, separated by commas."),
    )
    photo = PictureField(
        label=gettext_lazy("Photo"),
        required=False,
        max_bytes=PHOTO_BYTES,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy("JPEG, PNG, GIF, WebP or AVIF, at most 5 MB."),
    )

    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=False,
        choices=zone_choices,
        help_text=gettext_lazy("For the times at which you publish something. Only you can see this setting."),
    )

    class Meta:
        model = Person
        fields = ["first_name", "last_name", "job_title", "about", "skills", "photo", "time_zone", "uses_shortcuts"]
        labels = {"uses_shortcuts": gettext_lazy("Use the / key to go to the search box")}
        help_texts = {
            "uses_shortcuts": gettext_lazy(
                "Turn this off if you use speech input or press keys by accident. Only you can see this setting."
            )
        }
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "job_title": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "about": forms.Textarea(attrs={"rows": 6}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        skills = {"skills": ", ".join(kwargs["instance"].skills)}
        super().__init__(*args, **{**kwargs, "initial": skills})

    def save(self, commit: bool = True) -> Person:
        person = super().save(commit)
        if "time_zone" in self.changed_data:
            # Wagtail's admin keeps its own.
            profile = UserProfile.get_for_user(person)
            profile.current_time_zone = person.time_zone
            profile.save()
        return person

    def clean_skills(self) -> list[str]:
        skills = [skill.strip()[:60] for skill in self.cleaned_data["skills"].split(",")]
        return list(dict.fromkeys(skill for skill in skills if skill))[:30]

    def clean_photo(self) -> Any:
        photo = self.cleaned_data["photo"]
        checked = getattr(photo, "checked", None)
        if checked is None:
            return photo
        name = f"{self.instance.username}.{ENDINGS[checked.form]}"
        # Store only the size that is needed, not the upload.
        return SimpleUploadedFile(name, reduced(photo.read(), PHOTO_SIDE), photo.content_type)


@require_POST
def set_writing_mode(request: HttpRequest) -> HttpResponse:
    """Remembers whether a person writes in the visual mode; called by the switch of the editor."""
    Person.objects.filter(pk=request.user.pk).update(writes_visually=request.POST.get("mode") == "visual")
    return HttpResponse(status=204)


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """All staff; with `?may=release` only people who can release pages to the public and withdraw them."""
    query, releasers = query_of(request), request.GET.get("may") == "release"
    people = asked_for(Person.objects.filter(is_active=True), query)
    if releasers:
        people = people.filter(pk__in=Person.objects.who_may(RELEASE).values("pk"))
    page = Paginator(people, PEOPLE).get_page(page_number(request.GET))
    return render(request, "people/directory.html", {"people": page, "query": query, "releasers": releasers})


def query_of(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:100]


@require_safe
def person(request: HttpRequest, username: str) -> HttpResponse:
    """A profile with the spaces that this reader can see, and pages from a higher layer (`people.written`)."""
    found = _person(username)
    if found.username != username:
        return redirect(found)
    seen = Space.objects.visible_to(request.user)
    memberships = Membership.objects.filter(person=found, space__in=seen).select_related("space")
    context = {
        "person": found,
        "memberships": sorted(memberships, key=lambda membership: membership.space.sort_key),
        "is_me": found.pk == request.user.pk,
        "entries": written().newest_by(request.user, found, ENTRIES_OF_A_PERSON),
    }
    return render(request, "people/person.html", context)


def _person(username: str) -> Person:
    return get_object_or_404(Person.objects.named([username]), is_active=True)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: HttpRequest, username: str) -> HttpResponse:
    found = _person(username)
    if found.pk != request.user.pk and not request.user.is_superuser:
        raise Http404
    form = ProfileForm(request.POST or None, request.FILES or None, instance=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return taken(request, redirect(found))
    return render(
        request, "people/profile_form.html", {"form": form, "person": found}, status=422 if form.errors else 200
    )


def _space(request: HttpRequest, slug: str) -> Space:
    return get_object_or_404(Space.objects.visible_to(request.user), slug=slug)


class AddPeopleForm(forms.Form):
    people = PeopleField(
        label=gettext_lazy("People"),
        help_text=gettext_lazy("Names, separated by commas."),
        error_messages={"required": gettext_lazy("Enter the name of someone to add.")},
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Membership.Role.choices)

    def __init__(self, *args: Any, reader: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "add-%s", **kwargs})
        self.fields["people"].reader = reader  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, space: str) -> HttpResponse:
    """The members of a space; a POST by who looks after it adds people."""
    found = _space(request, space)
    if request.method == "POST" and not may_administer(request.user, found):
        raise Http404
    form = AddPeopleForm(request.POST if request.method == "POST" else None, reader=request.user)
    if form.is_valid():
        _add(request, found, form.cleaned_data["people"], form.cleaned_data["role"])
        return redirect(reverse("people:members", kwargs={"space": space}) + _place(request))
    return _members(request, found, form)


def _add(request: HttpRequest, space: Space, people: list[Person], role: str) -> None:
    """Who is a member already keeps her role: of several names one may be an owner's."""
    already = set(Membership.objects.filter(space=space, person__in=people).values_list("person_id", flat=True))
    new = [person for person in people if person.pk not in already]
    with transaction.atomic():
        for person in new:
            actions.set_role(by=request.user, person=person, space=space, role=role)
    if new:
        names = ", ".join(person.name for person in new)
        messages.success(request, _("You have added %(names)s to this space.") % {"names": names})
    if there := [person.name for person in people if person.pk in already]:
        words = _("Already in this space: %(names)s. You can change their role in the list below.")
        messages.info(request, words % {"names": ", ".join(there)})


def _members(request: HttpRequest, found: Space, form: AddPeopleForm) -> HttpResponse:
    memberships = Membership.objects.filter(space=found, person__is_active=True).select_related("person")
    query, total = query_of(request), memberships.count()
    rank = Case(*(When(role=role, then=at) for at, role in enumerate(("owner", "editor"))), default=2)
    asked = asked_for(memberships, query, "person__").order_by(rank, "person__sort_key", "person__pk")
    administers = may_administer(request.user, found)
    context = {
        "space": found,
        "memberships": Paginator(asked, PEOPLE).get_page(page_number(request.GET)),
        "total": total,
        "query": query,
        "searchable": total > PEOPLE,
        "place": _place(request),
        "may_administer": administers,
        "requests": JoinRequest.objects.waiting_in([found.pk]).select_related("person") if administers else [],
        "role": roles_of(request.user).get(found.pk, ""),
        "may_ask": may_ask_to_join(request.user, found),
        "roles": Membership.Role.choices,
        "form": form,
    }
    return render(request, "people/members.html", context, status=422 if form.errors else 200)


@require_POST
def join(request: HttpRequest, space: str) -> HttpResponse:
    found = _space(request, space)
    try:
        joined = actions.join(person=request.user, space=found)
    except PermissionDenied:
        messages.error(request, _("You need an invitation to join this space. Ask one of its owners."))
        return redirect(found)
    messages.success(
        request,
        _("You are now a member of this space.")
        if joined
        else _("You have asked to join. The owners of this space are told."),
    )
    return redirect(found)


@require_POST
def leave(request: HttpRequest, space: str) -> HttpResponse:
    found = _space(request, space)
    try:
        actions.leave(person=request.user, space=found)
    except actions.LastOwner:
        messages.error(request, _("You are the last owner of this space. Make someone else an owner first."))
        return redirect("people:members", space=space)
    messages.success(request, _("You have left “%(space)s”.") % {"space": found.name})
    return redirect("pages:space_index")


@require_POST
def set_role(request: HttpRequest, space: str) -> HttpResponse:
    found = _space(request, space)
    if not may_administer(request.user, found):
        raise Http404
    username = request.POST.get("username", "").strip()[:150]
    person = Person.objects.named([username]).filter(is_active=True).first()
    role = request.POST.get("role", "")
    if person is None:
        messages.error(request, phrases.NO_SUCH_USERNAME % {"name": username})
    elif role and role not in Membership.Role.values:
        messages.error(request, _("Choose a role from the list."))
    else:
        try:
            actions.set_role(by=request.user, person=person, space=found, role=role)
            messages.success(request, _("The role of %(name)s is saved.") % {"name": person.name})
        except actions.LastOwner:
            messages.error(request, _("A space needs at least one owner. Make someone else an owner first."))
    return redirect(reverse("people:members", kwargs={"space": space}) + _place(request))


def _place(request: HttpRequest) -> str:
    """The current query and page of the list, so that a change leads back there."""
    asked = {"q": query_of(request), "page": page_number(request.GET)}
    place = urlencode({name: value for name, value in asked.items() if value and value != 1})
    return f"?{place}" if place else ""
