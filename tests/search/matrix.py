"""The house, the readers and the queries of the matrix, and an oracle that knows the database and no index.

The words are made up and of one form in every language, so that the oracle needs no stemmer: a page holds a word or not.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile

from blog.models import BlogPostPage
from media.models import Attachment
from pages.access import visible_to
from pages.models import BasePage, PageAuthor
from people.audiences import token_filter
from people.models import Person, Space
from podcasts.models import EpisodePage
from search.documents import page_key
from search.engine.analysis import LANGUAGES, analyzer
from search.engine.scorer import inverse_frequency
from search.engine.vocabulary import distance
from search.outbox import enqueue
from search.spelling import RARE, SHORTEST, likeliest
from search.vocabulary import Known, Near, bases
from tests.factories.pages import House, blog_of, make_show, make_tree, wiki_of
from tests.factories.people import join, make_person, make_space
from wiki.models import WikiPage

READERS, QUERIES = 40, 500
LEVELS, ENOUGH = (1.0, 2 / 3, 1 / 2, 1 / 3, 0.0), 5
"""How much of a query a hit must hold: as much as so many things for each word do."""
FEW = 3
"""In a database, fewer hits than this with every word bring those with some."""


def invent(chance: random.Random, count: int) -> list[str]:
    """Words that every analyser leaves as they are, none of which begins another."""
    found: list[str] = []
    while len(found) < count:
        word = "".join(chance.choice("bdfgkmpvz") + chance.choice("aou") for _ in range(3)) + chance.choice("bdgkpz")
        if word not in found and all(analyzer(language).term(word) == word for language in LANGUAGES):
            found.append(word)
    return found


@dataclass(frozen=True)
class Item:
    """One thing that can be found, as the database holds it. `parts` are runs of words that a phrase cannot leave."""

    uid: str
    title: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    marks: dict[str, frozenset[str]]
    at: datetime | None

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(word for part in self.parts for word in part)

    @cached_property
    def runs(self) -> str:
        return "|" + "|".join(f" {' '.join(part)} " for part in self.parts)

    def __hash__(self) -> int:
        return hash(self.uid)


Test = Callable[[Item], bool]


@dataclass
class Query:
    """A query as it is typed, and what it means. `narrowed` are the parameters beside it; both kinds of filter count."""

    sort: str
    text: str
    clauses: list[Test] = field(default_factory=list)
    singles: list[str] = field(default_factory=list)
    """Whole words, which a suggestion may replace."""
    excluded: list[Test] = field(default_factory=list)
    filters: list[tuple[str, str]] = field(default_factory=list)
    narrowed: dict[str, str] = field(default_factory=dict)
    after: datetime | None = None
    before: datetime | None = None
    prefix: str = ""

    def met_by(self, item: Item, how: Callable[[Iterable[object]], bool]) -> bool:
        if (self.after or self.before) and item.at is None:
            return False
        return (
            (not self.clauses or how(test(item) for test in self.clauses))
            and not any(test(item) for test in self.excluded)
            and (self.after is None or bool(item.at and item.at >= self.after))
            and (self.before is None or bool(item.at and item.at < self.before))
        )


@dataclass
class Expected:
    total: int
    uids: frozenset[str]
    facets: dict[str, Counter[str]]
    loose: bool
    suggested: bool
    newest: list[datetime]


class World:
    """Six more spaces, forty readers of every sort, and what they wrote; the same at every run."""

    def __init__(self, house: House, pages: int = 110) -> None:
        self.chance = chance = random.Random(3)
        self.words = invent(chance, 48)
        # Half the vocabulary stands in closed places only.
        self.open, self.hidden = self.words[:24], self.words[24:]
        more = [make_space(f"room-{n}", see=chance.choice(["staff", "members"])) for n in range(5)]
        make_tree(more)
        self.spaces = [house.digital, house.operations, house.people, *more]
        self.readers = self._readers(house)
        self._write(house, pages)
        self.items = self._items()

    def _readers(self, house: House) -> dict[str, list[Any]]:
        """By sort of reader; forty in all."""
        chance = self.chance
        found: dict[str, list[Any]] = {"nowhere": [house.otto], "somewhere": [], "many": [], "left": []}
        for number in range(READERS - 4):
            sort = "nowhere somewhere somewhere many many left".split()[number % 6]
            person = make_person(
                f"reader{number}",
                first_name=chance.choice(self.open).title(),
                last_name=chance.choice(self.open).title(),
                is_active=sort != "left",
                job_title=chance.choice(self.open),
                skills=[chance.choice(self.open)],
            )
            rooms = {"nowhere": 0, "somewhere": 1, "many": chance.randrange(2, 8), "left": 3}[sort]
            for space in chance.sample(self.spaces, rooms):
                join(person, space, chance.choice(["member", "member", "editor", "owner"]))
            found[sort].append(person)
        return {**found, "administrator": [house.ada], "owner": [house.grace], "stranger": [AnonymousUser()]}

    def _write(self, house: House, pages: int) -> None:
        chance = self.chance
        shows = {space.pk: make_show(space, f"Talk {space.pk}", by=house.ada) for space in self.spaces[::3]}
        writers = [house.ada, house.grace, house.linus, *self.readers["many"][:4]]
        # Straight into the tree: revisions and histories are not what is looked at here, and cost most of the time.
        parents: dict[Any, Any] = {(EpisodePage, pk): show for pk, show in shows.items()}
        for space in self.spaces:
            parents[BlogPostPage, space.pk], parents[WikiPage, space.pk] = blog_of(space), wiki_of(space)
        pages_made = []
        for number in range(pages):
            space = chance.choice(self.spaces)
            audience = chance.choice(["staff", "staff", "space"])
            closed = space.see == "members" or audience == "space"
            words = chance.choices(self.open + self.hidden * 2 if closed else self.open, k=14)
            model: Any = chance.choice([BlogPostPage, WikiPage, EpisodePage if space.pk in shows else WikiPage])
            page = model(
                title=" ".join(words[:2]),
                slug=f"page-{number}",
                summary=" ".join(words[2:5]) if chance.random() < 0.3 else "",
                body=" ".join(words[5:]),
                space=space,
                audience=audience,
                live=chance.random() > 0.1,
                language=chance.choice(["en", "en", "en", "fr", "de"]),
                first_published_at=datetime(
                    chance.randrange(2019, 2026), chance.randrange(1, 13), chance.randrange(1, 28), tzinfo=UTC
                ),
            )
            if isinstance(page, EpisodePage):
                page.transcript = " ".join(words[3:9])
            page.page_authors = [PageAuthor(person=chance.choice(writers))]
            page.tags.add(chance.choice(self.hidden[:5] if closed and chance.random() < 0.4 else self.open[:5]))
            parents[model, space.pk].add_child(instance=page)
            pages_made.append(page)
        enqueue(page_key(page.pk) for page in pages_made)
        for number, space in enumerate(self.spaces):
            word = chance.choice(self.hidden if space.see == "members" else self.open)
            Attachment(title=f"{word} {number}", space=space, file=ContentFile(b"%PDF", f"{word}-{number}.pdf")).save()

    def _items(self) -> dict[str, Item]:
        found: list[Item] = []
        spaces = {space.pk: space for space in Space.objects.all()}
        for page in BasePage.objects.specific():
            space = spaces.get(page.space_id)
            named = [page.title, page.summary, page.plain, getattr(page, "spoken", "")]
            named += [one["name"] for one in (*page.labels, *page.byline)]
            if page.kind.name == "space" and space:
                named += [space.name, space.description]
            found.append(
                _item(
                    str(page.uid),
                    named,
                    page.first_published_at,
                    kind=[page.kind.name],
                    space=[space.slug] if space else [],
                    author=[one["username"] for one in page.byline],
                    tag=[one["slug"] for one in page.labels],
                    lang=[page.language],
                )
            )
        for one in Person.objects.all():
            parts = [one.name, one.username, one.job_title, one.about, *one.skills]
            found.append(_item(f"person:{one.username}", parts, None, kind=["person"]))
        for file in Attachment.objects.select_related("space"):
            parts = [file.title, file.file.name.rpartition("/")[2]]
            space = file.space
            found.append(
                _item(f"file:{file.pk}", parts, file.created_at, kind=["file"], space=[space.slug], type=["pdf"])
            )
        return {item.uid: item for item in found}

    def everybody(self) -> list[tuple[str, Any]]:
        return [(sort, reader) for sort, readers in self.readers.items() for reader in readers]

    def readable(self, reader: Any) -> list[Item]:
        """What the database's door lets this reader read, of what has a kind and so can be found."""
        uids = {str(uid) for uid in visible_to(reader, BasePage.objects.all()).values_list("uid", flat=True)}
        if getattr(reader, "is_active", False) and reader.is_authenticated:
            uids |= {f"person:{one.username}" for one in Person.objects.filter(is_active=True)}
        uids |= {f"file:{pk}" for pk in Attachment.objects.filter(token_filter(reader)).values_list("pk", flat=True)}
        return [item for uid, item in self.items.items() if uid in uids and item.marks["kind"] != {""}]

    # The queries

    def queries(self, count: int = QUERIES) -> list[tuple[str, Query]]:
        """Of ten sorts in turn."""
        sorts = list(_SORTS)
        chance = random.Random(11)
        return [(sort, _SORTS[sort](self, chance)) for sort in (sorts[n % len(sorts)] for n in range(count))]

    def word(self, chance: random.Random) -> str:
        return chance.choice(chance.choice([self.open, self.hidden]))


