"""Other ways to write a word that every reader takes for the same: British and American spelling, one word or two,
compounds and their parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeGuard

from search.engine.analysis import DEFAULT_LANGUAGE, analyzer
from search.query import Clause, Group, Phrase, Query, Together, Word
from search.vocabulary import Vocabulary

LONG = 4
"""Words of a query; of a longer one, words are neither joined nor parted."""
_OUR = (
    "arb|arm|behavi|cand|clam|col|demean|endeav|fav|ferv|flav|glam|harb|hon|hum|lab|misdemean|neighb|od|parl|ranc|rig|rum|"
    "sav|splend|succ|tum|val|vap|vig"
)
_RE = "calib|cent|fib|goit|lit|lust|meag|met|kilomet|millimet|centimet|och|reconnoit|sab|sepulch|somb|spect|theat"
_DOUBLED = (
    "cance|channe|counse|dia|due|equa|fue|funne|initia|jewe|labe|leve|libe|marve|meda|meta|mode|pane|parce|peda|penci|"
    "quarre|riva|shove|signa|tota|trave|tunne|unrave"
)
_RULES = [
    (r"(\w{2,})(i|y)s(e|ed|es|er|ers|ing|ation|ations|ational)", r"\1\2z\3"),
    (r"(\w{2,})(i|y)z(e|ed|es|er|ers|ing|ation|ations|ational)", r"\1\2s\3"),
    (rf"({_OUR})our(\w*)", r"\1or\2"),
    (rf"({_OUR})or(\w*)", r"\1our\2"),
    (rf"({_RE})re(s|d|)", r"\1er\2"),
    (rf"({_RE})er(s|ed|)", r"\1re\2"),
    (rf"({_DOUBLED})ll(\w+)", r"\1l\2"),
    (rf"({_DOUBLED})l(ed|ing|er|ers|or|ors|ation|ations|ery)", r"\1ll\2"),
    (r"(\w{2,})ogue(s|)", r"\1og\2"),
    (r"(\w{2,}[aei])log(s|)", r"\1logue\2"),
    (r"(program)me(s|)", r"\1\2"),
    (r"(program)(s|)", r"\1me\2"),
    (r"(licen|defen|offen|preten|practi)c(e|es|ed|ing)", r"\1s\2"),
    (r"(licen|defen|offen|preten|practi)s(e|es|ed|ing)", r"\1c\2"),
    (r"(acknowledg|judg)ement(s|al|)", r"\1ment\2"),
    (r"(acknowledg|judg)ment(s|al|)", r"\1ement\2"),
    (r"(fulfi|enro|insta|ski)l(l?)(ment|ments|ful|fully|)", r"\1ll\3"),
    (r"(fulfi|enro|insta|ski)ll(ment|ments|ful|fully|)", r"\1l\2"),
    (r"(\w*)(an|h|p|orthop|encyclop)ae(\w{3,})", r"\1\2e\3"),
    (r"artefact(s|)", r"artifact\1"),
    (r"artifact(s|)", r"artefact\1"),
]
_SPECIAL = {
    "grey": "gray",
    "gray": "grey",
    "ageing": "aging",
    "aging": "ageing",
    "aluminium": "aluminum",
    "aluminum": "aluminium",
    "anesthetic": "anaesthetic",
    "hemoglobin": "haemoglobin",
    "pediatric": "paediatric",
    "orthopedic": "orthopaedic",
    "encyclopedia": "encyclopaedia",
    "manoeuvre": "maneuver",
    "maneuver": "manoeuvre",
}
_PATTERNS = [(re.compile(pattern), other) for pattern, other in _RULES]
LONGEST_JOINED = 24
PARTICLES = frozenset("in out up down on off over".split())
"""Stop words with which others make one word: log in, set up."""
SHORTEST_PART = 3
RARE = 20
"""Pages that hold a word; of a more frequent one the other way to write it is not looked for."""

GERMAN = "de"
LINKS = ("", "s", "n", "en", "es", "er", "e")
"""What German writes between the parts of a compound."""
SHORTEST_HEAD = 4
SHORTEST_COMPOUND = 8
MAX_COMPOUNDS = 8


def spellings(word: str) -> tuple[str, ...]:
    """The word in the other English."""
    if len(word) < 4:
        return ()
    found = {_SPECIAL.get(word, "")}
    for pattern, other in _PATTERNS:
        if match := pattern.fullmatch(word):
            found.add(match.expand(other))
    return tuple(sorted(found - {"", word}))


def varied(query: Query, vocabulary: Vocabulary) -> Query:
    """The query with what its words may also be written as; in a long question, only with the other English."""
    if len(query.clauses) > LONG:
        return replace(query, clauses=tuple(map(_respelt, query.clauses)))
    clauses: list[Clause] = []
    for clause in query.clauses:
        joined = _joined(clauses[-1], clause, vocabulary) if clauses else None
        if joined is not None:
            clauses[-1] = joined
        else:
            clauses.append(clause)
    return replace(query, clauses=tuple(_varied(clause, vocabulary) for clause in clauses))


def _is_plain(clause: Clause) -> TypeGuard[Word]:
    return isinstance(clause, Word) and not (clause.prefix or clause.exact or clause.field) and clause.text.isalpha()


def _joined(one: Clause, other: Clause, vocabulary: Vocabulary) -> Group | None:
    """“web site”, which may be written as one word."""
    if not (_is_plain(one) and _is_plain(other)):
        return None
    text = one.text + other.text
    term = analyzer(DEFAULT_LANGUAGE).term
    telling = term(one.text) and (term(other.text) or other.text in PARTICLES)
    if not telling or len(text) > LONGEST_JOINED or not vocabulary.count(text):
        return None
    return Group((one, other), (Word(text),), same=True)


def _varied(clause: Clause, vocabulary: Vocabulary) -> Clause:
    clause = _respelt(clause)
    if not _is_plain(clause):
        return clause
    if GERMAN in vocabulary.languages and (compounds := tuple(_compounds(clause.text, vocabulary))):
        return Group((clause,), compounds)
    parted = tuple(_parted(clause.text, vocabulary))
    return Group((clause,), parted, same=True) if parted else clause


def _respelt(clause: Clause) -> Clause:
    if _is_plain(clause) and (others := spellings(clause.text)):
        return replace(clause, spellings=(*clause.spellings, *others))
    return clause


def _parted(word: str, vocabulary: Vocabulary) -> Iterator[Clause]:
    """“website”, which may be written as two words."""
    if len(word) < 2 * SHORTEST_PART or vocabulary.count(word) > RARE:
        return
    term = analyzer(DEFAULT_LANGUAGE).term
    cuts = range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
    pairs = [(word[:at], word[at:]) for at in cuts if term(word[:at]) and term(word[at:])]
    best = max(pairs, key=lambda pair: min(map(vocabulary.count, pair)), default=None)
    if best is not None and min(map(vocabulary.count, best)):
        yield Phrase(" ".join(best))


def is_part_of_compounds(word: str, vocabulary: Vocabulary) -> bool:
    return GERMAN in vocabulary.languages and bool(_longer(word, vocabulary))


def _longer(word: str, vocabulary: Vocabulary) -> list[str]:
    if len(word) < SHORTEST_HEAD:
        return []
    return [one for one in vocabulary.compounds(word) if vocabulary.bears(one, GERMAN)]


def _compounds(word: str, vocabulary: Vocabulary) -> Iterator[Clause]:
    """Compounds that the word is part of, or else the parts of a compound, in German."""
    longer = _longer(word, vocabulary)
    stem = analyzer(GERMAN).term
    whole_words = [Word(one) for one in longer if len(one) >= len(word) + SHORTEST_PART and stem(one) != stem(word)]
    yield from whole_words[:MAX_COMPOUNDS]
    if len(word) < SHORTEST_COMPOUND or vocabulary.bears(word, GERMAN):
        return
    for at in range(len(word) - SHORTEST_HEAD, SHORTEST_HEAD - 1, -1):
        head = next((part for part in _unlinked(word[:at]) if vocabulary.bears(part, GERMAN)), "")
        if head and vocabulary.bears(word[at:], GERMAN):
            yield Together((Word(head), Word(word[at:])))
            return


def _unlinked(head: str) -> Iterator[str]:
    """The first part of a compound without what links it to the next."""
    for link in LINKS:
        if head.endswith(link) and len(head) >= SHORTEST_HEAD + len(link):
            yield head.removesuffix(link)
