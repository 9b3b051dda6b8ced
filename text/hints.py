"""Advice on a text: what makes it hard to read, to search or to follow. Pure, in one pass over the parsed text.

What depends on a language is said only of languages that are known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from limits import HINTS, HINTS_TEXT_CHARACTERS
from text.markup import tree_of

MAX_SENTENCE_WORDS = 35
MAX_PARAGRAPH_WORDS = 150
QUOTE_CHARACTERS = 60
#: Languages that put blanks between words, and capital letters where these rules expect them.
_WITH_WORDS = frozenset("cs da de en es et fi fr hr hu it lt lv nb nl nn no pl pt ro sk sl sv".split())
#: Words of links that say nothing of where they lead.
_EMPTY_LINKS = {
    "en": {"here", "click here", "click", "this", "this link", "this page", "link", "more", "read more", "learn more"},
    "de": {"hier", "hier klicken", "klicken sie hier", "klick hier", "link", "dieser link", "mehr", "weiterlesen"},
    "fr": {"ici", "cliquez ici", "cliquer ici", "ce lien", "lien", "en savoir plus", "lire la suite", "plus"},
    "es": {"aquí", "haga clic aquí", "haz clic aquí", "pulse aquí", "este enlace", "enlace", "más", "leer más"},
    "it": {"qui", "clicca qui", "questo link", "link", "leggi di più", "continua"},
    "nl": {"hier", "klik hier", "deze link", "link", "meer", "lees meer"},
    "ar": {"هنا", "اضغط هنا", "انقر هنا", "المزيد"},
}
#: Abbreviations that need no explanation.
_KNOWN = frozenset(
    """
    AI API APP CD CEO CET CSV DIY DVD EU FAQ GB GMT GPS HTML HTTP HTTPS ID IP ISBN ISO IT JPEG JSON KB LED MB MP3 MP4 NATO
    OK PC PDF PIN PNG QR RSS SMS SQL TV UK UN URL US USA USB UTC VAT VIP WIFI XML II III IV VI VII VIII IX XI XII
    """.split()
)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+")
_ABBREVIATION = re.compile(r"(?<![\w&./@:-])[A-Z][A-Z0-9]{1,5}(?![\w&/-])")
#: "Freedom of Information (FOI)" and "FOI (Freedom of Information)", wherever they stand.
_EXPLAINED = re.compile(r"\(([A-Z][A-Z0-9]{1,5})\)|(?<![A-Z0-9])([A-Z][A-Z0-9]{1,5}) \(")
_BLANKS = re.compile(r"\s+")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_NO_PROSE = frozenset({"code", "pre", "table", "math"})


@dataclass(frozen=True, slots=True)
class Hint:
    """`kind` names the rule, `line` counts from 1, `words` are those in question, `detail` is an address or a number."""

    kind: str
    line: int
    words: str
    detail: str = ""


def hints_on(text: str, language: str) -> list[Hint]:
    """In the order of the text, at most `HINTS`; none for a text that is too long to look at."""
    if len(text) > HINTS_TEXT_CHARACTERS:
        return []
    found: list[Hint] = []
    for hint in _Reader(language.partition("-")[0]).read(tree_of(text) or []):
        found.append(hint)
        if len(found) == HINTS:
            break
    return found


class _Reader:
    def __init__(self, language: str) -> None:
        self.language = language
        self.has_words = language in _WITH_WORDS
        self.level = 0
        self.explained: set[str] = set()
        self.told: set[str] = set()

    def read(self, tree: list[Any]) -> Iterator[Hint]:
        # Without recursion, since quotes and lists can be nested deeply.
        waiting: list[tuple[Any, int]] = [(node, 1) for node in reversed(tree)]
        if self.has_words:
            words = " ".join(_words_of(node) for node in tree)
            self.explained = {first or second for first, second in _EXPLAINED.findall(words)}
        while waiting:
            node, line = waiting.pop()
            if isinstance(node, str):
                continue
            name, position, attributes, children = node
            line = position[0] if position else line
            if name in _HEADINGS:
                yield from self._heading(_HEADINGS[name], line, _words_of(node))
            elif name == "p" or (
                name == "li" and not any(isinstance(each, list) and each[0] == "p" for each in children)
            ):
                yield from self._passage(line, _words_of(node))
            elif name == "a":
                yield from self._link(line, _words_of(node), attributes)
            elif name == "img" and not attributes.get("alt", "").strip():
                yield Hint("alt", line, "", attributes.get("src", ""))
            if name not in ("pre", "code"):
                waiting += [(child, line) for child in reversed(children)]

    def _heading(self, level: int, line: int, words: str) -> Iterator[Hint]:
        if self.level and level > self.level + 1:
            yield Hint("order", line, _quote(words), str(level - self.level))
        self.level = level

    def _passage(self, line: int, words: str) -> Iterator[Hint]:
        if not self.has_words:
            return
        if (number := words.count(" ") + 1) > MAX_PARAGRAPH_WORDS:
            yield Hint("paragraph", line, _quote(words), str(number))
        for sentence in _SENTENCE_ENDS.split(words):
            if (number := sentence.count(" ") + 1) > MAX_SENTENCE_WORDS:
                yield Hint("sentence", line, _quote(sentence), str(number))
        if words.isupper():
            return
        for name in _ABBREVIATION.findall(words):
            if name not in _KNOWN and name not in self.explained and name not in self.told:
                self.told.add(name)
                yield Hint("abbreviation", line, name)

    def _link(self, line: int, words: str, attributes: dict[str, str]) -> Iterator[Hint]:
        if words.strip(" .…:!?→»>").casefold() in _EMPTY_LINKS.get(self.language, ()):
            yield Hint("link", line, _quote(words), attributes.get("href", ""))


def _words_of(node: Any) -> str:
    """The words of a node without code and tables."""
    pieces: list[str] = []
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            pieces.append(each)
        elif each[0] == "br":
            pieces.append(" ")
        elif each[0] not in _NO_PROSE:
            waiting += reversed(each[3])
    return _BLANKS.sub(" ", "".join(pieces)).strip()


def _quote(words: str) -> str:
    return words if len(words) <= QUOTE_CHARACTERS else f"{words[:QUOTE_CHARACTERS].rpartition(' ')[0]}…"
