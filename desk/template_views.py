"""The templates of a space: everyone who can write there sees them, its editors add and change them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk import text_templates
from desk.models import TextTemplate
from limits import TEMPLATES
from pages.permissions import may_write
from people.models import Space
from people.once import came_of, once, taken
from people.permissions import tends
from text import markup, phrases


class TemplateForm(forms.ModelForm[TextTemplate]):
    class Meta:
        model = TextTemplate
        fields = ("name", "description", "body")

    def __init__(self, *args: Any, space: Space, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.space = space
        self.fields["body"].help_text = _(
            "Written in Markdown, as pages are. {{today}} becomes the date, and {{me}} the name of the person who starts a page."
        )
        self.fields["body"].widget.attrs |= {"rows": 20, "dir": "auto"}

    def clean(self) -> dict[str, Any]:
        own = TextTemplate.objects.filter(space=self.instance.space)
        if self.instance.pk is None and own.count() >= TEMPLATES:
            words = _("This space has %(number)s templates. Delete one before you add another.")
            raise ValidationError(words % {"number": TEMPLATES})
        return super().clean() or self.cleaned_data

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        try:
            markup.check(body)
        except markup.TextTooLong as problem:
            raise ValidationError(phrases.TEXT_TOO_LONG) from problem
        return body

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        same = TextTemplate.objects.filter(space=self.instance.space, name=name).exclude(pk=self.instance.pk)
        if same.exists():
            raise ValidationError(_("This space already has a template with this name."))
        return name


def _space_or_404(request: HttpRequest, slug: str, *, to_edit: bool = False) -> Space:
    space = get_object_or_404(Space, slug=slug)
    if not may_write(request.user, space) or (to_edit and not tends(request.user, space.pk)):
        raise Http404
    return space


@require_safe
def all_templates(request: HttpRequest, space: str) -> HttpResponse:
    found = _space_or_404(request, space)
    context = {
        "space": found,
        "own": text_templates.of_space(found),
        "shipped": text_templates.shipped(),
        "may_edit": tends(request.user, found.pk),
    }
    return render(request, "desk/templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, space: str, pk: int | None = None) -> HttpResponse:
    found = _space_or_404(request, space, to_edit=True)
    template = get_object_or_404(TextTemplate, space=found, pk=pk) if pk is not None else None
    form = TemplateForm(request.POST or None, instance=template, space=found)
    if request.method == "POST" and form.is_valid():
        person: Any = request.user
        form.instance.edited_by = person
        once(request, lambda: form.save().name)
        messages.success(request, _("The template “%(name)s” is saved.") % {"name": form.cleaned_data["name"]})
        return taken(request, redirect("desk:templates", found.slug))
    # The same form sent twice: the template it just made has its name, which is not an error.
    if came_of(request):
        return taken(request, redirect("desk:templates", found.slug))
    context = {"form": form, "space": found, "template": template}
    return render(request, "desk/template_form.html", context, status=422 if form.errors else 200)


@require_POST
def delete(request: HttpRequest, space: str, pk: int) -> HttpResponse:
    found = _space_or_404(request, space, to_edit=True)
    template = get_object_or_404(TextTemplate, space=found, pk=pk)
    template.delete()
    messages.success(request, _("The template “%(name)s” is deleted.") % {"name": template.name})
    return redirect("desk:templates", found.slug)
