"""Resolves the links, media and people in a text for rendering, with two or three queries per text."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import translation

from database.prepared import Prepared
from pages.addresses import to_address, to_path
from pages.media_audience import MODELS
from pages.models import BasePage, PageLink
from pages.targets import COLUMNS, WIKI_ADDRESS, answers_to, find, reading_address, readings
from people.audiences import STAFF
from people.keys import username_key
from people.models import Person, Space, person_token
from text import markup
from text.titles import title_key

#: What is stored of a link.
LINK = ("to_page_id", "target", "key", "fragment", "text")
_LED_TO = {name: f"to_page__{name}" for name in ("pk", "live", *COLUMNS[1:])}
_stored_links = Prepared(
    lambda page: PageLink.objects.filter(page=page).values_list(*LINK, *_LED_TO.values()), page=int
)


def render_text(text: str, *, context: markup.RenderContext) -> markup.Rendered:
    """Raises `markup.TextTooLong`; for a stored text see `show_text`."""
    return markup.render(text, context=context) if text else markup.Rendered()


def show_text(text: str, *, context: markup.RenderContext) -> markup.Rendered:
    """For a stored text, which must always be shown: one that is too costly is shown as typed."""
    try:
        return render_text(text, context=context)
    except markup.TextTooLong:
        return markup.words_only(text)


def keys_of(page: BasePage, *, url_path: str = "", former: Iterable[str] = ()) -> set[str]:
    """All link keys that can lead to `page`: its path in the wiki, its slug, and its title in each reading.

    `url_path`: another address than its current one; `former`: keys of former titles.
    """
    url_path = url_path or page.url_path
    found = WIKI_ADDRESS.match(url_path)
    keys = {to_address(url_path)}
    if found:
        space, path = found[1], found[2] or page.slug
        words = {page.title, *(page.title[:at] for at, sign in enumerate(page.title) if sign == "#"), *former}
        keys |= {f"{space}:{path}", f"{space}:{path.rpartition('/')[2]}", *(_key(space, each) for each in words)}
        # "Operations: rota" can be a title here, or the page "rota" there.
        for each in (page.title, *former):
            prefix, colon, rest = each.partition(":")
            if colon:
                keys.add(_key(markup.link_key(prefix), rest))
    return keys


def _key(space_slug: str, words: str) -> str:
    return f"{space_slug}:{markup.link_key(words.replace(':', ' '))}"


class PageRenderContext(markup.RenderContext):
    """The links, media and people of one page's text.

    The stored HTML is the same for all readers, so a link is live or red by what *all* readers of the page can see. A
    link into a members-only space is therefore neutral.
    """

    def __init__(self, page: BasePage, *, writer: Person | None = None) -> None:
        """`writer`: in her preview she sees what she has added herself."""
        self.page = page
        self.media_tokens = page.media_tokens | ({person_token(writer.pk)} if writer else set())
        self.space_slug = page.space.slug if page.space_id else ""
        self.tokens = {STAFF, page.audience_token}
        self._links: dict[str, tuple[markup.Link | None, int | None]] = {}
        self._media: dict[tuple[str, int], markup.Media] = {}
        self._people: dict[str, Person] = {}
        self._spaces: dict[str, Any] = {self.space_slug: page.space} if page.space_id else {}
        self._asked = set(self._spaces)
        #: The page's links as they are stored, once they have been read.
        self.stored_links: list[dict[str, Any]] | None = None

    # -- called by the renderer

    def prepare(self, wanted: markup.Wanted) -> None:
        if wanted.usernames:
            people = Person.objects.named(wanted.usernames)
            self._people = {person.username_key: person for person in people}
        if wanted.media:
            self._media = dict(self._stored_media(wanted.media))
        if wanted.targets:
            self._links = self._find_pages(wanted.targets)

    def resolve_link(self, target: str) -> markup.Link | None:
        return self._links.get(target, (None, None))[0]

    def choose(self, candidates: Sequence[tuple[str, str]], usual: tuple[str, str]) -> tuple[str, str]:
        return next((each for each in candidates if self._links.get(each[0], (None, None))[1]), usual)

    def place_of(self, target: str) -> tuple[str, str]:
        prefix, colon, words = target.partition(":")
        space = markup.link_key(prefix) if colon and words.strip() else ""
        return (space, words.strip()) if space and space in self._known_spaces({space}) else (self.space_slug, target)

    def resolve_media(self, kind: str, number: int) -> markup.Media | None:
        return self._media.get((kind, number))

    def resolve_person(self, username: str) -> Person | None:
        return self._people.get(username_key(username))

    # -- for storing links

    def key(self, target: str) -> str:
        """The target as `<space>:<path>`. A colon that does not follow a known space is part of the title."""
        return _key(*self.place_of(target))

    def found(self, links: Iterable[markup.FoundLink]) -> list[dict[str, Any]]:
        """Rows for `PageLink`, from the links found while rendering; links to other sites are not stored."""
        links = [link for link in links if link.kind in {"wiki", "path"}]
        paths = {to_path(f"{link.target.rstrip('/')}/") for link in links if link.kind == "path"}
        by_path = dict(BasePage.objects.filter(url_path__in=paths).values_list("url_path", "pk")) if paths else {}
        rows = []
        for link in links:
            if link.kind == "wiki":
                key, to_page = self.key(link.target), self._links.get(link.target, (None, None))[1]
            else:
                address = f"{link.target.rstrip('/')}/"
                key, to_page = address, by_path.get(to_path(address))
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

    # -- queries

    def _known_spaces(self, slugs: set[str]) -> dict[str, Any]:
        if missing := slugs - self._asked:
            self._spaces |= {space.slug: space for space in Space.objects.filter(slug__in=missing)}
            self._asked |= missing
        return self._spaces

    def _find_pages(self, targets: frozenset[str]) -> dict[str, tuple[markup.Link | None, int | None]]:
        prefixes = {markup.link_key(target.partition(":")[0]) for target in targets if ":" in target}
        spaces = self._known_spaces((prefixes - {""}) | {self.space_slug})
        asked = {target: readings(target, spaces.get(self.space_slug), spaces) for target in targets}
        open_to_all = {
            target: [each for each in asked[target] if self._is_open(spaces[each.space_slug])] for target in targets
        }
        kept, once = self._linked_before(targets)
        unknown = {target: each for target, each in open_to_all.items() if target not in kept}
        rows = {**once, **find(unknown, tokens=self.tokens), **kept}
        found: dict[str, tuple[markup.Link | None, int | None]] = {}
        for target in targets:
            if row := rows.get(target):
                found[target] = (markup.Link(url=to_address(row["url_path"]), title=row["title"]), row["pk"])
            elif asked[target] and not self._is_open(spaces[asked[target][-1].space_slug]):
                last = asked[target][-1]
                found[target] = (markup.Link(reading_address(last.space_slug, last.words), known=False), None)
            else:
                found[target] = (None, None)
        return found

    def _is_open(self, space: Space) -> bool:
        return space.pk == self.page.space_id or space.audience_token in self.tokens

    def _linked_before(self, targets: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The stored targets of this page's links, so that a link follows its page when that is renamed or moved.

        The first are those whose page has, or had, the written name: a page that takes the name later does not take the
        link. The second are the others, which are used as long as no other page has the name.
        """
        if not self.page.pk:
            return {}, {}
        self.stored_links = [
            dict(zip((*LINK, *_LED_TO.values()), row, strict=True)) for row in _stored_links(page=self.page.pk)
        ]
        before = {
            title_key(link["target"]): {name: link[column] for name, column in _LED_TO.items()}
            for link in self.stored_links
            if link["to_page__live"] and link["to_page__audience_token"] in self.tokens
        }
        keys = {target: title_key(target) for target in targets}
        once = {target: before[key] for target, key in keys.items() if key in before}
        names = {target: title_key(self.place_of(target)[1]) for target in once}
        kept = {
            target: row
            for target, row in once.items()
            if row["title_key"] in {names[target], keys[target]}
            or row["slug"] == markup.link_key(self.place_of(target)[1]).rpartition("/")[2]
        }
        others = {target: row for target, row in once.items() if target not in kept}
        former = answers_to(
            {row["pk"] for row in others.values()}, {key[target] for key in (keys, names) for target in others}
        )
        had = {
            target: row
            for target, row in others.items()
            if {(row["pk"], names[target]), (row["pk"], keys[target])} & former
        }
        return {**kept, **had}, once

    def _stored_media(self, wanted: Iterable[tuple[str, int]]) -> Iterable[tuple[tuple[str, int], markup.Media]]:
        for kind, model in MODELS.items():
            numbers = [number for wanted_kind, number in wanted if wanted_kind == kind]
            # Media of another audience are left out, although their file would be refused anyway.
            for item in model.objects.filter(pk__in=numbers, audience_token__in=self.media_tokens) if numbers else ():
                width, height = (item.width, item.height) if kind == "picture" else (None, None)
                url = (
                    item.rendition_url(800 if item.width > 800 else 0) if kind == "picture" else item.get_absolute_url()
                )
                if kind == "picture" and item.width > 800:
                    width, height = 800, round(item.height * 800 / item.width)
                with translation.override(self.page.language):
                    facts = item.facts if kind == "file" else ""
                yield (
                    (kind, item.pk),
                    markup.Media(url, item.title, getattr(item, "media_type", ""), width, height, facts),
                )
