"""Writing a wiki page. Two people who write at once are joined; only a true conflict asks the second one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from limits import TITLE_CHARACTERS
from pages.access import visible_to
from pages.actions import EditConflict
from pages.desk import WritingView, newest_version
from pages.locking import fresh, writing_pages
from pages.markup import link_key
from pages.models import Change
from text.invisible import one_line
from wiki.forms import WikiForm, path_choices
from wiki.merge import merge
from wiki.models import Draft, WikiPage
from wiki.views import find_named, trail_to, wiki_page_or_404

SINGLE_VALUES = ("title", "summary", "tags", "authors", "slug", "language")
KEPT_IN_DRAFTS = (*SINGLE_VALUES, "body", "change_note")


class WikiDesk(WritingView):
    form_class = WikiForm
    template_name = "wiki/edit.html"

    def find_parent(self) -> Any:
        return wiki_page_or_404(self.person, self.kwargs["space"], self.kwargs.get("path", "wiki"))

    def find_page(self) -> Any:
        return self.parent if "path" in self.kwargs else None

    def blank(self) -> WikiPage:
        return WikiPage()

    def more_context(self) -> dict[str, Any]:
        context: dict[str, Any] = {"trail": trail_to(self.person, self.parent)}
        if self.page is None:
            context["paths"] = path_choices(self.parent.space, self.person)
        return context

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.page is None:
            asked = one_line(request.GET.get("title", "").replace("\0", ""))[:TITLE_CHARACTERS]
            prefix, _colon, rest = asked.partition(":")
            if rest and link_key(prefix) == self.parent.space.slug:
                # So it was typed in another space.
                asked = rest.strip()
            wished = self._wished(asked, request.GET.get("parent", ""))
            # Somebody may have written the page since the red link was shown: there is one of it.
            if asked and (found := find_named(self.person, self.parent, asked)):
                return redirect(found)
            return self.show(self.form(initial=wished))
        own = self.own_drafts().first()
        if own is None:
            return super().get(request, *args, **kwargs)
        initial = {**own.typed, "base_revision": own.base_revision}
        return self.show(self.form(initial=initial, page=newest_version(self.page)), own_draft=own)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.page is not None and request.POST.get("action") == "discard":
            self.own_drafts().delete()
            messages.success(request, _("Your draft is gone. The page is as it was."))
            return redirect(self.page.get_absolute_url())
        return super().post(request, *args, **kwargs)

    def own_drafts(self) -> Any:
        return Draft.objects.filter(page=self.page, person=self.person)

    def _wished(self, title: str, parent: str) -> dict[str, str]:
        """`?title=team/rota` wishes a page "rota" below "team", if there is a page "team"; `?parent=` names it outright."""
        parent = parent.replace("\0", "")[:1000]
        above, slash, last = title.rpartition("/")
        if slash and not parent and last.strip():
            url_path = f"{self.parent.url_path}{link_key(above)}/"
            if visible_to(self.person, WikiPage.objects.filter(url_path=url_path)).exists():
                parent, title = link_key(above), last.strip()
        return {"title": title, "parent": parent}

    def save(self, form: Any, draft: Any, *, publish: bool) -> Any:
        if self.page is None:
            self.parent = form.cleaned_data["parent"]
            return super().save(form, draft, publish=publish)
        if self.page.latest_revision_id is None:
            keep_first_version(self.page)
        if self.page.live and not publish:
            return self._keep_draft(form)
        with writing_pages():
            # Writers of one page queue here, so that what is merged is what is saved upon.
            latest = fresh(self.page).latest_revision
            if latest.pk != form.cleaned_data["base_revision"]:
                self.page = WikiPage.objects.select_related("space").get(pk=self.page.pk)
                draft = newest_version(self.page)
                form = self._joined(form, draft, EditConflict(latest))
            self.own_drafts().delete()
            return super().save(form, draft, publish=publish)

    def _keep_draft(self, form: Any) -> WikiPage:
        typed = {name: form.data[name] for name in KEPT_IN_DRAFTS if name in form.data}
        base = form.cleaned_data["base_revision"] or self.page.latest_revision_id
        Draft.objects.update_or_create(
            page=self.page, person=self.person, defaults={"typed": typed, "base_revision": base}
        )
        return self.page

    def _joined(self, form: Any, theirs: WikiPage, conflict: EditConflict) -> Any:
        """The form with both changes in it, written upon `theirs`. Raises the conflict where they contradict each other."""
        base = self._version(form.cleaned_data["base_revision"])
        typed = form.data.copy()
        before, now = WikiForm.initial_of(base), WikiForm.initial_of(theirs)
        contradicts = False
        for name in SINGLE_VALUES:
            if name not in typed or typed[name] == str(before[name]):
                typed[name] = now[name]
            elif name == "title":
                contradicts = now[name] not in (before[name], typed[name])
        merged = merge(base.body, form.cleaned_data["body"], theirs.body)
        # Also where they conflict: what of theirs does not contradict is in the text that is shown.
        typed["body"] = form.data["body"] = merged.text
        typed["base_revision"] = theirs.latest_revision_id
        joined = self.form(typed, page=theirs)
        if contradicts or not merged.is_clean or not joined.is_valid():
            raise conflict
        who = conflict.latest.user
        name = who.name if who else _("Somebody")
        messages.info(self.request, _("%(name)s saved this page meanwhile. Both changes are in it.") % {"name": name})
        return joined

    def _version(self, revision: int | None) -> Any:
        """The text that the writer began with; one who does not say began with the oldest that we have."""
        revisions = self.page.revisions.order_by("pk")
        found = revisions.filter(pk=revision).first() if revision else None
        version = (found or revisions.first()).as_object()
        version.space = self.page.space
        return version


@writing_pages()
def keep_first_version(page: WikiPage) -> None:
    """A page that came without history (made with its space) gets its present text as its first version."""
    if fresh(page).latest_revision_id is not None:
        return
    revision = page.save_revision(clean=False, changed=False)
    at = page.last_published_at or timezone.now()
    Change.objects.create(
        page_id=page.pk, revision=revision, person=page.owner, at=at, audience_token=page.audience_token
    )


write = WikiDesk.as_view()
