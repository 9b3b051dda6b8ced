"""What the measurement of search says of questions whose answers are known."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from pages.models import BasePage
from tests.factories.pages import House, make_episode, make_show, make_wiki_page


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("evaluate_search", *arguments, stdout=out)
    return out.getvalue()


def test_a_collection_is_judged_beside_plain_bm25(tmp_path: Path) -> None:
    docs = [("a", "Annual leave", "Days off."), ("b", "Sick leave", "Call your manager."), ("c", "Harbour", "Boats.")]
    write(tmp_path / "docs.jsonl", [{"id": key, "title": title, "body": body} for key, title, body in docs])
    write(tmp_path / "queries.jsonl", [{"id": "1", "text": "annual leave"}, {"id": "2", "text": "boats"}])
    (tmp_path / "qrels.tsv").write_text("1\ta\t1\n2\tb\t1\n")
    ours, plain = told("--collection", str(tmp_path)).splitlines()
    for line in (ours, plain):
        assert "(2)" in line
        assert "s@1 0.500 (0.00 to 1.00)" in line
        assert "MRR 0.500" in line
        assert "nDCG@10 0.500" in line
    assert "plain BM25" in plain


@pytest.mark.django_db
def test_each_kind_of_query_is_told_apart(house: House, index: Any, tmp_path: Path) -> None:
    for title, text in (("Signing in", "Sign in with your card."), ("Signs", "Signs in the harbour.")):
        page = make_wiki_page(house.digital, title, text)
        BasePage.objects.filter(pk=page.pk).update(source_path=title)
    make_wiki_page(
        house.digital, "Boats", "See [the *long* pier](https://example.org/ferry).", summary="A summary of oars."
    )
    make_episode(make_show(house.digital, "Desk talk"), "Number one", transcript="We speak of the lighthouse.")
    make_wiki_page(house.operations, "Closed", "The lighthouse.", audience="space", by=house.linus)
    index()
    known = write(tmp_path / "known.jsonl", [{"query": "card", "relevant": ["Signing in"]}])
    same = write(tmp_path / "same.jsonl", [{"query": "cards", "same": "card"}, {"query": "nowhere", "same": "card"}])
    held = write(
        tmp_path / "held.jsonl", [{"query": "harbour", "holds": "the harbour"}, {"query": "card", "holds": "boat"}]
    )
    # Markup parts no words, and what is found by its summary or by what is said holds the words, too.
    phrases = ("the long pier", "summary of oars", "of the lighthouse", "the lighthouse", "nowhere at all")
    every = write(tmp_path / "every.jsonl", [{"query": f'"{words}"', "holds": words} for words in phrases])
    files = [argument for file in (known, same, held, every) for argument in ("--queries", str(file))]
    lines = told(*files, "--as", house.mary.username).splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "known (1)",
        "known (1), plain BM25",
        "same (2)",
        "held (2)",
        "held (2)",
        "every (5)",
        "every (5)",
    ]
    assert "s@1 1.000" in lines[0]
    assert "0.500" in lines[2]
    assert "hold it 0.500" in lines[3]
    assert "hold it 1.000" in lines[5]
    assert "total beside the true one 1.000" in lines[6]
