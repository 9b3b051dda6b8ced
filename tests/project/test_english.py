"""All wording on pages is plain English, is in the message catalogue, and exists once."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import messages

#: Words that nearly always mean a sentence that no native speaker would write, and what to write.
PATTERNS = {
    r"(?<![Tt]here )\b(?:is|are) no(?:ne)?\b(?! (?:longer|more)\b)": "“is not a …”, or say what to do",
    r"\bstands?\b|\bstood\b": "“is”, “appears”, “is shown”",
    r"\banew\b": "“again”",
    r"\b(?:[Oo]ne|\d+|%\(\w+\)[sd]) a (?:line|day|week|page)\b": "“per”, “each” or “every”",
    r"\b[Ww]hoever\b": "“people who”, “anyone who”",
    r"\b(?:[Ss]ome|[Nn]o)body\b": "“someone”, “no one”",
    r"\b(?:[Yy]ou|who|they) may not\b|\b(?:[Yy]ou|who) may (?:see|read|write|edit|release)\b": "“can”, “cannot”",
    r"\bgo(?:es)? on \w+ing\b": "“can still”, “still”",
    r"\bmeanwhile\b|\bin the meantime\b": "“while you were writing”",
    r"\bis there, and\b": "“has been created”",
    r"\bbut for\b": "“except”",
    r"\bat th(?:is|at) moment\b(?!\.)": "“at the moment”, “now”",
    r"\bt(?:ake|akes|ook|aken) (?:off|away|back)\b|\b[Tt]hrow away\b|\bThrow the\b": "“remove”, “delete”, “withdraw”",
    r"\bas it (?:came|comes)\b|\bhow it came\b": "“default”",
    r"\bEmpty: ": "“Leave it empty to …”",
    r"\bwas not taken\b": "say what is wrong with it and what to choose",
    r"\bType a\b|\bGive at least\b": "“Enter”",
    r"\b(?:by|with|in|from) which (?:they|you)\b": "“to …”",
    r"\bwith your eyes\b|\blet it tell\b|\bthe house\b": "no pictures: they do not translate",
}
#: The same for docs and docstrings, which may also speak of somebody: only what is wrong nearly always.
PROSE = {
    r"(?<!`)\banew\b(?!`)": "“again”, “re-…”",
    r"(?<!-)(?<!as it )\bstands\b(?! (?:in )?for\b)": "“is”, “exists”",
    r"\b[Ww]hat stood\b": "“Options”",
    r"(?<![Tt]here )\bis none\b(?! of)(?=[,.;])": "“is not one”",
    r"(?<![Tt]here )\bis no (?:slug|error|fault|id|number|revision|picture|page)\b": "“is not a …”",
    r"\b[Oo]ne a line\b": "“one per line”",
    r"\bbut for\b": "“except for”",
}
#: Texts that a pattern finds and that are right: each with its reason.
ALLOWED: dict[str, str] = {}
#: The words of a text in two files: the apps that may not import `text.phrases`, or that are strangers.
APART = {"imaging/"}


@pytest.fixture(scope="module")
def texts() -> dict[messages.Message, list[str]]:
    return messages.messages()


def faults(text: str, patterns: dict[str, str] = PATTERNS) -> list[str]:
    return [f"“{found[0]}”: {say}" for bad, say in patterns.items() if (found := re.search(bad, text))]


def docstrings(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


@pytest.mark.parametrize(
    "text",
    [
        "Who you name is told, and may take the name off. This is no picture.",
        "“%(name)s” is there, and you are its owner.",
        "This is none of the audiences.",
        "Here stands what is new in your spaces.",
        "The public goes on reading its copy until somebody withdraws it.",
        "Up to five queries, one a line.",
        "There is no page here, or it is not one that you may see.",
        "“%(name)s” was not taken: it is empty.",
        "Each gets a link with which they set their own password.",
    ],
)
def test_sentences_that_no_native_speaker_would_write_are_found(text: str) -> None:
    assert faults(text)


def test_what_people_read_is_plain_english(texts: dict[messages.Message, list[str]]) -> None:
    found = {
        f"{files[0]}: {text}": faults(text)
        for each, files in texts.items()
        for text in (each.text, each.plural)
        if text not in ALLOWED and faults(text)
    }
    assert found == {}


def test_the_catalogue_for_translators_is_complete() -> None:
    assert messages.CATALOGUE.read_text(encoding="utf-8") == messages.catalogue(), "run `python -m scripts.messages`"


def test_a_sentence_that_two_modules_say_is_worded_once() -> None:
    modules: dict[str, set[str]] = defaultdict(set)
    for path in messages.sources():
        name = path.relative_to(messages.ROOT).as_posix()
        if path.suffix == ".py" and not name.startswith(tuple(APART)):
            for each in messages.in_python(Path(path).read_text(encoding="utf-8")):
                modules[each.text].add(name)
    assert {text: sorted(names) for text, names in modules.items() if len(names) > 1 and text.count(" ") > 2} == {}


def test_docs_and_docstrings_are_plain_english() -> None:
    files = [*messages.ROOT.glob("*.md"), *(messages.ROOT / "docs").rglob("*.md"), *messages.sources()]
    found = {}
    for path in files:
        text = path.read_text(encoding="utf-8")
        parts = docstrings(text) if path.suffix == ".py" else [text] if path.suffix == ".md" else []
        if path.name != "CHANGELOG.md" and (wrong := [each for part in parts for each in faults(part, PROSE)]):
            found[path.relative_to(messages.ROOT).as_posix()] = wrong
    assert found == {}
