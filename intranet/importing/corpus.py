"""One import from start to end: plan, spaces and people, then pages in batches, then links and the index."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from blog.models import BlogPostPage
from intranet.importing.bulk_writer import BulkWriter, Draft, Tags
from intranet.importing.colleagues import Colleagues
from intranet.importing.context import ImportContext, KnownSite
from intranet.importing.departments import ensure_spaces
from intranet.importing.entries import (
    EPISODE,
    FILES,
    MAX_SOURCE_PATH,
    POST,
    WIKI,
    BadLine,
    Entry,
    Unusable,
    entry_of,
    parse,
)
from intranet.importing.index import index_pages
from intranet.importing.links import complete_links
from intranet.importing.media import Media
from intranet.importing.plan import SHOW, WIKI_FRONT, Item, Plan
from intranet.importing.progress import Progress, Timings
from intranet.importing.translator import Translator
from limits import PAGE_LEVELS
from pages.models import BasePage
from pages.texts import render
from podcasts.models import EpisodePage, ShowPage
from wiki.models import WikiPage

BATCH = 200
MODELS: dict[str, Any] = {
    POST: BlogPostPage,
    WIKI: WikiPage,
    WIKI_FRONT: WikiPage,
    SHOW: ShowPage,
    EPISODE: EpisodePage,
}


_FIRST_WEB_LINK = re.compile(r"\]\((https?://[^)\s]+)")


@dataclass(slots=True)
class Outcome:
    """What was done. `existing` pages were there already; `ahead` had a date in the future."""

    written: dict[str, int] = field(default_factory=dict)
    existing: int = 0
    persons: int = 0
    ahead: int = 0
    bad: list[BadLine] = field(default_factory=list)
    timings: Timings = field(default_factory=Timings)

    @property
    def pages(self) -> int:
        return sum(self.written.values())


class CorpusImport:
    """`report` is called with each skipped line as soon as it is known."""

    def __init__(self, folder: Path, *, report: Callable[[BadLine], None], stream: IO[str] | None = None) -> None:
        self.folder, self.report, self.stream = folder, report, stream
        self.outcome = Outcome()
        self.timings = self.outcome.timings

    def run(self, *, kinds: set[str], limit: int | None = None) -> Outcome:
        with self.timings.of("reading"):
            self.plan = Plan.read(self.folder)
            self.media = Media(self.folder)
            colleagues = Colleagues(self.folder, self.plan.departments)
            self._pass_over(*self.plan.bad, *colleagues.bad)
            self._add_sounds()
            chosen = self.plan.chosen(kinds, limit)
        new = [item for item in chosen if item.pk is None]
        self.outcome.existing = sum(item.kind in kinds for item in chosen) - sum(item.kind in kinds for item in new)
        everything = limit is None and kinds == set(FILES)
        with self.timings.of("database"):
            used = {item.department for item in chosen}
            departments = [each for each in self.plan.departments if everything or each.slug in used]
            self.site = KnownSite(spaces=ensure_spaces(departments))
            self.media.spaces = self.site.spaces
            self._know_pages(new)
            self.tags = Tags()
            self.writer = BulkWriter()
        with self.timings.of("reading"):
            named = dict(author for entry in self._entries(new) if entry for author in entry.authors)
        with self.timings.of("database"):
            if everything:
                named = {slug: fields["name"] for slug, fields in colleagues.described.items()} | named
            self.outcome.persons = colleagues.ensure(named.items(), self.site.spaces) if named else 0
            self.colleagues, self.site.people = colleagues, colleagues.by_username
        just_written = self._write(new)
        with self.timings.of("links"):
            relinked = complete_links(just_written)
        if just_written or relinked:
            with self.timings.of("index"):
                progress = Progress("index", len(just_written), self.stream)
                index_pages(just_written, relinked, progress)
                progress.close()
        self._pass_over(*self.media.bad)
        return self.outcome

    def _pass_over(self, *bad: BadLine) -> None:
        for line in bad:
            self.outcome.bad.append(line)
            self.report(line)

    def _add_sounds(self) -> None:
        """An audio file becomes an episode of the show from the same source: nothing else here can play it."""
        self.sounds: dict[str, dict[str, Any]] = {}
        for row in self.media.recordings():
            source_path = f"{row.get('source')}/{row.get('path')}"
            title = str(row.get("title") or row["file"])
            if len(source_path) <= MAX_SOURCE_PATH and self.plan.add_episode(
                str(row.get("source")), source_path, title
            ):
                self.sounds[source_path] = row

    def _know_pages(self, new: list[Item]) -> None:
        existing = BasePage.objects.filter(live=True, audience="staff", space__in=self.site.spaces.values())
        rows = existing.values_list("url_path", "pk", "title").iterator()
        self.site.pages = {url_path: (pk, title) for url_path, pk, title in rows}
        self.site.pages |= {item.url_path: (None, item.title) for item in new}

    # -- from line to page

    def _entries(self, items: list[Item]) -> Iterator[Entry | None]:
        """The items' lines, read again from their files; None for a page without a line."""
        with ExitStack() as stack:
            streams: dict[str, IO[bytes]] = {}
            for item in items:
                if not item.file:
                    yield None
                    continue
                if item.file not in streams:
                    streams[item.file] = stack.enter_context((self.folder / item.file).open("rb"))
                streams[item.file].seek(item.offset)
                yield entry_of(item.kind, parse(streams[item.file].readline()))

    def _write(self, items: list[Item]) -> set[int]:
        written: set[int] = set()
        refused: set[str] = set()
        translator = Translator(self.plan, self.media.picture_number)
        progress = Progress("import", len(items), self.stream)
        entries = self._entries(items)
        try:
            for start in range(0, len(items), BATCH):
                batch = items[start : start + BATCH]
                with self.timings.of("reading"):
                    texts = [next(entries) for _item in batch]
                with self.timings.of("database"):
                    self.tags.ensure([tag for entry in texts if entry for tag in entry.tags])
                drafts: list[tuple[Item, Draft]] = []
                with self.timings.of("text"):
                    for item, entry in zip(batch, texts, strict=True):
                        try:
                            if item.parent in refused:
                                raise Unusable("the page above it was skipped")
                            if item.level > PAGE_LEVELS:
                                raise Unusable("it is below too many other pages")
                            drafts.append((item, self._draft(item, entry, translator)))
                        except ValueError as reason:  # Unusable, TextTooLong, and anything unforeseen
                            refused.add(item.url_path)
                            self.site.pages.pop(item.url_path, None)
                            self._pass_over(self._bad(item, str(reason)))
                with self.timings.of("database"):
                    numbers = self.writer.write([draft for _item, draft in drafts])
                for (item, _draft), number in zip(drafts, numbers, strict=True):
                    item.pk = number
                    self.site.pages[item.url_path] = (number, item.title)
                    self.outcome.written[item.kind] = self.outcome.written.get(item.kind, 0) + 1
                written.update(numbers)
                progress.add(len(batch))
        finally:
            progress.close()
        return written

    def _bad(self, item: Item, reason: str) -> BadLine:
        sound = self.sounds.get(item.source_path)
        return BadLine(item.file or (f"audio/{sound['file']}" if sound else item.source_path), item.number or 1, reason)

    def _draft(self, item: Item, entry: Entry | None, translator: Translator) -> Draft:
        page = MODELS[item.kind](title=item.title, slug=item.slug, source_path=item.source_path)
        page.space = self.site.spaces[item.department]
        if entry is None:
            draft = self._implied_draft(item, page)
        else:
            self.outcome.ahead += entry.is_ahead
            page.summary = entry.summary
            languages = {code for code, _name in settings.INTRANET_CONTENT_LANGUAGES}
            page.language = entry.language if entry.language in languages else "en"
            page.body = translator.translate(entry.body, item.department)
            page.first_published_at = entry.created_at
            self._set_own_columns(page, entry)
            authors = [self.colleagues.by_slug[slug] for slug, _name in entry.authors]
            draft = Draft(page, item.parent, entry.updated_at, list(dict.fromkeys(authors)), self.tags.of(entry.tags))
            draft.note = f"Imported from {entry.origin}"
        draft.editor_name = page.space.name
        # As `pages.saving`, but without queries.
        page.audience_token = page.space.audience_token
        context = ImportContext(page, self.site)
        text = render(page, context=context)
        text.put_on(page)
        draft.links = text.links or []
        return draft

    def _set_own_columns(self, page: Any, entry: Entry) -> None:
        if entry.kind == POST and entry.more["link_post"]:
            found = _FIRST_WEB_LINK.search(entry.body)
            page.link_url = found[1][:1000] if found else ""
        elif entry.kind == EPISODE:
            page.enclosure_url, page.enclosure_type = entry.more["enclosure_url"], entry.more["enclosure_type"]
            page.transcript = entry.more["transcript"]

    def _implied_draft(self, item: Item, page: Any) -> Draft:
        page.first_published_at = item.created_at
        if item.source_path in self.sounds:
            page.recording = self.media.store_recording(self.sounds[item.source_path], page.space)
            return Draft(page, item.parent, item.created_at, note=f"Imported from {item.source_path}"[:300])
        return Draft(page, item.parent, item.created_at, note="Added to hold imported pages")