def _item(uid: str, parts: list[str], at: datetime | None, **marks: list[str]) -> Item:
    runs = tuple(tuple(_words(part)) for part in parts if part)
    named = {name: frozenset(marks.get(name, ())) for name in ("kind", "space", "author", "tag", "lang", "type")}
    return Item(uid, runs[0], runs, {**named, "year": frozenset([str(at.year)] if at else ())}, at)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def has(word: str) -> Test:
    return lambda item: word in item.words


def begins(word: str) -> Test:
    return lambda item: any(one.startswith(word) for one in item.words)


def titled(word: str) -> Test:
    return lambda item: word in item.title


def says(*words: str) -> Test:
    run = f" {' '.join(words)} "
    return lambda item: run in item.runs


def either(*tests: Test) -> Test:
    return lambda item: any(test(item) for test in tests)


def _plain(count: int) -> Callable[[World, random.Random], Query]:
    def make(world: World, chance: random.Random) -> Query:
        words = [world.word(chance) for _ in range(count)]
        sort = chance.choice(["relevance", "date"])
        return Query(sort, " ".join(words), [has(word) for word in words], words)

    return make


def _phrase(world: World, chance: random.Random) -> Query:
    # Two words that stand together somewhere, perhaps where this reader may not look.
    run = chance.choice([part for item in world.items.values() for part in item.parts if len(part) > 4])
    at = chance.randrange(len(run) - 1)
    return Query("relevance", f'"{run[at]} {run[at + 1]}"', [says(run[at], run[at + 1])])


