"""Loads the demo content into an empty database, through the same actions that people use."""

import hashlib
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile

from blog.models import BlogPostPage
from intranet.demo import texts
from intranet.demo.texts import CONTENT, Text
from media.models import Picture, Recording
from media.probes import probe
from media.uploads import store_picture
from pages.actions import create_page, edit_page
from pages.addresses import to_path
from pages.locking import writing_pages
from pages.models import AuthorInvitation, BasePage, Change, PageAuthor, SpacePage
from pages.tree import ensure_space
from people.models import Membership, Person, Space
from podcasts.models import EpisodePage, ShowPage
from search.curation.actions import accept_words, choose_answer, propose_words
from search.documents import page_key
from search.models import WordGroup
from syndication import documents
from syndication.actions import create_channel, release_page
from syndication.models import Channel, Release
from wiki.models import WikiPage

PICTURE = re.compile(r"\]\(picture:([a-z-]+)\)")
ALT = re.compile(r"!\[([^\]]*)\]\(picture:([a-z-]+)\)")


@writing_pages()
def load() -> int:
    return Loader().run()


class Loader:
    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.spaces: dict[str, Space] = {}
        self.pictures: dict[str, Picture] = {}
        self.pages: dict[str, Any] = {}

    def run(self) -> int:
        self.add_people()
        for row in texts.table("spaces"):
            self.add_space(row)
        self.add_pictures()
        for space in self.spaces:
            for text in texts.texts(space, "wiki"):
                self.add(text, WikiPage())
        for space in self.spaces:
            for text in texts.texts(space, "blog"):
                page = BlogPostPage(link_url=text.fields.get("link_url", ""))
                page.hero = self.pictures.get(text.fields.get("picture", ""))
                self.add(text, page)
            for text in texts.texts(space, "podcasts"):
                self.add(text, self.show(text) if "cover" in text.fields else self.episode(text))
        for row in texts.table("channels"):
            self.add_channel(row)
        self.add_search()
        self.agree()
        return len(self.pages)

    # -- persons and spaces

    def add_people(self) -> None:
        # One hash for all, because each takes part of a second, on purpose.
        password = make_password(settings.INTRANET_DEMO_PASSWORD)
        for row in texts.table("people"):
            self.people[row["username"]] = Person.objects.create(
                username=row["username"],
                first_name=row["name"][0],
                last_name=row["name"][1],
                job_title=row["job_title"],
                about=row["about"],
                skills=row["skills"],
                password=password,
                is_superuser=row.get("superuser", False),
                is_staff=row.get("superuser", False),
            )

    def add_space(self, row: dict[str, Any]) -> None:
        names = ("slug", "name", "kind", "see", "join", "write", "description")
        space = self.spaces[row["slug"]] = Space.objects.create(**{name: row[name] for name in names})
        for person in texts.table("people"):
            if role := person.get("spaces", {}).get(space.slug):
                Membership.objects.create(person=self.people[person["username"]], space=space, role=role)
        ensure_space(space)
        front = SpacePage.objects.get(space=space)
        links = [{"text": text, "address": address} for text, address in row["links"]]
        front.intro = [("text", row["intro"]), ("links", links)]
        front.save()
        for room in ("blog", "podcasts"):
            index = BasePage.objects.child_of(front).get(slug=room).specific
            index.summary = row[room]
            index.save()

    # -- media

    def add_pictures(self) -> None:
        described = {
            name: alt
            for path in (CONTENT / "spaces").rglob("*.md")
            for alt, name in ALT.findall(path.read_text(encoding="utf-8"))
        }
        for row in texts.table("pictures"):
            name = Path(row["file"]).stem
            upload = SimpleUploadedFile(row["file"], (CONTENT / "pictures" / row["file"]).read_bytes(), "image/png")
            alt = described.get(name, row["title"])
            picture = store_picture(
                upload,
                alt=alt,
                space=self.spaces[row["space"]],
                person=self.people["ada"],
                audience=Picture.Audience.SPACE,
            )
            picture.title = row["title"]
            picture.save()
            self.pictures[name] = picture

    def recording(self, path: Path, title: str, space: Space) -> Recording:
        with path.open("rb") as stream:
            found = probe(stream, path.name)
            recording = Recording(
                title=title,
                media_type=found.media_type,
                length=found.length,
                duration=found.duration,
                sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
                space=space,
                uploaded_by=self.people["ada"],
            )
            recording.file.save(path.name, File(stream), save=True)
        return recording

    # -- pages

    def show(self, text: Text) -> ShowPage:
        return ShowPage(cover=self.pictures[text.fields["cover"]])

    def episode(self, text: Text) -> EpisodePage:
        sound = CONTENT / "spaces" / f"{text.place}.mp3"
        space = self.spaces[text.place.partition("/")[0]]
        return EpisodePage(
            recording=self.recording(sound, text.fields["title"], space),
            transcript=sound.with_suffix(".vtt").read_text(encoding="utf-8"),
            season=text.fields["season"],
            number=text.fields["number"],
        )

    def add(self, text: Text, page: Any) -> None:
        """The page with its history: earlier versions are written first, by their authors."""
        first, *later = [*texts.earlier_versions(text), text]
        root = WikiPage.objects.filter(url_path=to_path(f"/spaces/{text.place}/")).first()
        if root is not None:
            # The root of a wiki is created with its space.
            page, later = root, [text]
        else:
            self.fill(page, first)
            page.slug = text.slug
            parent = BasePage.objects.get(url_path=text.parent_path)
            create_page(
                person=self.writer(first),
                parent=parent,
                page=page,
                note=first.fields.get("note", ""),
                at=first.written_at,
            )
            set_date(page, first.written_at)
        for version in later:
            self.fill(page, version)
            edit_page(person=self.writer(version), page=page, note=version.fields.get("note", ""))
            set_date(page, version.written_at)
        self.pages[text.place] = page

    def fill(self, page: Any, text: Text) -> None:
        page.title = text.fields["title"]
        page.summary = text.fields.get("summary", "")
        page.body = PICTURE.sub(lambda found: f"](picture:{self.pictures[found[1]].pk})", text.body)
        authors = [self.people[username] for username in text.fields["authors"]]
        page.page_authors = [PageAuthor(person=author, sort_order=place) for place, author in enumerate(authors)]
        page.tags.set(text.fields.get("tags", []))

    def agree(self) -> None:
        """Co-authors in the demo agreed long ago."""
        AuthorInvitation.objects.update(answer=AuthorInvitation.Answer.AGREED)

    def writer(self, text: Text) -> Person:
        return self.people[text.fields["authors"][0]]

    # -- what is public

    def add_channel(self, row: dict[str, Any]) -> None:
        ada = self.people["ada"]
        names = ("slug", "title", "description", "language", "author", "category")
        channel = Channel(**{name: row[name] for name in names})
        cover = CONTENT / "pictures" / f"{row['picture']}.png" if "picture" in row else None
        if cover:
            with cover.open("rb") as picture:
                create_channel(person=ada, channel=channel, picture=picture)
        else:
            create_channel(person=ada, channel=channel)
        for place in row["releases"]:
            page = BasePage.objects.get(pk=self.pages[place].pk).specific
            release = release_page(person=ada, page=page, channel=channel)
            let_out_at = page.first_published_at + timedelta(hours=3)
            Release.objects.filter(pk=release.pk).update(released_at=let_out_at, updated_at=let_out_at)
            BasePage.objects.filter(pk=page.pk).update(public_since=let_out_at)
        documents.remake(channel)

    # -- what people add to search

    def add_search(self) -> None:
        ada = self.people["ada"]
        for row in texts.table("words"):
            group = WordGroup(forms=row["forms"], meaning=row.get("meaning", ""), note=row.get("note", ""))
            propose_words(person=self.people[row["by"]], group=group)
            if not row.get("waits"):
                accept_words(person=ada, group=group)
        for row in texts.table("answers"):
            key = page_key(self.pages[row["page"]].pk)
            choose_answer(person=ada, query=row["query"], key=key, verdict="pin", note=row["note"])


def set_date(page: Any, moment: datetime) -> None:
    change = Change.objects.filter(page_id=page.pk).select_related("revision").latest("pk")
    Change.objects.filter(pk=change.pk).update(at=moment)
    type(change.revision).objects.filter(pk=change.revision_id).update(created_at=moment)
    page.last_published_at = page.latest_revision_created_at = moment
    BasePage.objects.filter(pk=page.pk).update(last_published_at=moment, latest_revision_created_at=moment)
    if Change.objects.filter(page_id=page.pk).count() == 1:
        page.first_published_at = moment
        BasePage.objects.filter(pk=page.pk).update(first_published_at=moment)
