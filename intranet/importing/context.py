"""Rendering during an import: resolves links from memory, with the same results as the database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pages.addresses import to_path
from pages.rendering import PageRenderContext
from pages.targets import reading_address
from people.keys import username_key
from people.models import Person, Space
from text import markup


@dataclass(slots=True)
class KnownSite:
    """`pages` has number (None until written) and title by url path, for all pages there will be."""

    spaces: dict[str, Space] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    pages: dict[str, tuple[int | None, str]] = field(default_factory=dict)


class ImportContext(PageRenderContext):
    """Like its parent but without queries: links to pages of this import are live before they are written."""

    def __init__(self, page: Any, site: KnownSite) -> None:
        super().__init__(page)
        self.site = site

    def prepare(self, wanted: markup.Wanted) -> None:
        known = {username_key(name) for name in wanted.usernames}
        self._people = {key: self.site.people[key] for key in known if key in self.site.people}
        if wanted.media:
            self._media = dict(self._stored_media(wanted.media))
        self._links = {target: self._find(target) for target in wanted.targets}

    def found(self, links: Iterable[markup.FoundLink]) -> list[dict[str, Any]]:
        rows = []
        for link in links:
            if link.kind == "wiki":
                key, to_page = self.key(link.target), self._links.get(link.target, (None, None))[1]
            elif link.kind == "path":
                address = f"{link.target.rstrip('/')}/"
                key, to_page = address, self.site.pages.get(to_path(address), (None, ""))[0]
            else:
                continue
            row = {"to_page_id": to_page, "target": link.target[:500], "key": key[:500]}
            rows.append({**row, "fragment": link.fragment[:200], "text": link.text[:300]})
        return rows

    def _known_spaces(self, slugs: set[str]) -> dict[str, Space]:
        return self.site.spaces

    def _find(self, target: str) -> tuple[markup.Link | None, int | None]:
        slug, words = self.place_of(target)
        space = self.site.spaces.get(slug)
        address = f"/spaces/{slug}/wiki/{self.key(target).partition(':')[2]}/"
        if space is None or not self._is_open(space):
            return markup.Link(url=reading_address(slug, words), known=False), None
        if to_path(address) not in self.site.pages:
            return None, None
        number, title = self.site.pages[to_path(address)]
        return markup.Link(url=address, title=title), number
