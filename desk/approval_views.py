"""What waits for approval: the list, and one page with what changes, where it is decided. For people who can edit it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_safe
from wagtail.models import WorkflowState

from desk import steps
from desk.saving import newest_version
from desk.schedule_views import editable
from desk.when import moment_words
from pages import approval
from pages.locking import fresh, writing_pages
from pages.models import BasePage
from pages.models.approval import may_decide, waiting_of
from people.once import taken
from text import phrases
from text.compare import compare

COMMENT_CHARACTERS = 2000
#: Of a version: what is compared above all, and what says nothing to people.
SHOWN = frozenset({"title", "summary", "body"})
NOT_SAID = frozenset(
    """pk path depth numchild translation_key locale draft_title live has_unpublished_changes url_path owner
    live_revision latest_revision first_published_at last_published_at latest_revision_created_at expired locked
    locked_at locked_by content_type alias_of uid space audience public_since source_path wagtail_admin_comments
    basepage_ptr page_ptr""".split()
)


class DecisionForm(forms.Form):
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=COMMENT_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=gettext_lazy("People who can edit the page see it in its history."),
    )
    seen = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    action = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("action") in {"send_back", "comment"} and not cleaned.get("comment"):
            self.add_error("comment", _("Say in a comment what should change, or what you want to know."))
        return cleaned


def seen_of(page: Any) -> str:
    """What a decision is about: it must not be taken on a version or for readers that nobody has looked at."""
    revision = page.latest_revision
    return f"{revision.pk}:{revision.created_at.timestamp()}:{page.audience}" if revision else ""


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """What the person can decide, and what she has asked for."""
    person: Any = request.user
    states = list(approval.open_requests().select_related("requested_by", "current_task_state"))
    pages = editable(person, BasePage.objects.filter(pk__in={int(state.object_id) for state in states}))
    rows = [
        {
            "page": page,
            "title": page.draft_title,
            "by": state.requested_by,
            "at": state.current_task_state.started_at,
            "is_sent_back": state.status == WorkflowState.STATUS_NEEDS_CHANGES,
            "comment": state.current_task_state.comment,
        }
        for state in sorted(states, key=lambda state: state.created_at)
        if (page := pages.get(int(state.object_id))) is not None and state.current_task_state
    ]
    to_decide = [row for row in rows if not row["is_sent_back"] and may_decide(person, row["page"])]
    mine = [row for row in rows if row["by"] == person]
    return render(request, "desk/approvals.html", {"to_decide": to_decide, "mine": mine})


@method_decorator(writing_pages(), name="post")
class Decide(View):
    """`action`: `approve`, `send_back`, `comment` or `withdraw`."""

    def find(self, pk: int) -> None:
        self.person: Any = self.request.user
        self.page = editable(self.person, BasePage.objects.filter(pk=pk)).get(pk)
        self.state = waiting_of(self.page) if self.page else None
        if self.state is None or self.state.current_task_state is None:
            raise Http404
        self.waits = self.state.status == WorkflowState.STATUS_IN_PROGRESS
        self.may_decide = self.waits and may_decide(self.person, self.page)
        self.may_withdraw = self.person.pk in (self.state.requested_by_id, self.page.owner_id) or self.may_decide

    def show(self, form: DecisionForm, status: int = 200) -> HttpResponse:
        new, live = newest_version(self.page.specific), fresh(self.page.specific)
        old = live if live.live else None
        before = {name: getattr(old, name) if old else "" for name in ("title", "summary", "body")}
        newest = self.page.changes.filter(revision=self.page.latest_revision_id)
        context = {
            "form": form,
            "page": self.page,
            "space": self.page.space,
            "state": self.state,
            "waits": self.waits,
            "may_decide": self.may_decide,
            "may_withdraw": self.may_withdraw,
            "old": old,
            "new": new,
            "before": before,
            "comparison": compare(before["body"], new.body),
            "others": _others(old, new) if old else [],
            "publish_at": moment_words(new.go_live_at, self.person) if new.go_live_at else "",
            "steps": [step for each in steps.with_steps(newest, self.page, self.person) for step in each.steps],
        }
        return render(self.request, "desk/approval.html", context, status=status)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.find(pk)
        return self.show(DecisionForm(initial={"seen": seen_of(self.page)}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.find(pk)
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        action, comment = form.cleaned_data["action"], form.cleaned_data["comment"]
        if action in {"approve", "send_back"} and form.cleaned_data["seen"] != seen_of(self.page):
            messages.warning(request, _("This page has changed since you opened it. Look at it again, then decide."))
            return self.show(DecisionForm(initial={"seen": seen_of(self.page), "comment": comment}))
        act = {"approve": self.approve, "send_back": self.send_back, "withdraw": self.withdraw}
        try:
            return taken(request, act.get(action, self.comment)(comment))
        except PermissionDenied:
            raise Http404 from None

    def approve(self, comment: str) -> HttpResponse:
        approval.approve(self.state, by=self.person, comment=comment)
        page = fresh(self.page)
        words = (
            _("“%(title)s” is published.")
            if page.live and not page.has_unpublished_changes
            else _("“%(title)s” is approved and will be published at its time.")
        )
        messages.success(self.request, words % {"title": self.page.draft_title})
        return redirect("desk:approvals")

    def send_back(self, comment: str) -> HttpResponse:
        approval.send_back(self.state, by=self.person, comment=comment)
        messages.success(self.request, _("“%(title)s” is sent back.") % {"title": self.page.draft_title})
        return redirect("desk:approvals")

    def withdraw(self, comment: str) -> HttpResponse:
        if not self.may_withdraw:
            raise PermissionDenied
        approval.withdraw(self.page, self.state, by=self.person)
        words = (
            _("“%(title)s” no longer waits. The text is in the history of the page.")
            if self.page.live
            else _("“%(title)s” no longer waits. It is a draft.")
        )
        messages.success(self.request, words % {"title": self.page.draft_title})
        return redirect("desk:approvals")

    def comment(self, comment: str) -> HttpResponse:
        if not comment:
            raise Http404
        approval.comment_on(self.page, by=self.person, comment=comment)
        messages.success(self.request, phrases.COMMENT_SAVED)
        return redirect("desk:approval", self.page.pk)


decide = Decide.as_view()


def _others(old: Any, new: Any) -> list[str]:
    """The names of what else differs: tags, authors, the picture."""
    before, after = old.serializable_data(), new.serializable_data()
    changed = [name for name in after if name not in SHOWN | NOT_SAID and _plain(before, name) != _plain(after, name)]
    labels = {"tagged_items": _("Tags"), "page_authors": _("Authors"), "slug": _("Address")}
    return [str(labels.get(name) or _label(new, name)) for name in changed]


def _label(page: Any, name: str) -> str:
    return str(page._meta.get_field(name).verbose_name).capitalize()


def _plain(data: dict[str, Any], name: str) -> Any:
    """Of rows that belong to the page, only what people chose: their own numbers change with each save."""
    rows = data.get(name)
    if not isinstance(rows, list):
        return rows
    return [{key: value for key, value in row.items() if key in {"person", "label", "sort_order"}} for row in rows]
