"""The writing desk: one view for every kind of page that is written in a form. Nothing typed is lost on the way.

A post of the form says by `action` what is wanted: `publish` (also when it says nothing), `draft`, `preview` or
`add_picture`. The last two answer with the form as it was typed and save no page.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views import View

from pages import actions, derive
from pages.compare import compare
from pages.composer import ComposerForm
from pages.describing import warning_of
from pages.locking import fresh, writing_pages
from pages.permissions import may_delete, may_edit, may_write


def newest_version(page: Any) -> Any:
    """The newest text of a page as an object of its own, which may be changed without touching `page`."""
    row = fresh(page)
    # Wagtail answers with the row itself where no draft is newer than it.
    draft = row.get_latest_revision_as_object()
    draft.space = row.space
    return draft


def tell_of_public_copy(request: HttpRequest, page: Any) -> None:
    """After the audience of a page was changed: what the public reads is a copy, and was not changed."""
    if page.public_since and page.audience != "staff":
        messages.warning(request, _("The public goes on reading its copy of this page until somebody withdraws it."))


@writing_pages()
def save_edit(*, form: ComposerForm, person: Any, page: Any, draft: Any, publish: bool) -> Any:
    """Saves what the form says as the page's newest revision. Raises `pages.actions.EditConflict`."""
    if form.cleaned_data["audience"] != page.audience:
        actions.set_audience(person=person, page=page, audience=form.cleaned_data["audience"])
        draft.audience, draft.audience_token = page.audience, page.audience_token
    form.apply_to(draft)
    return actions.edit_page(
        person=person,
        page=draft,
        note=form.cleaned_data["change_note"],
        minor=form.cleaned_data["minor"],
        publish=publish,
        # A form that does not say what it was written upon may overwrite anything, so it counts as older.
        base_revision=form.cleaned_data["base_revision"] or 0,
    )


@writing_pages()
def save_new(*, form: ComposerForm, person: Any, parent: Any, page: Any, publish: bool) -> Any:
    form.apply_to(page)
    page.space = parent.space
    return actions.create_page(
        person=person, parent=parent, page=page, note=form.cleaned_data["change_note"], publish=publish
    )


class WritingView(View):
    """Subclasses say which form, which parent and which page; see `blog.writing`."""

    form_class: ClassVar[type[ComposerForm]]
    template_name: ClassVar[str]

    parent: Any
    page: Any = None

    def find_parent(self) -> Any:
        """The page below which is written, with its space; raises Http404 where the person may not read it."""
        raise NotImplementedError

    def find_page(self) -> Any:
        """The page that is edited, with its space; raises Http404. None where a new one is written."""
        return None

    def blank(self) -> Any:
        """An unsaved page of the kind."""
        raise NotImplementedError

    def more_context(self) -> dict[str, Any]:
        return {}

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.person: Any = request.user

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.parent = self.find_parent()
        self.page = self.find_page()
        allowed = may_write(self.person, self.parent.space) if self.page is None else may_edit(self.person, self.page)
        if not allowed:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.page is not None:
            return self.show(self.form(page=newest_version(self.page)))
        return self.show(self.form(initial={"title": request.GET.get("title", "").replace("\0", "")[:255]}))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = newest_version(self.page) if self.page is not None else self.blank()
        form = self.form(request.POST, request.FILES, page=draft if self.page is not None else None)
        if "fragment" in request.GET:
            return HttpResponse(self.rendered(request.POST.get("body", "")))
        form.keep_uploads()
        action = request.POST.get("action", "publish")
        if action == "add_picture" and not form.upload_errors():
            added = form.added
            again = self.form(initial=form.as_typed(), page=self.page and draft)
            return self.show(again, added=added, answer=_("Picture added") if added else "")
        if not form.is_valid():
            return self.show(form)
        if action == "preview":
            again = self.form(initial=form.as_typed(), page=self.page and draft)
            return self.show(again, preview=self.preview(form), answer=_("Preview"))
        before = self.page.audience if self.page is not None else ""
        try:
            page = self.save(form, draft, publish=action != "draft")
        except actions.EditConflict as conflict:
            return self.show_conflict(form, conflict)
        except ValidationError as problem:
            form.take_errors(problem)
            return self.show(form)
        messages.success(request, self.said(page, action))
        for remark in form.remarks():
            messages.warning(request, remark)
        if action != "draft" and (warning := warning_of(page)):
            messages.warning(request, warning)
        if page.audience != before:
            tell_of_public_copy(request, page)
        return HttpResponseRedirect(page.get_absolute_url())

    def form(self, *args: Any, **kwargs: Any) -> Any:
        return self.form_class(*args, space=self.parent.space, person=self.person, **kwargs)

    def save(self, form: Any, draft: Any, *, publish: bool) -> Any:
        if self.page is None:
            return save_new(form=form, person=self.person, parent=self.parent, page=draft, publish=publish)
        saved = save_edit(form=form, person=self.person, page=self.page, draft=draft, publish=publish)
        # A draft of a published page leaves its address alone until it is published.
        return saved if publish or not self.page.live else self.page

    def said(self, page: Any, action: str) -> str:
        if action != "draft":
            return _("“%(title)s” is published.") % {"title": page.title}
        if page.live:
            return _("Your changes to “%(title)s” are kept as a draft. Readers still see the published text.") % {
                "title": page.title
            }
        return _("“%(title)s” is kept as a draft. Only you and the editors of this space see it.") % {
            "title": page.title
        }

    def show(self, form: forms.Form, *, status: int = 200, **context: Any) -> HttpResponse:
        context = {
            "form": form,
            "page": self.page,
            "parent": self.parent,
            "space": self.parent.space,
            "may_delete": self.page is not None and may_delete(self.person, self.page),
            **self.more_context(),
            **context,
        }
        return render(self.request, self.template_name, context, status=status)

    def show_conflict(self, form: Any, conflict: actions.EditConflict) -> HttpResponse:
        """Both texts, and a form that is now written upon the newest: saving it again is a decision, not an accident."""
        theirs = newest_version(self.page)
        initial = {**form.as_typed(), "base_revision": theirs.latest_revision_id}
        change = conflict.latest and conflict.latest.user
        return self.show(
            self.form(initial=initial, page=theirs),
            status=409,
            theirs=theirs,
            answer=_("Conflict"),
            their_author=change,
            comparison=compare(theirs.body, form.cleaned_data["body"]),
        )

    def preview(self, form: Any) -> dict[str, Any]:
        """What a reader would see, without a row in the database being touched."""
        labels = [{"slug": name, "name": name} for name in form.cleaned_data["tags"]]
        byline = [derive.named(person) for person in form.cleaned_data["authors"]]
        typed = {name: form.cleaned_data[name] for name in ("title", "summary", "language")}
        html = self.rendered(form.cleaned_data["body"], form.cleaned_data["audience"])
        return {**typed, "labels": labels, "byline": byline, "html": html}

    def rendered(self, body: str, audience: str = "") -> Any:
        page = self.blank()
        page.space = self.parent.space
        page.url_path = self.parent.url_path
        page.audience = audience or (self.page.audience if self.page is not None else "staff")
        page.audience_token = derive.audience_token(page.space, page.audience)
        page.live = False
        page.body = body[: ComposerForm.base_fields["body"].max_length]
        try:
            derive.render(page)
        except ValidationError as problem:
            return format_html("<p>{}</p>", problem.messages[0])
        return page.html
