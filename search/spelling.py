"""Which words of a query are misspelt, and what was meant: decided before the search, from what this reader may read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import log

from search.engine.analysis import DEFAULT_LANGUAGE, analyzer
from search.query import Clause, Query, Word
from search.variants import is_part_of_compounds, spellings
from search.vocabulary import Known, Near, Vocabulary

SHORTEST = 4
"""Letters of a word that may be misspelt; below it, nearly every word is near every other."""
LONG = 6
"""Letters of a word that is not likely to be another one."""
SAME_LETTERS = 0.4
"""How much likelier a slip is that only swaps letters, or doubles one."""
WRONG_VOWELS = 8
"""Letters of a word that may be another one with wrong vowels, though a form of it is known."""
FAR_MORE, LIKELY_SLIP = 30, 10
"""A word that some pages hold is misspelt where a near one is on so many times as many; fewer will do for a likely slip."""
RARE = 10
"""Pages that hold a word, of which it may still be a mistake."""
MAX_WORDS = 6
"""Words of a query that are looked at."""
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PLACES = {letter: (x + 0.5 * y, y) for y, row in enumerate(ROWS) for x, letter in enumerate(row)}


@dataclass(frozen=True)
class Correction:
    typed: str
    meant: str


def corrected(query: Query, vocabulary: Vocabulary) -> tuple[Query, list[Correction]]:
    """The query with what was meant in place of misspelt words, which are looked for too."""
    corrections: list[Correction] = []
    clauses: list[Clause] = []
    looked_at = 0
    for clause in query.clauses:
        if isinstance(clause, Word) and looked_at < MAX_WORDS and _may_be_misspelt(clause):
            looked_at += 1
            own, near = vocabulary.near(clause.text)
            meant = likeliest(clause.text, own, near)
            if meant and not is_part_of_compounds(clause.text, vocabulary):
                corrections.append(Correction(clause.text, meant))
                # Stemmed, it would find all forms of another word.
                clause = replace(clause, text=meant, spellings=(clause.text,) if own.forms <= RARE else ())
        clauses.append(clause)
    return replace(query, clauses=tuple(clauses)), corrections


def _may_be_misspelt(word: Word) -> bool:
    plain = not (word.prefix or word.exact or word.spellings)
    return (
        plain
        and len(word.text) >= SHORTEST
        and word.text.isalpha()
        and bool(analyzer(DEFAULT_LANGUAGE).term(word.text))
    )


def likeliest(word: str, own: Known, near: list[Near]) -> str:
    """What was meant by a word of which this much is known; "" where it is taken as right."""
    if own.count > RARE or (own.forms and len(word) < LONG):
        return ""
    if own.forms:
        near = [one for one in near if _is_far_likelier(word, own, one)]
    elif len(word) < LONG:
        # Many short words are near one another without any slip.
        near = [one for one in near if one.count >= FAR_MORE or difference(word, one.word, one.off) < one.off]
    best = max(near, key=lambda one: (_likelihood(word, one), one.word), default=None)
    return best.word if best else ""


def _is_far_likelier(word: str, own: Known, near: Near) -> bool:
    """Whether a word that pages hold, if only in another form, is more likely a mistake for another."""
    slip = near.off - difference(word, near.word, near.off)
    if near.count < max(own.count, 1) * (LIKELY_SLIP if slip > 0 else FAR_MORE) or near.word in spellings(word):
        return False
    if slip > 0.9 * SAME_LETTERS:
        return near.off == 1
    if not own.regular and len(word) >= WRONG_VOWELS and _consonants(word) == _consonants(near.word):
        return True
    stem = analyzer(DEFAULT_LANGUAGE).term
    return near.off == 1 and own.forms <= RARE and stem(near.word) != stem(word)


def _consonants(word: str) -> str:
    return re.sub("[aeiou]+", "", word)


def _likelihood(word: str, near: Near) -> float:
    return log(1 + max(near.count, min(near.forms, 3 * near.count))) - 2.5 * difference(word, near.word, near.off)


def difference(typed: str, meant: str, off: int) -> float:
    """How unlikely a slip is: less where letters are swapped, doubled or beside one another on the keyboard."""
    if typed[:1] != meant[:1]:
        return off + 0.5
    if sorted(typed) == sorted(meant) or re.sub(r"(.)\1", r"\1", typed) == re.sub(r"(.)\1", r"\1", meant):
        return off - SAME_LETTERS
    if len(typed) == len(meant) and off == 1:
        a, b = next((one, other) for one, other in zip(typed, meant, strict=True) if one != other)
        if (
            a in _PLACES
            and b in _PLACES
            and abs(_PLACES[a][0] - _PLACES[b][0]) + abs(_PLACES[a][1] - _PLACES[b][1]) <= 1.6
        ):
            return off - 0.3
    return float(off)


def as_typed(text: str, corrections: list[Correction]) -> str:
    """The query as a reader would have typed it right."""
    for one in corrections:
        text = _replaced(text, one.typed, one.meant)
    return text


def insisting(text: str, corrections: list[Correction]) -> str:
    """The query with its misspelt words in quotes, which asks for them as they stand."""
    for one in corrections:
        text = _replaced(text, one.typed, f'"{one.typed}"')
    return text


def _replaced(text: str, word: str, other: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _match: other, text, count=1, flags=re.IGNORECASE)
