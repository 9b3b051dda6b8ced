"""Choosing a page of a wiki by its title: the form field for the page above, and the suggestions for it."""

from typing import Any, ClassVar

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pages.access import visible_to
from pages.addresses import to_path
from pages.permissions import may_write
from people.fields import MAX_CHOICES, Choice, ChoosingField, key_in
from people.models import Person, Space
from text.markup import link_key
from text.titles import title_key
from wiki.models import WikiPage
from wiki.views import wiki_page_or_404

SUGGESTED = 8
MAX_WORDS = 6


def choice_of(page: WikiPage) -> Choice:
    """`where` is the path, which is in the address and tells nothing new."""
    return Choice(page.wiki_path, page.title, f"/{page.wiki_path}", page, page.language)


def titled(person: Person, space: Any, typed: str, count: int) -> list[WikiPage]:
    """Pages of the wiki with a word for each that was typed, or that begins with it; titles that begin so first."""
    words = title_key(typed).split()[:MAX_WORDS]
    pages = visible_to(person, WikiPage.objects.in_space(space).below_root()).select_related("space")
    pages = pages.only("title", "url_path", "language", "space", "title_key", "path", "depth", "audience_token")
    for word in words:
        pages = pages.filter(title_key__contains=word)
    found = [page for page in pages.order_by("sort_key", "pk")[: 50 * count] if _begin(page.title_key.split(), words)]
    found.sort(key=lambda page: not page.title_key.startswith(words[0]))
    return found[:count]


def _begin(title: list[str], words: list[str]) -> bool:
    return bool(words) and all(any(part.startswith(word) for part in title) for word in words)


class ParentField(ChoosingField):
    """A wiki page to put another below; empty for the wiki itself. The form calls `of` first."""

    several = False
    default_error_messages: ClassVar[dict[str, Any]] = {
        "none": _("There is no page “%(term)s” here. Check the spelling."),
        "several": _("Several pages fit “%(term)s”. Choose one below."),
        "many": _("More than %(number)s pages fit “%(term)s”. Choose one below, or type more of the title."),
    }

    def __init__(self, **kwargs: Any) -> None:
        words = _("The title of a page of this wiki. Leave it empty to put this page at the top of the wiki.")
        super().__init__(**{"label": _("Parent page"), "help_text": words, "required": False, **kwargs})

    def of(self, space: Space, person: Person) -> None:
        self.space, self.person = space, person
        self.widget.address = f"/spaces/{space.slug}/wiki/-/suggest.json?"

    def find(self, terms: list[str]) -> list[list[Choice]]:
        return [self._fitting(term) for term in terms]

    def _fitting(self, term: str) -> list[Choice]:
        """The page at a path; else those of exactly this title; else those that it begins. A full address may be in another wiki."""
        if key_in(term) != term and (called := self._titled(term)):
            # A title that ends in brackets, and no path.
            return [choice_of(page) for page in called]
        asked = key_in(term).strip("/")
        if not asked.startswith("spaces/"):
            parts = [link_key(part) for part in asked.removeprefix("wiki/").split("/")]
            asked = "/".join(["spaces", self.space.slug, "wiki", *filter(None, parts)])
        at_path = visible_to(self.person, WikiPage.objects.select_related("space")).filter(
            url_path=to_path(f"/{asked}/")
        )
        if (page := at_path.first()) is not None:
            return [choice_of(page)] if may_write(self.person, page.space) else []
        if not may_write(self.person, self.space):
            return []
        found = self._titled(term) or titled(self.person, self.space, term, MAX_CHOICES + 1)
        return [choice_of(page) for page in found]

    def _titled(self, term: str) -> list[WikiPage]:
        pages = visible_to(self.person, WikiPage.objects.in_space(self.space).below_root()).select_related("space")
        found = pages.filter(title_key=title_key(term)).order_by("url_path")[: MAX_CHOICES + 1]
        return list(found) if may_write(self.person, self.space) else []

    def clean(self, value: Any) -> WikiPage:
        page = super().clean(value)
        if page is not None:
            return page  # type: ignore[no-any-return]
        root = self._fitting(f"spaces/{self.space.slug}/wiki")
        if not root:
            raise self._error("none", term="wiki")
        return root[0].value  # type: ignore[no-any-return]


def text_of_path(person: Person, space: Space, path: str) -> str:
    """How the field spells the page at a path below the wiki, as far as the person can read it."""
    url_path = to_path(f"/spaces/{space.slug}/wiki/{path}/")
    page = visible_to(person, WikiPage.objects.filter(url_path=url_path)).first() if path else None
    return choice_of(page).text if page else path


@require_safe
@never_cache
def suggest(request: HttpRequest, space: str) -> JsonResponse:
    person: Any = request.user
    root = wiki_page_or_404(person, space, "wiki")
    typed = request.GET.get("q", "").replace("\0", "")[:200]
    found = titled(person, root.space, typed, SUGGESTED) if may_write(person, root.space) else []
    return JsonResponse({"suggestions": [choice_of(page).suggestion for page in found]})
