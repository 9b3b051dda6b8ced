"""Writing a wiki page. Edits made at the same time are merged; only a real conflict is shown to the second person."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from desk.writing import WritingView, keep_first_version, newest_version
from limits import TITLE_CHARACTERS
from pages.access import visible_to
from pages.locking import fresh
from text.invisible import one_line
from text.markup import link_key
from wiki.forms import WikiForm, path_choices
from wiki.models import Draft, WikiPage
from wiki.queries import above_wanted
from wiki.views import find_named, trail_to, wiki_page_or_404

DRAFT_FIELDS = ("title", "summary", "tags", "authors", "slug", "language", "body", "change_note")


class WikiDesk(WritingView):
    form_class = WikiForm
    template_name = "wiki/edit.html"

    def find_parent(self) -> Any:
        return wiki_page_or_404(self.person, self.kwargs["space"], self.kwargs.get("path", "wiki"))

    def find_page(self) -> Any:
        return self.parent if "path" in self.kwargs else None

    def new_page(self) -> WikiPage:
        return WikiPage()

    def extra_context(self) -> dict[str, Any]:
        context: dict[str, Any] = {"trail": trail_to(self.person, self.parent)}
        if self.page is None:
            context["paths"] = path_choices(self.parent.space, self.person)
        return context

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.page is None:
            asked = one_line(request.GET.get("title", ""))[:TITLE_CHARACTERS]
            prefix, _colon, rest = asked.partition(":")
            if rest and link_key(prefix) == self.parent.space.slug:
                # A link in another space named this one.
                asked = rest.strip()
            proposed = self._initial_of_new(asked, request.GET.get("parent", ""))
            # Somebody may have written the page since the red link was shown.
            if asked and (found := find_named(self.person, self.parent, asked)):
                return redirect(found)
            return self.render_form(self.form(initial=proposed))
        own = self.own_drafts().first()
        if own is None:
            return super().get(request, *args, **kwargs)
        initial = {**own.typed, "base_revision": own.base_revision}
        return self.render_form(self.form(initial=initial, page=newest_version(self.page)), own_draft=own)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.page is not None and request.POST.get("action") == "discard":
            self.own_drafts().delete()
            messages.success(request, _("Your draft has been deleted. The page has not changed."))
            return redirect(self.page.get_absolute_url())
        return super().post(request, *args, **kwargs)

    def own_drafts(self) -> Any:
        return Draft.objects.filter(page=self.page, person=self.person)

    def _initial_of_new(self, title: str, parent: str) -> dict[str, str]:
        """Initial title and parent for a new page.

        `?title=team/rota` proposes a page "rota" below "team" if there is a page "team"; `?parent=` names the parent. A
        title alone proposes a page beside those that link to it.
        """
        parent = parent[:1000]
        above, slash, last = title.rpartition("/")
        if slash and not parent and last.strip():
            url_path = f"{self.parent.url_path}{link_key(above)}/"
            if visible_to(self.person, WikiPage.objects.filter(url_path=url_path)).exists():
                parent, title = link_key(above), last.strip()
        elif title and not slash and not parent:
            parent = above_wanted(self.person, self.parent.space, title)
        return {"title": title, "parent": parent}

    def save_once(self, form: Any, *, publish: bool) -> Any:
        if self.page is None:
            self.parent = form.cleaned_data["parent"]
        return super().save_once(form, publish=publish)

    def save_joined(self, form: Any, *, publish: bool) -> Any:
        if self.page.live and not publish:
            return self._save_draft(form)
        saved = super().save_joined(form, publish=publish)
        self.own_drafts().delete()
        return saved

    def _save_draft(self, form: Any) -> WikiPage:
        keep_first_version(self.page)
        typed = {name: form.data[name] for name in DRAFT_FIELDS if name in form.data}
        base = form.cleaned_data["base_revision"] or fresh(self.page).latest_revision_id
        Draft.objects.update_or_create(
            page=self.page, person=self.person, defaults={"typed": typed, "base_revision": base}
        )
        self.kept_aside = True
        return self.page


write = WikiDesk.as_view()
