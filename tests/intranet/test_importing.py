"""Importing a small corpus of our own: what readers find, and what happens to broken lines."""

import io
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.timezone import localtime

from blog.models import BlogPostPage
from intranet.importing import links
from intranet.importing.translator import Translator
from media.models import Picture, Recording
from pages.models import BasePage, Change, PageLink
from people.models import Person, Space
from podcasts.models import EpisodePage
from syndication.writers.elements import rfc822, rfc3339
from tests.factories.pages import make_house, make_wiki_page
from text.markup import RenderContext, render
from wiki.models import WikiPage

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parent / "data" / "corpus"


def run(folder: Path = SAMPLE, **options: Any) -> tuple[str, str]:
    """What the command says on its two channels."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_corpus", str(folder), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def page_at(address: str) -> Any:
    return BasePage.objects.get(url_path=f"/home{address}").specific


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sample, to be broken."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "corpus"))


def add_line(folder: Path, name: str, line: Any) -> int:
    """Appends a line (text as it is, anything else as JSON); returns its number."""
    path = folder / name
    text = path.read_text(encoding="utf-8") + (line if isinstance(line, str) else json.dumps(line)) + "\n"
    path.write_text(text, encoding="utf-8")
    return text.count("\n")


def sample_line(name: str, **changes: Any) -> dict[str, Any]:
    fields = json.loads((SAMPLE / name).read_text(encoding="utf-8").splitlines()[0])
    return {**fields, "source_path": "example/another.md", "slug_path": "harbour/another", **changes}


def test_a_reader_finds_what_was_imported_as_it_was_written():
    out, err = run()
    assert "12 written (4 posts, 5 wiki pages, 3 episodes)" in out
    assert "0 lines skipped" in out
    assert not err.replace("import", "").strip()

    post = page_at("/spaces/harbour-office/blog/high-water/")
    assert isinstance(post, BlogPostPage)
    assert post.title == "High water on Thursday"
    assert post.summary == "Two metres, and what to do with your boat."
    assert post.first_published_at.isoformat() == "2024-03-05T08:30:00+00:00"
    assert [author["name"] for author in post.byline] == ["Ines Costa", "Chart Team"]
    assert [label["name"] for label in post.labels] == ["tides", "Warnings"]
    assert post.source_path == "example/harbour/high-water.md"
    assert post.space == Space.objects.get(slug="harbour-office")
    assert "two metres above the quay" in post.plain

    page = page_at("/spaces/harbour-office/wiki/quay/tides/")
    assert page.headings == [{"level": 2, "id": "heights", "text": "Heights"}]
    assert page.first_published_at.year == 2022
    assert page.last_published_at.year == 2023

    episode = EpisodePage.objects.get(source_path="example/voices/1.md#episode")
    assert episode.get_absolute_url() == "/spaces/harbour-office/podcasts/harbour-voices/fog/"
    assert episode.transcript == "Ines: The fog comes at four.\n"
    assert episode.enclosure_url == "https://sound.example.org/1.mp3"


def test_an_author_does_not_become_the_colleague_who_has_that_user_name():
    house = make_house()
    run()
    post = page_at("/spaces/harbour-office/blog/new-crane/")
    assert post.byline == [{"username": "grace-2", "name": "Grace Quayle"}]
    assert not BasePage.objects.filter(page_authors__person=house.grace).exists()


def test_a_red_link_turns_live_when_somebody_writes_the_page():
    run()
    space = Space.objects.get(slug="harbour-office")
    parent = page_at("/spaces/harbour-office/wiki/quay/")
    make_wiki_page(
        space, "Moorings", parent=parent, slug="moorings", by=Person.objects.create(username="x", is_superuser=True)
    )
    tides = page_at("/spaces/harbour-office/wiki/quay/tides/")
    assert 'href="/spaces/harbour-office/wiki/quay/moorings/"' in tides.html
    assert tides.html.count('class="redlink"') == 1


def test_a_second_run_changes_nothing():
    run()
    before = list(BasePage.objects.order_by("pk").values())
    counts = [model.objects.count() for model in (PageLink, Change, Person, Space, Picture, Recording)]
    out, _err = run()
    assert "0 written" in out
    assert "12 were there already" in out
    assert "0 persons added" in out
    assert list(BasePage.objects.order_by("pk").values()) == before
    assert [model.objects.count() for model in (PageLink, Change, Person, Space, Picture, Recording)] == counts


def test_a_run_that_was_cut_short_goes_on_to_the_same_end(monkeypatch: pytest.MonkeyPatch):
    from intranet.importing import corpus

    run()
    imported = BasePage.objects.exclude(source_path=None)
    whole = dict(imported.values_list("source_path", "url_path"))
    html = dict(imported.values_list("source_path", "html"))
    BasePage.objects.get(slug="harbour-office").specific.delete()
    BasePage.objects.get(slug="office-of-maps").specific.delete()
    monkeypatch.setattr(corpus, "BATCH", 3)
    monkeypatch.setattr(links, "RERENDER_AT_ONCE", 3)
    write, calls = corpus.BulkWriter.write, []

    def stop_in_the_third(self: Any, drafts: Any) -> Any:
        calls.append(len(drafts))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return write(self, drafts)

    monkeypatch.setattr(corpus.BulkWriter, "write", stop_in_the_third)
    with pytest.raises(SystemExit):
        run()
    assert 0 < imported.count() < len(whole)
    out, _err = run()
    assert " were there already" in out
    assert dict(imported.values_list("source_path", "url_path")) == whole
    assert dict(imported.values_list("source_path", "html")) == html
    assert PageLink.objects.filter(to_page=None).count() == 3
    assert not any(BasePage.find_problems())


def test_a_limited_run_and_then_a_whole_one_end_alike():
    run(limit=1)
    assert BlogPostPage.objects.count() == 1
    run()
    tides = page_at("/spaces/harbour-office/wiki/quay/tides/")
    assert set(tides.backlinks.values_list("page__slug", flat=True)) == {"spring", "high-water"}
    assert tides.html.count('class="redlink"') == 2


def test_one_kind_alone():
    run(kind="wiki")
    assert WikiPage.objects.filter(source_path__startswith="example/").count() == 5
    assert not BlogPostPage.objects.exists()
    assert not EpisodePage.objects.exists()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"title": "Cut o', "it is not JSON"),
        ("[1, 2]", "it is JSON, but no object"),
        (sample_line("blog.jsonl", title=" "), "it has no title"),
        (sample_line("blog.jsonl", title="x" * 256), "its title has 256 characters, 255 at most"),
        (sample_line("blog.jsonl", department="Ministry of Silence"), "its department “Ministry of Silence” is not in"),
        (sample_line("blog.jsonl", date="yesterday"), "its date “yesterday” is not a date"),
        (sample_line("blog.jsonl", body_markdown=7), "its body_markdown is not text"),
        (sample_line("blog.jsonl", tags="one"), "its tags is not a list of texts"),
        (sample_line("blog.jsonl", body_markdown="x" * 400_001), "its text is longer than 400,000 bytes"),
        (sample_line("blog.jsonl", source_path="example/harbour/new-crane.md"), "is that of blog.jsonl, line 2"),
    ],
)
def test_a_broken_line_is_reported_with_its_number_and_passed_over(copy: Path, line: Any, reason: str):
    number = add_line(copy, "blog.jsonl", line)
    last = add_line(
        copy, "blog.jsonl", sample_line("blog.jsonl", source_path="example/last.md", slug_path="harbour/last")
    )
    out, err = run(copy)
    assert last == number + 1
    assert f"Passed over: blog.jsonl, line {number}: " in err
    assert reason in err
    assert "1 lines skipped" in out
    assert BlogPostPage.objects.filter(source_path="example/last.md").exists()
    assert BlogPostPage.objects.count() == 5


def test_a_line_that_is_not_utf_8_is_passed_over(copy: Path):
    with (copy / "wiki.jsonl").open("ab") as stream:
        stream.write(b'{"title": "\xff"}\n')
    _out, err = run(copy)
    assert "Passed over: wiki.jsonl, line 6: it is not UTF-8" in err


def test_a_folder_that_is_none_is_refused_in_one_line(tmp_path: Path):
    with pytest.raises(CommandError, match="is not a folder"):
        run(tmp_path / "nowhere")
    with pytest.raises(CommandError, match="has none of these files"):
        run(tmp_path)


def test_an_imported_page_can_be_edited_in_front_and_in_the_administration(client: Client):
    house = make_house()
    run()
    client.force_login(house.ada)
    post = page_at("/spaces/harbour-office/blog/high-water/")
    assert client.get(f"{post.get_absolute_url()}").status_code == 200
    assert client.get(f"{post.get_absolute_url()}-/edit/").status_code == 200
    assert client.get(f"/admin/pages/{post.pk}/edit/").status_code == 200
    assert client.get(f"/admin/pages/{post.pk}/history/").status_code == 200


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland", "UTC"])
def test_a_day_is_the_day_that_was_typed_wherever_the_site_is(copy: Path, settings: Any, client: Client, zone: str):
    settings.TIME_ZONE = zone
    typed = {"one": "2024-01-01", "two": "2023-12-31T23:30-05:00", "three": "2024-07-04"}
    for name, moment in typed.items():
        add_line(
            copy,
            "blog.jsonl",
            sample_line(
                "blog.jsonl", source_path=f"day/{name}.md", slug_path=f"harbour/{name}", title=name, date=moment
            ),
        )
    run(copy)
    posts = {post.title: post for post in BlogPostPage.objects.filter(title__in=typed)}
    shown = {name: localtime(post.first_published_at).date().isoformat() for name, post in posts.items()}
    assert shown["one"] == "2024-01-01"
    assert shown["three"] == "2024-07-04"
    for name, post in posts.items():
        year = int(shown[name][:4])
        assert post in BlogPostPage.objects.of_year(year)
        assert shown[name] in rfc3339(post.first_published_at), "feeds say the same day"
        assert f"{int(shown[name][8:]):02d} " in rfc822(post.first_published_at)


@pytest.mark.parametrize("title", ["\u200b", "\u3164\u00ad", "\u202e"])
def test_a_title_that_nobody_sees_is_passed_over(copy: Path, title: str):
    number = add_line(copy, "blog.jsonl", sample_line("blog.jsonl", title=title))
    out, err = run(copy)
    assert f"blog.jsonl, line {number}" in out + err
    assert not BasePage.objects.filter(title=title).exists()


@pytest.mark.parametrize("title", ["Tides | spring", "Tides [1]]]", "*Tides*", "[[Tides]]"])
@pytest.mark.parametrize("place", ["/home/spaces/harbour/wiki/tides/", "/home/spaces/harbour/blog/tides/"])
def test_a_link_without_words_gets_the_title_whatever_signs_it_has(title: str, place: str) -> None:
    item = SimpleNamespace(title=title, url_path=place)
    plan: Any = SimpleNamespace(wiki_pages={"tides": item})
    text = Translator(plan, lambda _name, _department: None).translate("See [[tides]].", "harbour")
    html = render(text, context=RenderContext()).html
    assert re.sub("<.*?>", "", html).strip() == f"See {title}."
    assert re.search(r'class="wikilink"|href="/spaces/harbour/blog/tides/"', html)
