"""Answers what a text asks of the database while it is rendered: links, media, persons; two or three queries a text."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pages import markup
from pages.derive import STAFF
from people.models import Person, Space

if TYPE_CHECKING:
    from pages.models import BasePage

WIKI_ADDRESS = re.compile(r"^/home/spaces/([^/]+)/wiki/(.+)/$")


def render_text(text: str, *, context: markup.RenderContext) -> markup.Rendered:
    """Raises `markup.TextTooLong`; for a text that is stored already see `show_text`."""
    return markup.render(text, context=context) if text else markup.Rendered()


def show_text(text: str, *, context: markup.RenderContext) -> markup.Rendered:
    """A stored text, which must be shown whatever it is: one that would cost too much is shown as it was typed."""
    try:
        return render_text(text, context=context)
    except markup.TextTooLong:
        return markup.words_only(text)


def keys_of(page: "BasePage") -> set[str]:
    """The link keys that lead to `page`: its path below the wiki, its slug alone, its title."""
    found = WIKI_ADDRESS.match(page.url_path)
    keys = {f"path:{page.get_absolute_url()}"}
    if found:
        space, path = found.groups()
        keys |= {f"{space}:{path}", f"{space}:{page.slug}", f"{space}:{markup.link_key(page.title.replace(':', ' '))}"}
    return keys


class PageRenderContext(markup.RenderContext):
    """What the text of one page may know.

    A link is live or red by what *everybody* who may read the page may see: the stored HTML is one for all readers, so
    it must not tell of a page that some of them may not see. A link into a members-only space is therefore neutral.
    """

    def __init__(self, page: "BasePage") -> None:
        self.page = page
        self.space_slug = page.space.slug if page.space_id else ""
        self.tokens = {STAFF, page.audience_token}
        # A draft is read by writers of the space, who see the pictures that only it shows.
        self.media_tokens = self.tokens | ({f"space:{page.space_id}"} if page.space_id and not page.live else set())
        self._links: dict[str, tuple[markup.Link | None, int | None]] = {}
        self._media: dict[tuple[str, int], markup.Media] = {}
        self._people: dict[str, Person] = {}

    # -- asked by the renderer

    def prepare(self, wanted: markup.Wanted) -> None:
        if wanted.usernames:
            people = Person.objects.filter(username__in=wanted.usernames)
            self._people = {person.username: person for person in people}
        if wanted.media:
            self._media = dict(self._stored_media(wanted.media))
        if wanted.targets:
            self._links = self._find_pages(wanted.targets)

    def resolve_link(self, target: str) -> markup.Link | None:
        return self._links.get(target, (None, None))[0]

    def resolve_media(self, kind: str, number: int) -> markup.Media | None:
        return self._media.get((kind, number))

    def resolve_person(self, username: str) -> Person | None:
        return self._people.get(username)

    # -- for the store

    def key(self, target: str) -> str:
        """The target as `<space>:<path>`; a colon that follows no known space belongs to the title."""
        space, colon, path = target.partition(":")
        if colon and markup.link_key(space) in self._known_spaces({markup.link_key(space)}):
            return f"{markup.link_key(space)}:{markup.link_key(path.replace(':', ' '))}"
        return f"{self.space_slug}:{markup.link_key(target.replace(':', ' '))}"

    def found(self, links: Iterable[markup.FoundLink]) -> list[dict[str, Any]]:
        """Rows for `PageLink` from the links that the rendering found; links to the web are not kept."""
        from pages.models import BasePage

        links = [link for link in links if link.kind in {"wiki", "path"}]
        paths = {f"/home{link.target.rstrip('/')}/" for link in links if link.kind == "path"}
        by_path = dict(BasePage.objects.filter(url_path__in=paths).values_list("url_path", "pk")) if paths else {}
        rows = []
        for link in links:
            if link.kind == "wiki":
                key, to_page = self.key(link.target), self._links.get(link.target, (None, None))[1]
            else:
                address = f"{link.target.rstrip('/')}/"
                key, to_page = f"path:{address}", by_path.get(f"/home{address}")
            rows.append(
                {
                    "to_page_id": to_page,
                    "target": link.target[:500],
                    "key": key[:500],
                    "fragment": link.fragment[:200],
                    "text": link.text[:300],
                }
            )
        return rows

    # -- asked of the database

    def _known_spaces(self, slugs: set[str]) -> dict[str, Space]:
        if not hasattr(self, "_spaces"):
            self._spaces: dict[str, Space] = {}
            self._asked: set[str] = set()
        if missing := slugs - self._asked:
            self._spaces |= {space.slug: space for space in Space.objects.filter(slug__in=missing)}
            self._asked |= missing
        return self._spaces

    def _find_pages(self, targets: frozenset[str]) -> dict[str, tuple[markup.Link | None, int | None]]:
        from pages.models import BasePage

        prefixes = {markup.link_key(target.partition(":")[0]) for target in targets if ":" in target}
        spaces = self._known_spaces(prefixes | {self.space_slug})
        keys = {target: self.key(target) for target in targets}
        paths = {f"/home/spaces/{key.replace(':', '/wiki/', 1)}/" for key in keys.values()}
        slugs = {key.rpartition(":")[2].rpartition("/")[2] for key in keys.values()}
        titles = {target.partition(":")[2].strip() or target for target in targets} | set(targets)
        columns = ("pk", "url_path", "slug", "title", "space_id", "audience_token")
        rows = BasePage.objects.filter(live=True, space__in=spaces.values()).values(*columns)
        by_path = {row["url_path"]: row for row in rows.filter(url_path__in=paths)}
        wiki_pages = [
            row
            for row in [*rows.filter(slug__in=slugs), *rows.filter(title__in=titles)]
            if WIKI_ADDRESS.match(row["url_path"])
        ]
        found: dict[str, tuple[markup.Link | None, int | None]] = {}
        for target, key in keys.items():
            slug, _colon, path = key.partition(":")
            space = spaces.get(slug)
            address = f"/spaces/{slug}/wiki/{path}/"
            if space is None or (space.pk != self.page.space_id and space.audience_token not in self.tokens):
                found[target] = (markup.Link(url=address, known=False), None)
                continue
            row = by_path.get(f"/home{address}") or self._only(wiki_pages, space.pk, path, target)
            row = row or self._linked_before().get(key)
            if row is None or row["audience_token"] not in self.tokens:
                found[target] = (None, None)
                continue
            found[target] = (markup.Link(url=row["url_path"].removeprefix("/home"), title=row["title"]), row["pk"])
        return found

    def _linked_before(self) -> dict[str, dict[str, Any]]:
        """Where this page's links lead as stored: a link stays with its page when that is renamed or moved."""
        if not hasattr(self, "_before"):
            from pages.models import PageLink

            columns = ("pk", "url_path", "title", "audience_token")
            stored = PageLink.objects.filter(page_id=self.page.pk or 0, to_page__live=True)
            rows = stored.values_list("key", *(f"to_page__{name}" for name in columns)) if self.page.pk else ()
            self._before = {key: dict(zip(columns, row, strict=True)) for key, *row in rows}
        return self._before

    def _only(self, rows: list[dict[str, Any]], space_id: int, path: str, target: str) -> dict[str, Any] | None:
        """The one page of the space with that title or slug; an ambiguous name leads nowhere."""
        title = target.strip().casefold()
        own = {row["pk"]: row for row in rows if row["space_id"] == space_id}.values()
        by_title = [row for row in own if row["title"].casefold() in {title, title.partition(":")[2].strip()}]
        by_slug = [row for row in own if row["slug"] == path]
        for candidates in (by_title, by_slug):
            readable = [row for row in candidates if row["audience_token"] in self.tokens]
            if len(readable) == 1:
                return readable[0]
        return None

    def _stored_media(self, wanted: Iterable[tuple[str, int]]) -> Iterable[tuple[tuple[str, int], markup.Media]]:
        from pages.following import MODELS

        for kind, model in MODELS.items():
            numbers = [number for wanted_kind, number in wanted if wanted_kind == kind]
            # Media of another audience are not shown, though their file would be refused anyway.
            for item in model.objects.filter(pk__in=numbers, audience_token__in=self.media_tokens) if numbers else ():
                size = (item.width, item.height) if kind == "picture" else (None, None)
                url = (
                    item.rendition_url(800 if item.width > 800 else 0) if kind == "picture" else item.get_absolute_url()
                )
                if kind == "picture" and item.width > 800:
                    size = (800, round(item.height * 800 / item.width))
                yield (
                    (kind, item.pk),
                    markup.Media(url, item.title, getattr(item, "media_type", ""), *size),
                )
