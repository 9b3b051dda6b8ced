"""A page's text for the public: nothing in it names or links to anything that was not released.

What is removed leaves plain words behind, and a note for the person who is about to release the page.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, NavigableString, Tag
from django.conf import settings
from django.utils.translation import gettext as _

from limits import TEXT_QUESTIONS
from media.models import Attachment, Picture, Recording
from pages.models import BasePage
from pages.rendering import PageRenderContext, render_text
from people.keys import username_key
from people.models import Person, Space
from syndication.models import Release
from syndication.schemes import with_scheme
from text import markup, transcripts
from text.markup.sanitise import sanitise
from text.markup.weaver import MENTION

# A private-use character, which stored text never has; it marks a name to be withheld.
PERSON_MARK = "\ue0f1"
# In characters. A title this long is also looked for inside a link's text; a shorter one could be an everyday word.
MIN_TITLE_CHARS_WITHIN = 8
INTERNAL_PATH = re.compile(r"(?<![\w.:/])/spaces/([a-z0-9-]+)(?:/[^\s<>\"'()]*)?")


class _NamelessPerson:
    username = PERSON_MARK

    def get_full_name(self) -> str:
        return PERSON_MARK


class PublicRenderContext(PageRenderContext):
    """Gives the renderer placeholders; `PublicText` replaces each with a public address or plain words."""

    def __init__(self, page: BasePage, mark: str) -> None:
        super().__init__(page)
        self.mark = mark
        self.pictures: dict[int, Picture] = {}
        self.recordings: dict[int, Recording] = {}
        self.attachments: dict[int, Attachment] = {}
        self.titles: dict[str, str] = {}
        self._released: dict[int, Release] = {}

    def prepare(self, wanted: markup.Wanted) -> None:
        super().prepare(wanted)
        leads_to = [pk for _link, pk in self._links.values() if pk]
        pages = {page.pk: page for page in BasePage.objects.filter(pk__in=leads_to).only("pk", "uid", "title")}
        released = released_by_uid(page.uid for page in pages.values())
        self._released = {pk: released[page.uid] for pk, page in pages.items() if page.uid in released}
        self.titles = {
            target: pages[pk].title for target, (_link, pk) in self._links.items() if pk is not None and pk in pages
        }
        self.pictures = Picture.objects.in_bulk([number for kind, number in self._media if kind == "picture"])
        self.recordings = Recording.objects.in_bulk([number for kind, number in self._media if kind == "recording"])
        self.attachments = Attachment.objects.in_bulk([number for kind, number in self._media if kind == "file"])

    def resolve_link(self, target: str) -> markup.Link:
        pk = self._links.get(target, (None, None))[1]
        release = self._released.get(pk) if pk else None
        if release is not None:
            return markup.Link(url=f"{self.mark}/released/{release.path}", title=release.title)
        return markup.Link(url=f"{self.mark}/withheld/", title=_("an internal page"))

    def resolve_media(self, kind: str, number: int) -> markup.Media | None:
        media = super().resolve_media(kind, number)
        if media is None:
            return None
        return replace(media, url=f"{self.mark}/{kind}/{number}")

    def resolve_person(self, username: str) -> _NamelessPerson | None:  # type: ignore[override]
        return _NamelessPerson() if super().resolve_person(username) else None


def released_by_uid(uids: Iterable[object]) -> dict[object, Release]:
    """The current release for each uid; the oldest if a page is in several channels."""
    releases = Release.objects.live().filter(uid__in=list(uids)).select_related("channel").order_by("-released_at")
    return {release.uid: release for release in releases}


class PublicText:
    """One page's Markdown as public HTML, in `html`; see also `withheld`, `pictures`, `recordings` and `attachments`."""

    def __init__(self, page: BasePage, mark: str) -> None:
        self.mark = mark
        # A dict as an ordered set: a text can have thousands.
        self._notes: dict[str, None] = {}
        self._titles: dict[str, str] = {}
        self._colleagues = _named_in(page)
        self._spaces = set(Space.objects.values_list("slug", flat=True))
        self._hosts = _own_hosts()
        self._internal_url = re.compile(
            r"(?i)\b(?:https?://)?(?:"
            + "|".join(re.escape(host) for host in sorted(self._hosts))
            + r")(?:/[^\s<>\"')]*)?"
        )
        context = PublicRenderContext(page, mark)
        rendered = render_text(page.body, context=context)
        self.pictures, self.recordings, self.attachments = context.pictures, context.recordings, context.attachments
        self._names = {name.casefold() for name in (*context.titles, *context.titles.values())}
        self._names |= {link.target.casefold() for link in rendered.links if link.kind == "wiki"}
        self.html = self._rewrite(rendered.html)

    @property
    def withheld(self) -> list[str]:
        return list(self._notes)

    def words(self, text: str) -> str:
        without = self._internal_url.sub(self._withhold_address, text)
        without = INTERNAL_PATH.sub(self._withhold_path, without)
        return MENTION.sub(self._withhold_name, without) if self._colleagues else without

    # -- HTML

    def _rewrite(self, html: str) -> str:
        soup = BeautifulSoup(html, "html.parser")
        for anchor in soup("a"):
            self._anchor(anchor)
        for tag in soup(["img", "audio", "video"]):
            if not str(tag.get("src", "")).startswith(f"{self.mark}/"):
                self._note(_("a picture or recording that is not part of the page"))
                tag.decompose()
        for tag in soup(title=True):
            tag["title"] = self.words(str(tag["title"]))
        for tag in soup("img", alt=True):
            tag["alt"] = self.words(str(tag["alt"]))
        for text in soup.find_all(string=True):
            cleaned = self.words(str(text)).replace(f"@{PERSON_MARK}", _("a colleague")).replace(PERSON_MARK, "")
            if cleaned != str(text):
                text.replace_with(NavigableString(cleaned))
        names = markup.BoxNames()
        for box in soup(role="region"):
            # The label is made from the text of the box, so it is made again.
            own = names.code(box.get_text()) if box.name == "pre" else names.table(th.get_text() for th in box("th"))
            box["aria-label"] = own
        for heading in soup(["h2", "h3", "h4", "h5", "h6"], id=True):
            fresh_id = markup.heading_id(heading.get_text())
            # The id is made from the words of the heading, some of which may just have been withheld.
            if not str(heading["id"]).startswith(fresh_id):
                heading["id"] = fresh_id
        return sanitise(soup.decode(formatter="minimal"))

    def _anchor(self, anchor: Tag) -> None:
        href, words = str(anchor.get("href", "")), anchor.get_text()
        for name in ("class", "title"):
            if name in anchor.attrs and (name == "title" or "footnote" not in str(anchor["class"])):
                del anchor[name]
        if PERSON_MARK in words:
            self._note(_("the name of a colleague"))
            anchor.replace_with(_("a colleague"))
        elif href.startswith(f"{self.mark}/released/"):
            if self._names_a_page(words):
                anchor.string = self._title_of(href) or words
        elif href.startswith(f"{self.mark}/withheld/") or self._is_own(href):
            self._reduce(anchor, words)
        elif href.startswith("//"):
            self._give_scheme(anchor, href)
        elif href.startswith("#"):
            anchor["href"] = f"{self.mark}/self/{href}"

    def _reduce(self, anchor: Tag, words: str) -> None:
        if self._names_a_page(words):
            self._note(_("the link “%(words)s”") % {"words": words})
            anchor.replace_with(_("an internal page"))
        else:
            self._note(_("the link behind “%(words)s”") % {"words": words})
            anchor.unwrap()

    def _give_scheme(self, anchor: Tag, href: str) -> None:
        if address := with_scheme(href):
            anchor["href"] = address
        else:
            self._note(_("the link behind “%(words)s”") % {"words": anchor.get_text()})
            anchor.unwrap()

    def _names_a_page(self, words: str) -> bool:
        """Whether the text of a link is a page's title or address rather than the author's own words."""
        bare = words.casefold().partition("#")[0].strip()
        if not bare or "/" in bare or bare in self._names:
            return True
        return any(name in bare for name in self._names if len(name) >= MIN_TITLE_CHARS_WITHIN)

    def _title_of(self, href: str) -> str:
        path = href.removeprefix(f"{self.mark}/released/").partition("#")[0].strip("/")
        channel, _slash, slug = path.partition("/")
        if path not in self._titles:
            titles = Release.objects.filter(channel__slug=channel, slug=slug).values_list("title", flat=True)
            self._titles[path] = titles.first() or ""
        return self._titles[path]

    def _is_own(self, href: str) -> bool:
        if href.startswith(f"{self.mark}/"):
            return False
        try:
            parts = urlsplit(href)
        except ValueError:
            return False
        if not parts.netloc:
            return not parts.scheme and not href.startswith("#")
        public = urlsplit(settings.INTRANET_PUBLIC_URL)
        if public.netloc == parts.netloc and parts.path.startswith(f"{public.path.rstrip('/')}/"):
            return False
        return parts.netloc.lower() in self._hosts or (parts.hostname or "") in self._hosts

    # -- words

    def _withhold_address(self, found: re.Match[str]) -> str:
        if not self._is_own(found[0] if "://" in found[0] else f"https://{found[0]}"):
            return found[0]
        self._note(_("the address %(address)s") % {"address": found[0]})
        return _("an internal page")

    def _withhold_path(self, found: re.Match[str]) -> str:
        if found[1] not in self._spaces:
            return found[0]
        self._note(_("the address %(address)s") % {"address": found[0]})
        return _("an internal page")

    def _withhold_name(self, found: re.Match[str]) -> str:
        if username_key(found[1]) not in self._colleagues:
            return found[0]
        self._note(_("the name of a colleague"))
        return _("a colleague")

    def _note(self, note: str) -> None:
        self._notes.setdefault(note)


def _named_in(page: Any) -> set[str]:
    """Username keys of the people mentioned anywhere on the page, former colleagues too."""
    written = [
        page.title,
        page.summary,
        page.body,
        *transcripts.paragraphs(page.transcript_text),
        *(tag["name"] for tag in page.labels),
    ]
    names = {username_key(name) for text in written if text for name in MENTION.findall(text)}
    if not names:
        return set()
    known: set[str] = set()
    # A transcript can mention more names than a statement can have parameters.
    keys = sorted(names)
    for start in range(0, len(keys), TEXT_QUESTIONS):
        some = Person.objects.filter(username_key__in=keys[start : start + TEXT_QUESTIONS])
        known |= set(some.values_list("username_key", flat=True))
    return known


def _own_hosts() -> set[str]:
    own, public = urlsplit(settings.INTRANET_URL).netloc.lower(), urlsplit(settings.INTRANET_PUBLIC_URL).netloc.lower()
    allowed = {host.lstrip(".").lower() for host in settings.ALLOWED_HOSTS}
    others = {"*", "localhost", "127.0.0.1", "[::1]", "testserver", public, public.rpartition(":")[0]}
    return {own} | allowed - others
