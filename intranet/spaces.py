"""Starting a space and changing its policies."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from intranet.tree import ensure_space
from pages.access import visible_to
from pages.locking import writing_pages
from pages.models import BasePage
from people.models import Membership, Space
from people.once import came_of, once
from people.permissions import forget_roles, may_administer
from text.slugs import typed_slug

FORBIDDEN_SLUGS = {"new", "all"}
MOST_NAMED = 50
TAKEN = gettext_lazy("This short name is taken. Choose another.")


class SpaceForm(forms.ModelForm[Space]):
    """Name, kind and the three policies. Only administrators make departments."""

    class Meta:
        model = Space
        fields = ["name", "slug", "kind", "description", "see", "join", "write"]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "see": forms.RadioSelect,
            "join": forms.RadioSelect,
            "write": forms.RadioSelect,
        }
        help_texts = {
            "see": gettext_lazy("Members only: nobody else learns its name, nor anything in it."),
            "description": gettext_lazy("One or two sentences: what is done here, for whom."),
        }

    slug = forms.CharField(
        label=gettext_lazy("Short name"),
        required=False,
        max_length=80,
        # The same words for a name of the site itself, of a space that she sees, and of one that she does not.
        error_messages={"unique": TAKEN},
        help_text=gettext_lazy(
            "Part of every address of the space. You cannot change it later. Empty: made from the name. Everybody can find "
            "out that a short name is taken, so give a space for members only one that tells nothing."
        ),
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if self.instance.pk:
            # Feeds, bookmarks and links all carry the address.
            del self.fields["slug"]
        if not person.is_superuser:
            kinds = [choice for choice in Space.Kind.choices if choice[0] in self._kinds_of_anybody()]
            self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def _kinds_of_anybody(self) -> set[str]:
        return {Space.Kind.COMMUNITY, Space.Kind.PROJECT, self.instance.kind if self.instance.pk else ""}

    def clean_slug(self) -> str:
        typed = self.cleaned_data["slug"] or ("" if self.data.get("see") == "members" else self.data.get("name", ""))
        slug = typed_slug(typed, longest=80)
        if not slug:
            raise forms.ValidationError(_("Type a short name of letters and digits."))
        if slug in FORBIDDEN_SLUGS:
            raise forms.ValidationError(TAKEN)
        return slug


@writing_pages()
def start_space(*, person: Any, space: Space) -> Space:
    """Saves the new `space` with its front page, blog, wiki and podcasts, and makes `person` its owner."""
    if space.kind == Space.Kind.DEPARTMENT and not person.is_superuser:
        raise PermissionDenied
    space.save()
    ensure_space(space)
    Membership.objects.create(person=person, space=space, role=Membership.Role.OWNER)
    forget_roles(person)
    return space


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = SpaceForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        space = form.save(commit=False)
        url, is_first = once(request, lambda: start_space(person=request.user, space=space).get_absolute_url())
        if is_first:
            messages.success(request, _("“%(name)s” is there, and you are its owner.") % {"name": space.name})
        return redirect(url)
    # What was made a moment ago has its short name, and the same form sent again is no error.
    if url := came_of(request):
        return redirect(url)
    context = {"form": form, "title": _("Start a space"), "back": "/spaces/"}
    return render(request, "intranet/space_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def policies(request: HttpRequest, space: str) -> HttpResponse:
    """An owner changes name and policies; who may see it is effective for every page and file at once."""
    found = get_object_or_404(Space.objects.visible_to(request.user), slug=space)
    if not may_administer(request.user, found):
        raise Http404
    form = SpaceForm(request.POST or None, instance=found, person=request.user)
    if request.method == "POST" and form.is_valid():
        with writing_pages():
            form.save()
            front = ensure_space(found)
            front.title, front.draft_title, front.summary = found.name, found.name, found.description
            front.save()
        messages.success(request, _("The settings of this space are saved."))
        return redirect(found)
    context = {
        "form": form,
        "title": _("Settings of this space"),
        "back": found.get_absolute_url(),
        "space": found,
        # Closing the space does not close them.
        "public": visible_to(request.user, BasePage.objects.filter(space=found, public_since__isnull=False))[
            :MOST_NAMED
        ],
    }
    return render(request, "intranet/space_form.html", context, status=422 if form.errors else 200)
