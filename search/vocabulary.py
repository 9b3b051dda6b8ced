"""The words of what one reader may read, as an engine knows them: what spellings and other forms are decided from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Near:
    """A word as it is written on pages that the reader may read, on how many, and by how many letters it differs; on how many
    it is in any form, where that is known."""

    word: str
    count: int
    off: int
    forms: int = 0


@dataclass(frozen=True)
class Known:
    """What is known of a word: on how many pages it is as it is written, and in any form; whether it is a regular form of a
    word that many hold."""

    count: int = 0
    forms: int = 0
    regular: bool = False


_ENDINGS = "s es ed d ing er ers r rs or ors ly ness".split()


def bases(word: str) -> set[str]:
    """The words of which it would be a regular form in English."""
    found = {word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending) and len(word) > len(ending) + 2}
    found |= {f"{base[:-1]}y" for base in found if base.endswith("i")}
    return found | {f"{base}e" for base in found} | {base[:-1] for base in found if base[-1] == base[-2]}


class Vocabulary:
    """Knows nothing: for an engine that does not know which words it holds."""

    languages: Sequence[str] = ()

    def near(self, word: str) -> tuple[Known, list[Near]]:
        """What is known of a word, and where few pages hold it as it is written, the words near it."""
        return Known(), []

    def count(self, word: str) -> int:
        """On how many pages a word is, as it is written."""
        return 0

    def bears(self, word: str, language: str) -> bool:
        """Whether a page in this language holds a form of the word."""
        return False

    def compounds(self, word: str) -> list[str]:
        """Longer words that begin or end with a word, those first that are on most pages."""
        return []
