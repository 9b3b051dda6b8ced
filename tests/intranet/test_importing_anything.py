"""Any value in any field of any file: a bad line is skipped with a reason, and the rest is imported."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intranet.importing.entries import BadLine, parse
from intranet.management.commands.import_corpus import Command
from pages.models import BasePage
from search import indexer
from search.engine.store import IndexBusy, IndexUnavailable

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parent / "data" / "corpus"
FILES = ("departments.jsonl", "people.jsonl", "blog.jsonl", "wiki.jsonl", "podcasts.jsonl")
GOOD = {
    "source": "t",
    "department": "Harbour Office",
    "author": [],
    "author_names": [],
    "date": "2024-05-01",
    "created": "2024-05-01",
    "updated": "2024-05-02",
    "tags": [],
    "lang": "en",
    "body_markdown": "text",
    "source_path": "t/fuzz",
    "slug_path": "quay/fuzz",
    "title": "Fuzz",
    "series": "Fuzz",
    "name": "Fuzz",
    "slug": "fuzz",
}
#: As it stands in the file, so that there may be what `json.dumps` would not write.
VALUES = (
    '"\\ud800"', '"a\\udfffb"', '["\\ud800"]', '{"\\ud800": 1}', '[["x\\udc00"]]', "9" * 5_000, "-" + "1" * 5_000, f"[{'7' * 6_000}]", "1e999", "NaN", "-Infinity",
    "null", "true", "[]", "{}", "[null]", '[1, "a"]', '""', '" "', '"\\u0000"', '"\\u200b"', f'"{"x" * 3_000}"', f'["{"y" * 3_000}"]', '"2030-01-01"', '"0000-00-00"',
    '"9999-12-31T23:59:59+00:00"', '"1900-01-01T00:00:00+14:00"', '"2024-05-01T25:00"', '"../../x"', '"a/../b"', '"-"', '"/"', '"https://[::1"', '"' + "a/" * 400 + '"', "[" * 60 + "]" * 60,
    '"' + "*" * 200_000 + '"', '"' + "- a\\n" * 40_000 + '"', '"\\u00e9"', '"\\ud83d\\ude00"',
)  # fmt: skip


def imported(folder: Path) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_corpus", str(folder), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def line_with(name: str, value: str) -> str:
    return (
        "{" + ", ".join(f"{json.dumps(key)}: {value if key == name else json.dumps(GOOD[key])}" for key in GOOD) + "}"
    )


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(FILES), st.sampled_from(sorted(GOOD)), st.integers(0, len(VALUES) - 1)), min_size=12
    )
)
def test_no_value_in_any_field_ends_an_import(tmp_path_factory: Any, odd: list[tuple[str, str, int]]) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path_factory.mktemp("odd") / "corpus"))
    for file, name, number in odd:
        with (folder / file).open("a", encoding="utf-8") as stream:
            stream.write(line_with(name, VALUES[number]) + "\n")
    out, err = imported(folder)
    assert "written" in out
    assert BasePage.objects.filter(source_path="example/harbour/high-water.md").exists()
    for reported in err.splitlines():
        assert reported.startswith(("Passed over: ", "import", "index")), reported


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("value", ["9" * 5_000, '"\\ud800"', '["\\udfff"]'], ids=["digits", "half", "half in a list"])
def test_a_value_that_cannot_be_kept_is_reported_with_its_line(tmp_path: Path, file: str, value: str) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "corpus"))
    with (folder / file).open("a", encoding="utf-8") as stream:
        stream.write(line_with("tags", value) + "\n")
    number = len((folder / file).read_text(encoding="utf-8").splitlines())
    out, err = imported(folder)
    assert f"Passed over: {file}, line {number}: it" in err
    assert "12 written" in out


def test_a_reason_is_one_line_however_many_it_quotes() -> None:
    err = io.StringIO()
    Command(stderr=err).say_bad(BadLine("people.jsonl", 3, "there is no " + "- a\n" * 40_000))
    assert err.getvalue().startswith("Passed over: people.jsonl, line 3: there is no - a - a")
    assert len(err.getvalue().splitlines()) == 1
    assert len(err.getvalue()) < 600


def test_a_mark_of_the_order_of_bytes_costs_no_line(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "corpus"))
    for file in FILES:
        (folder / file).write_bytes(b"\xef\xbb\xbf\xef\xbb\xbf\n\xef\xbb\xbf" + (folder / file).read_bytes())
    out, _err = imported(folder)
    assert "12 written" in out
    assert "0 lines skipped" in out


@pytest.mark.parametrize("listing", ["images/images.jsonl", "audio/audio.jsonl"])
def test_a_line_about_a_file_ends_no_import_whatever_it_names(tmp_path: Path, listing: str) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "corpus"))
    (folder / "audio" / "5").write_bytes(b"words")
    (folder / "audio" / "words.mp3").write_bytes(b"words")
    files = [
        *VALUES,
        "5",
        '"5"',
        '"words.mp3"',
        '"../blog.jsonl"',
        '".."',
        '"."',
        '"a\\u0000b"',
        f'"{"z" * 5_000}.mp3"',
    ]
    with (folder / listing).open("a", encoding="utf-8") as stream:
        for number, value in enumerate(files):
            stream.write(
                f'{{"source": "example/harbour", "path": "odd/{number}", "file": {value}, "title": {value}, "alt": {value}}}\n'
            )
    out, err = imported(folder)
    assert "12 written" in out
    for reported in err.splitlines():
        assert reported.startswith(("Passed over: audio/", "import", "index")), reported


def test_a_text_may_show_pictures_that_no_disk_can_hold(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "corpus"))
    names = ["a" * 5_000 + ".png", "..", ".", "a/b.png", "é" * 200 + ".png", "%00.png", "\\u0000"]
    body = "".join(f"![x](/images/{name}) " for name in names)
    with (folder / "blog.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(line_with("body_markdown", f'"{body}"') + "\n")
    assert "13 written" in imported(folder)[0]


@pytest.mark.parametrize("file", ["departments.jsonl", "people.jsonl"])
@pytest.mark.parametrize("name", ["\\u0000", "\\u200b", "\\u202e\\u2800"])
def test_a_name_that_nobody_sees_is_no_name(tmp_path: Path, file: str, name: str) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "corpus"))
    with (folder / file).open("a", encoding="utf-8") as stream:
        stream.write(line_with("name", f'"{name}"') + "\n")
    assert f"Passed over: {file}, line" in imported(folder)[1]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (r"a\u0000b", "ab"),
        (r"a\\u0000b", r"a\u0000b"),
        (r"a\\\u0000b", "a\\b"),
        (r"\u0000\u0000", ""),
        (r"\u00001", "1"),
    ],
)
def test_null_characters_are_left_out_wherever_they_stand(typed: str, kept: str) -> None:
    assert parse(f'{{"x": ["{typed}"], "y": {{"{typed}": 1}}}}'.encode()) == {"x": [kept], "y": {kept: 1}}


@pytest.mark.parametrize("busy", ["drain_all", "rebuild"])
def test_an_import_while_the_first_index_is_made_leaves_the_index_to_whoever_makes_it(
    monkeypatch: pytest.MonkeyPatch, busy: str
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise IndexUnavailable if busy == "rebuild" else IndexBusy

    monkeypatch.setattr(indexer, "drain_all", refuse)
    monkeypatch.setattr(indexer, "rebuild", lambda *args, **kwargs: (_ for _ in ()).throw(IndexBusy))
    assert "12 written" in imported(SAMPLE)[0]


def test_a_date_in_the_future_counts_as_now(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "corpus"))
    with (folder / "blog.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(line_with("date", '"2093-01-01"') + "\n")
    out, _err = imported(folder)
    assert "1 had a date in the future" in out
    page = BasePage.objects.get(source_path="t/fuzz")
    assert page.first_published_at <= timezone.now()
    assert page.last_published_at <= timezone.now()


def test_a_page_below_one_that_was_refused_is_passed_over(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "corpus"))
    above = {**GOOD, "source_path": "t/above", "slug_path": "quay/above", "body_markdown": "- a\n" * 40_000}
    below = {**GOOD, "source_path": "t/below", "slug_path": "quay/above/below"}
    with (folder / "wiki.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(f"{json.dumps(above)}\n{json.dumps(below)}\n")
    out, err = imported(folder)
    assert "12 written" in out
    assert err.count("Passed over") == 2
    assert "the page above it was skipped" in err
