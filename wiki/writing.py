"""Writing a wiki page. Edits made at the same time are merged; only a real conflict is shown to the second person."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from desk.writing import WritingView
from limits import TITLE_CHARACTERS
from pages.access import visible_to
from text.invisible import one_line
from text.markup import link_key
from wiki.choosing import text_of_path
from wiki.forms import WikiForm
from wiki.models import WikiPage
from wiki.queries import above_wanted
from wiki.views import find_named, trail_to, wiki_page_or_404


class WikiDesk(WritingView):
    form_class = WikiForm
    template_name = "wiki/edit.html"
    chooses_readers = False

    def find_parent(self) -> Any:
        return wiki_page_or_404(self.person, self.kwargs["space"], self.kwargs.get("path", "wiki"))

    def find_page(self) -> Any:
        return self.parent if "path" in self.kwargs else None

    def new_page(self) -> WikiPage:
        return WikiPage()

    def extra_context(self) -> dict[str, Any]:
        return {"trail": trail_to(self.person, self.parent)}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Somebody may have written the page since the red link was shown.
        asked = self.asked_title() if self.page is None and self.kept.draft is None else ""
        if asked and (found := find_named(self.person, self.parent, asked)) is not None:
            return redirect(found)
        return super().get(request, *args, **kwargs)

    def asked_title(self) -> str:
        asked = one_line(self.request.GET.get("title", ""))[:TITLE_CHARACTERS]
        prefix, _colon, rest = asked.partition(":")
        # A link in another space named this one.
        return rest.strip() if rest and link_key(prefix) == self.parent.space.slug else asked

    def initial_of_new(self) -> dict[str, str]:
        """Initial title and parent for a new page.

        `?title=team/rota` proposes a page "rota" below "team" if there is a page "team"; `?parent=` names the parent. A
        title alone proposes a page below the one that links to it.
        """
        title, parent = self.asked_title(), self.request.GET.get("parent", "")[:1000]
        above, slash, last = title.rpartition("/")
        if slash and not parent and last.strip():
            url_path = f"{self.parent.url_path}{link_key(above)}/"
            if visible_to(self.person, WikiPage.objects.filter(url_path=url_path)).exists():
                parent, title = link_key(above), last.strip()
        elif title and not slash and not parent:
            parent = above_wanted(self.person, self.parent.space, title, followed_on=self.came_from())
        return {"title": title, "parent": text_of_path(self.person, self.parent.space, parent)}

    def came_from(self) -> str:
        """The path of the page on which the link to this form was followed, as far as the browser says it."""
        try:
            return urlsplit(self.request.headers.get("Referer", "")).path
        except ValueError:
            return ""

    def save_once(self, form: Any, *, publish: bool) -> Any:
        if self.page is None:
            self.parent = form.cleaned_data["parent"]
        return super().save_once(form, publish=publish)


write = WikiDesk.as_view()