def _prefix(world: World, chance: random.Random) -> Query:
    start = world.word(chance)[: chance.randrange(3, 6)]
    if chance.random() < 0.5:
        return Query("relevance", f"{start}*", [begins(start)], prefix=start)
    word = world.word(chance)
    return Query("date", f"{word} {start}*", [has(word), begins(start)], [word], prefix=start)


def _without(world: World, chance: random.Random) -> Query:
    word, other = world.word(chance), world.word(chance)
    return Query("relevance", f"{word} -{other}", [has(word)], [word], [has(other)])


def _or(world: World, chance: random.Random) -> Query:
    one, two, three = (world.word(chance) for _ in range(3))
    if chance.random() < 0.5:
        return Query("relevance", f"{one} OR {two}", [either(has(one), has(two))])
    return Query("relevance", f"{three} {one} OR {two}", [has(three), either(has(one), has(two))], [three])


def _title(world: World, chance: random.Random) -> Query:
    word = world.word(chance)
    # An unknown word of a title is looked up among all words before it is called a mistake.
    return Query("relevance", f"title:{word}", [titled(word)], [word])


def _filtered(world: World, chance: random.Random) -> Query:
    word = chance.choice(world.open[:8])
    name = chance.choice(["kind", "space", "author", "tag", "year", "lang"])
    value = chance.choice(sorted({mark for item in world.items.values() for mark in item.marks[name] if mark}))
    query = Query("relevance", word, [has(word)], [word], filters=[(name, value)])
    if chance.random() < 0.3:
        query = Query("date", "", filters=[(name, value)])
    if name != "year" and chance.random() < 0.5:
        query.text = f"{query.text} {name}:{value}".strip()
    else:
        query.narrowed = {name: value}
    if chance.random() < 0.3 and name != "kind":
        query.filters.append(("kind", "wiki"))
        query.narrowed["kind"] = "wiki"
    return query


def _dated(world: World, chance: random.Random) -> Query:
    word, year = chance.choice(world.open), chance.randrange(2019, 2026)
    after, before = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 6, 1, tzinfo=UTC)
    text = f"{word} after:{year} before:{year + 1}-06"
    return Query("relevance", text, [has(word)], [word], after=after, before=before)


def _misspelt(world: World, chance: random.Random) -> Query:
    """Nearly a word, more often a hidden one."""
    word = chance.choice(world.hidden if chance.random() < 0.7 else world.open)
    at = chance.randrange(2, len(word))
    wrong = word[:at] + "x" + word[at + 1 :]
    return Query("relevance", wrong, [has(wrong)], [wrong])


_SORTS: dict[str, Callable[[World, random.Random], Query]] = {
    "word": _plain(1),
    "two words": _plain(2),
    "prose": _plain(6),
    "phrase": _phrase,
    "prefix": _prefix,
    "without": _without,
    "or": _or,
    "title": _title,
    "filtered": _filtered,
    "dated": _dated,
    "misspelt": _misspelt,
}


