"""Turns each link or embed in the engine's HTML into what it is on this site."""

import re
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import unquote

from limits import LINK_FRAGMENTS, LINK_TARGET_CHARACTERS, TEXT_QUESTIONS
from text.markup import snippets
from text.markup.addresses import end_of_address, is_whole_address, kind_of, media_of
from text.markup.anchors import heading_id, local_anchor
from text.markup.context import Media, RenderContext
from text.markup.rendered import FoundLink

_ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')
# Other addresses would make readers' browsers contact other sites.
_OWN_PICTURES = ("/media/", "/static/")

Attributes = dict[str, str]


def attributes_of(tag: str) -> Attributes:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag[tag.find(" ") :])}


Target = tuple[str, str]  # target and fragment


def read_target(href: str) -> tuple[list[Target], Target]:
    """The meanings that a wiki link can have, and the default if no page decides.

    A title may contain "#": the whole text comes first, then the part before each "#", from the last one. A fragment
    directly follows its "#", so "C# rules" is a title even if there is no such page yet.
    """
    whole = " ".join(unquote(href).split())
    places = [at for at, sign in enumerate(whole) if sign == "#"][:LINK_FRAGMENTS]
    splits = [(whole[:at].strip(), whole[at + 1 :].strip()) for at in places]
    usual = next(
        (split for at, split in zip(places, splits, strict=True) if whole[at + 1 : at + 2].strip()), (whole, "")
    )
    return [(whole, ""), *(split for split in reversed(splits) if all(split))], usual


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link ready for output. `words` replaces the author's text if set; it and `after` are already escaped."""

    opening: str
    closing: str
    words: str = ""
    #: Follows the link: text that Markdown took as a part of it.
    after: str = ""


class Linker:
    def __init__(self, context: RenderContext) -> None:
        self.context = context
        self.links: list[FoundLink] = []
        self._questions = 0

    def link(self, attributes: Attributes, text: str) -> Anchor:
        href = attributes.get("href", "")
        if "data-wikilink" in attributes:
            return self._wiki_link(href, text)
        media = media_of(href)
        if media:
            return self._media_link(*media, text)
        kind = kind_of(href)
        if not kind:
            return Anchor("", "")
        if kind == "web":
            return self._web_link(href, text, attributes.get("title", ""))
        path, _, fragment = href.partition("#")
        if kind == "path" and path:
            self._note(path, fragment, text, "path")
        elif kind == "path" and fragment:
            href = f"#{local_anchor(fragment)}"
        elif not href:
            return Anchor("", "")
        return Anchor(snippets.opening(href, title=attributes.get("title", "")), "</a>")

    def mention(self, username: str) -> str:
        person = self.context.resolve_person(username) if self._may_ask() else None
        if person is None:
            return f"@{username}"
        self._note(person.username, "", f"@{username}", "person")
        if not getattr(person, "is_active", True):
            return snippets.mention_of_leaver(person.get_full_name() or person.username)
        return snippets.mention(person.username, person.get_full_name())

    def image(self, attributes: Attributes, *, alone: bool, inside_link: bool) -> str:
        """`alone`: the only thing in its paragraph, so that a figure may replace the paragraph."""
        address, alt, caption = (attributes.get(name, "") for name in ("src", "alt", "title"))
        found = media_of(address)
        if found is None:
            return self._addressed_image(address, alt, inside_link=inside_link)
        kind, number = found
        media = self._media(kind, number, alt)
        if media is None:
            return snippets.missing(alt or caption or address)
        if kind == "picture":
            return snippets.figure(media, alt, caption) if alone else snippets.picture(media, alt)
        if kind == "recording" and alone:
            return snippets.recording(media, alt or caption)
        words = escape(alt or media.title or address)
        return words if inside_link else f"{snippets.opening(media.url, css_class=kind)}{words}{snippets.ending(media)}"

    def _web_link(self, href: str, text: str, title: str = "") -> Anchor:
        if unquote(href) in (text, f"http://{text}") and (end := end_of_address(text)) < len(text):
            # An address in a script without spaces: the rest belongs to the sentence.
            if not is_whole_address(text[:end]):
                return Anchor("", "", escape(text))
            href, rest = f"{unquote(href)[: -len(text) + end]}", text[end:]
            self._note(href, "", text[:end], "web")
            return Anchor(
                snippets.opening(href, css_class="external", external=True), "</a>", escape(text[:end]), escape(rest)
            )
        address, _, fragment = href.partition("#")
        self._note(address, fragment, text, "web")
        return Anchor(snippets.opening(href, css_class="external", title=title, external=True), "</a>")

    def _wiki_link(self, href: str, text: str) -> Anchor:
        candidates, usual = read_target(href)
        if usual[0].startswith(("http://", "https://")):
            return self._web_link(unquote(href), text)
        target, fragment = self.context.choose(candidates, usual)
        hash_part = f"#{heading_id(fragment)}" if fragment else ""
        if not target:
            return Anchor(snippets.opening(hash_part), "</a>") if fragment else Anchor("", "")
        if len(target) > LINK_TARGET_CHARACTERS or not self._may_ask():
            return Anchor("", "")
        # `[[Title|]]` and `[[Title| ]]` show the title.
        words = "" if text else escape(target)
        self._note(target, fragment, text or target, "wiki")
        link = self.context.resolve_link(target)
        if link is None:
            space, title = self.context.place_of(target)
            if not space:
                return Anchor('<span class="redlink">', "</span>", words)
            return Anchor(snippets.opening(snippets.red_link_address(space, title), css_class="redlink"), "</a>", words)
        if not link.url or kind_of(link.url) != "path":
            return Anchor('<span class="wikilink">', "</span>", words)
        # A link typed as a path shows the title; the author's own words stay.
        as_typed = text == unquote(href)
        if link.known and link.title and (not text or (as_typed and re.search("[/:]", target))):
            words = escape(link.title)
        return Anchor(snippets.opening(link.url + hash_part, css_class="wikilink"), "</a>", words)

    def _media_link(self, kind: str, number: int, text: str) -> Anchor:
        media = self._media(kind, number, text)
        if media is None:
            return Anchor('<span class="missing-media">', "</span>")
        return Anchor(
            snippets.opening(media.url, css_class=kind), snippets.ending(media), "" if text else escape(media.title)
        )

    def _media(self, kind: str, number: int, text: str) -> Media | None:
        self._note(f"{kind}:{number}", "", text, kind)
        media = self.context.resolve_media(kind, number) if self._may_ask() else None
        return media if media and kind_of(media.url) == "path" else None

    def _addressed_image(self, address: str, alt: str, *, inside_link: bool) -> str:
        kind = kind_of(address)
        if kind == "path" and address.startswith(_OWN_PICTURES) and "/../" not in address:
            return snippets.picture(Media(url=address), alt)
        words = escape(alt or address)
        if inside_link or kind not in ("web", "path"):
            return words
        self._note(address, "", alt, kind)
        return f"{snippets.opening(address, css_class='remote-picture', external=kind == 'web')}{words}</a>"

    def _note(self, target: str, fragment: str, text: str, kind: str) -> None:
        if len(self.links) < TEXT_QUESTIONS:
            self.links.append(FoundLink(target, fragment[:LINK_TARGET_CHARACTERS], text[:LINK_TARGET_CHARACTERS], kind))

    def _may_ask(self) -> bool:
        self._questions += 1
        return self._questions <= TEXT_QUESTIONS
