"""The view for writing any kind of page. Nothing typed is lost on the way.

`action` in the POST says what to do: `publish` (the default), `draft`, `preview` or `add_files`. The last two return
the form as typed and save no page.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from wagtail.models import Revision

from desk import drafts, presence, preview, readers, text_templates, uploads
from desk.alt_texts import warning_of
from desk.composer import ComposerForm
from desk.form_merge import Joined
from desk.saving import Contradicted, Saves, newest_version, tell_of_public_copy, version_of, versions_to_join
from desk.section_form import FIELD as SECTION
from desk.section_form import SectionForm, find, name_field
from desk.when import as_typed, in_own_zone, moment_words
from pages import actions, scheduling
from pages.access import with_own_drafts
from pages.former import Elsewhere
from pages.models import BasePage
from pages.models.approval import waiting_of
from pages.permissions import may_delete, may_edit, may_write
from people import once
from people.models import Space
from people.permissions import publishes_alone
from text import phrases
from text.compare import compare, side_by_side
from text.markup import tree_of
from web.numbers import whole_number


@method_decorator(in_own_zone, name="dispatch")
class WritingView(Saves, View):
    """Subclasses give the form, the parent and the page; see `blog.writing`."""

    form_class: ClassVar[type[ComposerForm]]
    template_name: ClassVar[str]

    page: Any = None
    #: The drafts of this form.
    kept: drafts.Opened
    #: Whether the form of a page that exists asks who can read it.
    chooses_readers = True
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
        if "upload" in request.GET:
            return uploads.take(request, space=self.space)
        if "describe" in request.GET:
            return uploads.describe(request, space=self.space)
        form = self.form(self.posted(draft), request.FILES, page=draft if self.page is not None else None)
        if "fragment" in request.GET:
            form.is_valid()
            return render(request, "desk/_preview.html", {"preview": self.preview(form)})
        if (taken := self.taken_already(once.used(request))) is not None:
            messages.info(request, phrases.SENT_BEFORE)
            return self.lead_to(taken)
        form.part = self.part
        form.keep_uploads()
        action = request.POST.get("action", "publish")
        if action == "add_files" and not form.upload_errors():
            again = self.form(initial=form.as_typed(), page=self.page and draft)
            return self.render_form(again, added=form.added, answer=_("Added to the text") if form.added else "")
        if not form.is_valid():
            form.ask_for_descriptions()
            return self.render_form(form, added=form.added)
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
        if self.sent_before:
            messages.info(request, phrases.SENT_BEFORE)
            return self.lead_to(page)
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

    def success_message(self, page: Any, action: str) -> str:
        is_dated = as_typed(page.go_live_at) and (action != "draft" or not page.live)
        if is_dated and scheduling.scheduled_of(page) is not None:
            words = {"title": page.title, "moment": moment_words(page.go_live_at, self.person)}
            return _("“%(title)s” will be published on %(moment)s.") % words
        if action != "draft" and not publishes_alone(self.person, self.space):
            return _("“%(title)s” waits for approval. Readers see it once an approver has approved it.") % {
                "title": page.title
            }
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

    def request_for_approval(self) -> Any:
        """The open one for the version that the form shows."""
        if self.page is None or (self.page.live and not self.page.has_unpublished_changes):
            return None
        return waiting_of(self.page) if self.space.approval != Space.Approval.NONE else None

    def waits(self) -> str:
        """When the newest version of the page is published, if it waits for its time."""
        if self.page is None or (self.page.live and not self.page.has_unpublished_changes):
            return ""
        revision = scheduling.scheduled_of(self.page)
        return moment_words(revision.approved_go_live_at, self.person) if revision else ""

    def render_form(self, form: forms.Form, *, status: int = 200, **context: Any) -> HttpResponse:
        if status != HTTPStatus.CONFLICT:
            self.show_section(form)
        if self.page is not None:
            presence.arrive(self.page, self.person)
        context = {
            "form": form,
            "page": self.page,
            "parent": self.page or self.parent,
            "space": self.space,
            "may_delete": self.page is not None and may_delete(self.person, self.page),
            "kept": self.kept,
            "waits": self.waits(),
            "readers": readers.sentences(self.space, self.page, may_choose=self.chooses_readers),
            "public_sentence": readers.public_sentence(self.page),
            "editing": presence.words(self.page, self.person) if self.page is not None else "",
            "asks_approval": not publishes_alone(self.person, self.space),
            "request_for_approval": self.request_for_approval(),
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
        initial = {**typed, "base_revision": theirs.latest_revision_id, "settling": "1" if joined.passages else ""}
        comparison = compare(theirs.body, form.cleaned_data["body"])
        return self.render_form(
            self.form(initial=initial, page=theirs),
            status=HTTPStatus.CONFLICT,
            theirs=theirs,
            answer=_("Conflict"),
            their_author=conflict.latest and conflict.latest.user,
            comparison=comparison,
            pairs=side_by_side(comparison.rows),
            contradictions=joined.contradictions,
            passages=len(joined.passages),
        )

    def preview(self, form: Any) -> dict[str, Any]:
        return preview.of_form(form, self.new_page(), stored=self.page)