class Oracle:
    """What a reader should be told, counted by hand."""

    def __init__(self, world: World, reader: Any) -> None:
        self.items = world.readable(reader)
        self.public = world.readable(world.readers["nowhere"][0])
        self.uids = frozenset(item.uid for item in self.items)
        self.words = frozenset(word for item in self.items for word in item.words)
        self.titles = frozenset(word for item in self.items for word in item.title)
        self.tags = frozenset(mark for item in self.items for mark in item.marks["tag"])

    def answer(self, query: Query, engine: str = "whoosh") -> Expected:
        """Words that she can meet nowhere, or nearly, stand for near ones as well, if it is an index."""
        meant = self._put_right(query) if engine != "database" else None
        return replace(self._answer(meant, engine), suggested=True) if meant else self._answer(query, engine)

    def _put_right(self, query: Query) -> Query | None:
        clauses = list(query.clauses)
        test = titled if query.text.startswith("title:") else has
        for place, word in enumerate(query.singles):
            if len(word) >= SHORTEST and (other := likeliest(word, self._known(word), self._near(word))):
                clauses[place] = either(test(word), test(other))
        return replace(query, clauses=clauses) if clauses != query.clauses else None

    def _known(self, word: str) -> Known:
        return Known(self._count(word), self._count(word), any(self._count(base) > RARE for base in bases(word)))

    def _count(self, word: str) -> int:
        return sum(word in item.words for item in self.items)

    def _near(self, word: str) -> list[Near]:
        allowed = 2 if len(word) >= 6 else 1
        near = (other for other in self.words if other[:1] in (word[0], word[1]) and other.isalpha())
        found = ((other, distance(word, other, allowed)) for other in near)
        return [Near(other, self._count(other), off) for other, off in found if 0 < off <= allowed]

    def _levels(self, query: Query, engine: str) -> Iterator[tuple[list[Item], int, bool]]:
        """What is found at each level, how many are enough, and whether all that is asked is held by all of these."""
        every = [item for item in self.items if query.met_by(item, all)]
        some = [item for item in self.items if query.met_by(item, any)]
        if len(query.clauses) < 2 or engine == "database":
            yield every, FEW, True
            if len(query.clauses) > 1:
                yield some, 0, len(self._inside(query, some)) == len(self._inside(query, every))
            return
        weights = dict.fromkeys(query.clauses, 1.0)
        if engine == "whoosh":
            # A word weighs by how few of the things for all staff hold it; one that she can meet nowhere is left out.
            met = [test for test in query.clauses if any(test(item) for item in self.items)]
            weights = {test: inverse_frequency(len(self.public), sum(map(test, self.public))) for test in met}
        for level in LEVELS:
            hits = [
                item
                for item in some
                if sum(weight for test, weight in weights.items() if test(item))
                > (level - 1e-4) * sum(weights.values())
            ]
            whole = len(self._inside(query, hits)) == len(self._inside(query, every))
            yield hits, ENOUGH * len(weights), whole

    def _answer(self, query: Query, engine: str) -> Expected:
        for hits, enough, whole in self._levels(query, engine):
            loose = not whole
            if len(self._inside(query, hits)) >= enough:
                break
        inside = self._inside(query, hits)
        facets = {
            name: Counter(mark for item in self._inside(query, hits, name) for mark in item.marks[name])
            for name in ("kind", "space", "author", "tag", "year", "lang", "type")
        }
        newest = sorted((item.at or datetime.fromtimestamp(0, UTC) for item in inside), reverse=True)
        return Expected(len(inside), frozenset(item.uid for item in inside), facets, loose, False, newest)

    def every(self, query: Query) -> list[Item]:
        """What holds every word of a query, however many they are, and bears what it is narrowed to."""
        return self._inside(query, [item for item in self.items if query.met_by(item, all)])

    def holds(self, words: str) -> bool:
        """Whether one thing holds each of these words."""
        return any(item.words.issuperset(words.split()) for item in self.items)

    @staticmethod
    def _inside(query: Query, items: list[Item], but: str = "") -> list[Item]:
        return [
            item for item in items if all(value in item.marks[name] for name, value in query.filters if name != but)
        ]

    def completed(self, typed: str) -> frozenset[str]:
        """All that may be offered: every word typed stands in the title, the last one as a beginning."""
        words = _words(typed)
        return frozenset(
            item.uid
            for item in self.items
            if set(words[:-1]) <= set(item.title) and any(word.startswith(words[-1]) for word in item.title)
        )
