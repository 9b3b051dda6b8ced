"""The stemmers of Snowball, with what they miss."""

from __future__ import annotations

import re
from collections.abc import Callable

from Stemmer import Stemmer

STEMMERS = {"en": "english", "fr": "french", "es": "spanish", "de": "german", "ar": "arabic"}
REPEATED = frozenset({"fr", "es"})
"""Languages whose stemmer leaves more of some plurals and verbs than of their other forms: enfermedades, télétravailler."""
SHORTEST_ROOT = 4
_ARTICLE = re.compile("(?:[وبكف]?ال|لل|و(?=...))(?=..)")
_ARABIC_ENDING = re.compile("(?<=..)(?:ها|ان|ات|ون|ين|ي?[ةه]|ي)$")


def stemmer(language: str) -> Callable[[str], str]:
    """What takes the endings from a folded word."""
    stem: Callable[[str], str] = Stemmer(STEMMERS[language], 0).stemWord
    if language == "ar":
        return lambda word: stem(_light(word))
    return (lambda word: _root(stem, word)) if language in REPEATED else stem


def _root(stem: Callable[[str], str], word: str) -> str:
    """Stemmed until nothing changes any more: a plural may end as its singular does before that is stemmed itself."""
    found = stem(word)
    while len(found) >= SHORTEST_ROOT and (shorter := stem(found)) not in (found, ""):
        found = shorter
    return found[:-1] if found[-1:] == found[-2:-1] else found


def _light(word: str) -> str:
    """An Arabic word without its article, "and" and endings of number ("light10": Larkey, Ballesteros and Connell 2007): the
    stemmer takes them away from some forms only."""
    return _ARABIC_ENDING.sub("", _ARTICLE.sub("", word, count=1) if _ARTICLE.match(word) else word)
