"""The words of what one reader may read, as an engine knows them: what spellings and other forms are decided from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Near:
    """A word as it is written on pages that the reader may read, on how many, and by how many letters it differs."""

    word: str
    count: int
    off: int


class Vocabulary:
    """Knows nothing: for an engine that does not know which words it holds."""

    languages: Sequence[str] = ()

    def near(self, word: str) -> tuple[int, list[Near]]:
        """On how many pages a word is in any form, and where these are few, the words near it."""
        return 0, []

    def count(self, word: str) -> int:
        """On how many pages a word is, as it is written."""
        return 0

    def bears(self, word: str, language: str) -> bool:
        """Whether a page in this language holds a form of the word."""
        return False

    def compounds(self, word: str) -> list[str]:
        """Longer words that begin or end with a word, those first that are on most pages."""
        return []
