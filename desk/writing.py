"""The view for writing any kind of page. Nothing typed is lost on the way.

`action` in the POST says what to do: `publish` (the default), `draft`, `preview` or `add_picture`. The last two return
the form as typed and save no page.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views import View
from wagtail.models import Revision

from desk import drafts, text_templates
from desk.alt_texts import warning_of
from desk.composer import ComposerForm
from desk.form_merge import Joined, join
from desk.section_form import FIELD as SECTION
from desk.section_form import SectionForm, find, name_field
from pages import actions, derive, tagging, texts
from pages.access import with_own_drafts
from pages.former import Elsewhere
from pages.locking import fresh, writing_pages
from pages.models import BasePage, Change
from pages.permissions import may_delete, may_edit, may_write
from people import once
from people.audiences import audience_token, token_filter
from text import phrases
from text.compare import compare
from text.markup import tree_of
from web.numbers import whole_number

#: Values of the page that the form depends on, and that can change without a new version.
READ_UPON = ("latest_revision_id", "has_unpublished_changes", "live", "audience", "slug", "url_path", "space_id")


def newest_version(page: Any) -> Any:
    """The newest text of a page, published or not, as an object independent of `page`."""
    return version_of(fresh(page))


def version_of(row: Any) -> Any:
    # Wagtail returns the row itself if no draft is newer.
    draft = row.get_latest_revision_as_object()
    draft.space = row.space
    return draft


def tell_of_public_copy(request: HttpRequest, page: Any) -> None:
    """After a change of the audience: warn that the public copy is unchanged."""
    if page.public_since and page.audience != "staff":
        messages.warning(request, _("The public can still read the released copy until someone withdraws it."))


@writing_pages()
def save_edit(*, form: ComposerForm, person: Any, page: Any, draft: Any, publish: bool) -> Any:
    """`page` is its row, read in this transaction; `draft` the newest text."""
    form.apply_to(draft)
    return actions.edit_page(
        person=person,
        page=draft,
        note=form.cleaned_data["change_note"],
        minor=form.cleaned_data["minor"],
        publish=publish,
        audience=form.cleaned_data["audience"],
        base_revision=form.cleaned_data["base_revision"],
        stored=page,
    )


@writing_pages()
def save_new(*, form: ComposerForm, person: Any, parent: Any, page: Any, publish: bool) -> Any:
    form.apply_to(page)
    page.space = parent.space
    return actions.create_page(
        person=person, parent=parent, page=page, note=form.cleaned_data["change_note"], publish=publish
    )


@writing_pages()
def keep_first_version(page: Any) -> int:
    """Give a page without history (created with its space) its current text as a first version; return its number."""
    row = fresh(page)
    if row.latest_revision_id is not None:
        return int(row.latest_revision_id)
    revision = row.save_revision(clean=False, changed=False)
    at = row.last_published_at or timezone.now()
    Change.objects.create(page_id=row.pk, revision=revision, person=row.owner, at=at, audience_token=row.audience_token)
    return int(revision.pk)


def versions_to_join(page: Any, person: Any) -> Any:
    """Versions that an edit can be based on, oldest first: those that `person` could read, and the newest.

    A merge removes what the base had, so merging on an unreadable version would reveal its words.
    """
    hidden = Change.objects.filter(page_id=page.pk).exclude(token_filter(person))
    readable = Q(pk=page.latest_revision_id) | ~Q(pk__in=hidden.values("revision"))
    return page.revisions.filter(readable).order_by("pk")


class Contradicted(actions.EditConflict):
    """Both changed the same thing; `joined` is what could be merged and what could not."""

    def __init__(self, latest: Any, joined: Joined) -> None:
        self.joined = joined
        super().__init__(latest)


class WritingView(View):
    """Subclasses give the form, the parent and the page; see `blog.writing`."""

    form_class: ClassVar[type[ComposerForm]]
    template_name: ClassVar[str]

    page: Any = None
    #: The drafts of this form.
    kept: drafts.Opened
    #: Whether only a personal draft was saved, and no version of the page.
    kept_aside = False
    #: If the form shows one section instead of the whole text.
    part: SectionForm | None = None

    @cached_property
    def parent(self) -> Any:
        return self.find_parent()

    @property
    def space(self) -> Any:
        return (self.page or self.parent).space

    def find_parent(self) -> Any:
        """The page to write below, with its space; raises Http404 if the person cannot read it."""
        raise NotImplementedError

    def find_page(self) -> Any:
        """The page to edit, with its space, or None for a new one; raises Http404."""
        return None

    def new_page(self) -> Any:
        raise NotImplementedError

    def extra_context(self) -> dict[str, Any]:
        return {}

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.person: Any = request.user

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.page = self.find_page()
        allowed = may_write(self.person, self.space) if self.page is None else may_edit(self.person, self.page)
        if not allowed:
            raise Http404
        self.refuse_another_page()
        if request.method == "GET" and self.page is None and (made := self.made_of_draft()) is not None:
            return HttpResponseRedirect(f"{made.get_absolute_url()}-/edit/")
        self.kept = drafts.opened(request, page=self.page)
        return super().dispatch(request, *args, **kwargs)

    def made_of_draft(self) -> Any:
        """The page that was made of the draft that is asked for, if there is no such draft any more."""
        key = drafts.key_of(self.request.GET.get(drafts.FIELD, ""))
        if key is None or drafts.drafts_of(self.person).filter(key=key).exists():
            return None
        made = once.page_made_of(self.person, key)
        return made and with_own_drafts(self.person, BasePage.objects.filter(pk=made)).first()

    def refuse_another_page(self) -> None:
        """Redirect a form that was opened for another page, which had this address before."""
        base = whole_number(self.request.POST.get("base_revision", ""))
        if self.page is None or base is None:
            return
        if base == self.page.latest_revision_id:
            return
        begun = Revision.page_revisions.filter(pk=base).exclude(object_id=str(self.page.pk)).first()
        if begun is None:
            return
        meant = with_own_drafts(self.person, BasePage.objects.filter(pk=int(begun.object_id))).first()
        raise Elsewhere(meant) if meant is not None else Http404

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        newest, draft = newest_version(self.page) if self.page is not None else None, self.kept.draft
        if draft is None:
            return self.render_form(
                self.form(page=newest)
                if newest
                else self.form(initial={**self.initial_of_new(), **self.from_template()})
            )
        form = self.form(initial=dict(draft.fields), page=newest)
        drafts.fill(form, draft)
        if draft.fields.get(SECTION):
            name_field(form, str(draft.fields.get("body", "")))
        return self.render_form(form)

    def initial_of_new(self) -> dict[str, str]:
        return {"title": self.request.GET.get("title", "")[:255]}

    def from_template(self) -> dict[str, str]:
        """The text of the template that the address names, for a new page."""
        key = self.request.GET.get("template", "")
        body = text_templates.text_of(key, space=self.space, person=self.person) if key else ""
        return {"body": body} if body else {}

    def templates(self) -> list[text_templates.Template]:
        """Those to offer: none once something may be typed."""
        typed = self.request.method == "POST" or self.kept.draft is not None or "template" in self.request.GET
        if self.page is not None or typed:
            return []
        return [*text_templates.of_space(self.space), *text_templates.shipped()]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "tree" in request.GET:
            return JsonResponse({"tree": tree_of(request.POST.get("body", ""))})
        # Wagtail may return the row itself, which does no harm: the page is read again before it is changed.
        draft = version_of(self.page) if self.page is not None else self.new_page()
        if "fragment" in request.GET:
            return HttpResponse(self.render_body(request.POST.get("body", "")))
        form = self.form(self.posted(draft), request.FILES, page=draft if self.page is not None else None)
        if (taken := self.taken_already(once.used(request))) is not None:
            return self.lead_to(taken)
        form.keep_uploads()
        action = request.POST.get("action", "publish")
        if action == "add_picture" and not form.upload_errors():
            added = form.added
            again = self.form(initial=form.as_typed(), page=self.page and draft)
            return self.render_form(again, added=added, answer=_("Picture added") if added else "")
        if not form.is_valid():
            return self.render_form(form)
        if action == "preview":
            again = self.form(initial=form.as_typed(), page=self.page and draft)
            return self.render_form(again, preview=self.preview(form), answer=_("Preview"))
        before = self.page.audience if self.page is not None else ""
        try:
            page = self.save(form, publish=action != "draft")
        except actions.EditConflict as conflict:
            return self.show_conflict(form, conflict)
        except ValidationError as problem:
            form.take_errors(problem)
            return self.render_form(form)
        messages.success(request, self.success_message(page, action))
        for remark in form.remarks():
            messages.warning(request, remark)
        if action != "draft" and (warning := warning_of(page)):
            messages.warning(request, warning)
        if page.audience != before:
            tell_of_public_copy(request, page)
        return self.lead_to(page)

    def posted(self, draft: Any) -> Any:
        """What was posted, with the whole text if the form showed a section of it."""
        posted = self.request.POST
        if self.page is None or not posted.get(SECTION):
            return posted
        begun = versions_to_join(self.page, self.person).filter(pk=whole_number(posted.get("base_revision", "")) or 0)
        version = begun.first()
        base = version.as_object() if version else draft
        base.space = self.page.space
        self.part = SectionForm(posted[SECTION], base)
        return self.part.whole(posted)

    def show_section(self, form: Any) -> None:
        """Show only the section that is asked for, unless the form shows a draft."""
        wanted = self.kwargs.get(SECTION)
        if self.request.method != "POST" and wanted and form.page and form.initial.get("body") == form.page.body:
            self.part = SectionForm(wanted, form.page)
            if self.part.section is None:
                messages.warning(self.request, _("This section is no longer on the page. This is the whole text."))
        if self.part is not None:
            self.part.show(form)

    def lead_to(self, page: Any) -> HttpResponse:
        place = f"#{self.part.wanted}" if self.part else ""
        return once.tell_browser(self.request, HttpResponseRedirect(page.get_absolute_url() + place))

    def form(self, *args: Any, **kwargs: Any) -> Any:
        return self.form_class(*args, space=self.space, person=self.person, **kwargs)

    def taken_already(self, used: Any) -> Any:
        """The page that an earlier submission of this same form created, if it can still be read."""
        if used is None or used.digest != once.digest_of(self.request):
            return None
        return with_own_drafts(self.person, BasePage.objects.filter(pk=used.page)).first()

    def save(self, form: Any, *, publish: bool) -> Any:
        """Save the form once. If it was saved before with another text, this is an edit of that page."""
        with writing_pages():
            used = once.used(self.request)
            if (taken := self.taken_already(used)) is not None:
                # Submitted twice at the same time.
                form.drop_uploads()
                return taken
            if used is not None:
                form = self.form_upon(form, used)
            elif self.page is None and drafts.is_gone(self.request):
                self.kept.stamp = ""
                raise ValidationError(
                    _(
                        "This draft was published or deleted in another window. To make a new page from what is here, "
                        "send the form again."
                    )
                )
            saved = self.save_once(form, publish=publish)
            if not self.kept_aside:
                once.note(self.request, page=saved.pk, revision=saved.latest_revision_id)
                drafts.use_up(self.request)
            return saved

    def form_upon(self, form: Any, used: Any) -> Any:
        """The form as an edit of the page and version that its earlier submission created."""
        page = with_own_drafts(self.person, type(self.new_page())._default_manager.filter(pk=used.page))
        self.page = page.select_related("space").first()
        if self.page is None or not may_edit(self.person, self.page):
            raise Http404
        typed = form.data.copy()
        typed["base_revision"] = str(used.revision)
        again = self.form(typed, page=newest_version(self.page))
        if not again.is_valid():
            raise ValidationError(again.errors.as_data())
        return again

    def save_once(self, form: Any, *, publish: bool) -> Any:
        if self.page is None:
            return save_new(form=form, person=self.person, parent=self.parent, page=self.new_page(), publish=publish)
        return self.save_joined(form, publish=publish)

    def save_joined(self, form: Any, *, publish: bool) -> Any:
        """Save an edit, merged with later changes of others; raises `Contradicted`."""
        self.page = fresh(self.page)
        if self.page.live and not publish:
            return self.keep_aside(form)
        if not self.page.latest_revision_id:
            form.data = form.data.copy()
            form.data["base_revision"] = form.cleaned_data["base_revision"] = keep_first_version(self.page)
            self.page = fresh(self.page)
        draft = form.page
        if not self.is_upon_newest(form):
            draft = newest_version(self.page)
            form = self.joined(form, draft)
        return save_edit(form=form, person=self.person, page=self.page, draft=draft, publish=publish)

    def keep_aside(self, form: Any) -> Any:
        """Keep unpublished changes to a published page for their writer alone (ADR 0023)."""
        fields = form.data.copy()
        fields["base_revision"] = str(form.cleaned_data["base_revision"] or keep_first_version(self.page))
        try:
            is_apart = drafts.keep_posted(self.request, fields, page=self.page)
        except drafts.TooMuch:
            raise ValidationError(phrases.TOO_MANY_DRAFTS) from None
        if is_apart:
            messages.warning(self.request, phrases.DRAFT_APART)
        self.kept_aside = True
        return self.page

    def is_upon_newest(self, form: Any) -> bool:
        begun = form.cleaned_data["base_revision"]
        return begun == self.page.latest_revision_id and all(
            getattr(form.page, name) == getattr(self.page, name) for name in READ_UPON
        )

    def joined(self, form: Any, theirs: Any) -> Any:
        latest = self.page.latest_revision
        revisions = versions_to_join(self.page, self.person)
        begun = revisions.filter(pk=form.cleaned_data.get("base_revision") or 0).first()
        # Without a base the edit could overwrite anything: compare with the oldest version, and ask.
        base = (begun or revisions.first()).as_object()
        base.space = self.page.space
        joined = join(form, base=self.form_class.initial_of(base), theirs=self.form_class.initial_of(theirs))
        joined.typed["base_revision"] = str(latest.pk)
        again = self.form(joined.typed, page=theirs)
        if not joined.is_clean or begun is None or not again.is_valid():
            raise Contradicted(latest, joined)
        if begun.pk != latest.pk:
            self.tell_of_other(latest)
        return again

    def tell_of_other(self, latest: Any) -> None:
        if latest.user == self.person:
            return
        name = latest.user.name if latest.user else _("Someone")
        words = phrases.CHANGES_JOINED % {"name": name}
        messages.info(self.request, words)

    def success_message(self, page: Any, action: str) -> str:
        if action != "draft":
            return _("“%(title)s” is published.") % {"title": page.title}
        if page.live:
            return _(
                "Your changes to “%(title)s” are saved as a draft that only you can see. Readers still see the "
                "published version."
            ) % {"title": page.title}
        return _("“%(title)s” is saved as a draft. Only you and the editors of this space can see it.") % {
            "title": page.title
        }

    def render_form(self, form: forms.Form, *, status: int = 200, **context: Any) -> HttpResponse:
        if status != HTTPStatus.CONFLICT:
            self.show_section(form)
        context = {
            "form": form,
            "page": self.page,
            "parent": self.page or self.parent,
            "space": self.space,
            "may_delete": self.page is not None and may_delete(self.person, self.page),
            "kept": self.kept,
            "templates": self.templates(),
            **self.extra_context(),
            **context,
        }
        return render(self.request, self.template_name, context, status=status)

    def show_conflict(self, form: Any, conflict: actions.EditConflict) -> HttpResponse:
        theirs = newest_version(self.page)
        if self.part is not None and find(theirs, self.part.wanted) is None:
            messages.warning(
                self.request, _("The section that you edited is no longer on the page. This is the whole text.")
            )
        joined = conflict.joined if isinstance(conflict, Contradicted) else Joined(form.data.copy())
        typed = {name: joined.typed.get(name, "") for name in form.fields if name not in form.files}
        initial = {**typed, "base_revision": theirs.latest_revision_id}
        return self.render_form(
            self.form(initial=initial, page=theirs),
            status=HTTPStatus.CONFLICT,
            theirs=theirs,
            answer=_("Conflict"),
            their_author=conflict.latest and conflict.latest.user,
            comparison=compare(theirs.body, form.cleaned_data["body"]),
            contradictions=joined.contradictions,
            passages=len(joined.passages),
        )

    def preview(self, form: Any) -> dict[str, Any]:
        labels = [{"slug": tagging.address_of(name), "name": name} for name in form.cleaned_data["tags"]]
        byline = [derive.named(person) for person in form.cleaned_data["authors"]]
        typed = {name: form.cleaned_data[name] for name in ("title", "summary", "language")}
        html = self.render_body(form.cleaned_data["body"], form.cleaned_data["audience"])
        return {**typed, "labels": labels, "byline": byline, "html": html}

    def render_body(self, body: str, audience: str = "") -> Any:
        page = self.new_page()
        page.space = self.space
        page.audience = audience or (self.page.audience if self.page is not None else "staff")
        page.audience_token = audience_token(page.space, page.audience)
        page.live = False
        page.body = body[: ComposerForm.base_fields["body"].max_length]
        try:
            return texts.text_of(page).html
        except ValidationError as problem:
            return format_html("<p>{}</p>", problem.messages[0])
