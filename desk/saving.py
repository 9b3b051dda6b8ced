"""How a form of the writing desk becomes a version of its page: once, and merged with what others saved meanwhile."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from desk import drafts
from desk.composer import ComposerForm
from desk.form_merge import Joined, join
from pages import actions
from pages.access import with_own_drafts
from pages.locking import fresh, writing_pages
from pages.models import BasePage, Change
from pages.permissions import may_edit
from people import once
from people.audiences import token_filter
from text import phrases

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
        when=form.when,
        stored=page,
    )


@writing_pages()
def save_new(*, form: ComposerForm, person: Any, parent: Any, page: Any, publish: bool) -> Any:
    form.apply_to(page)
    page.space = parent.space
    note = form.cleaned_data["change_note"]
    return actions.create_page(person=person, parent=parent, page=page, note=note, publish=publish, when=form.when)


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


class Saves:
    """The part of `WritingView` that saves."""

    form_class: ClassVar[type[ComposerForm]]
    request: HttpRequest
    person: Any
    page: Any
    parent: Any
    kept: drafts.Opened
    #: Whether only a personal draft was saved, and no version of the page.
    kept_aside = False
    #: Whether the same form was saved while this request waited.
    sent_before = False

    def form(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def new_page(self) -> Any:
        raise NotImplementedError

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
                self.sent_before = True
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
        names = (latest.user.name if latest.user and latest.user != self.person else _("Theirs"), _("Yours"))
        initial_of = self.form_class.initial_of
        joined = join(form, base=initial_of(base), theirs=initial_of(theirs), names=names)
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
