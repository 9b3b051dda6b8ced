"""The index by itself: its scores, its commits, its deaths."""

import os
import signal
import subprocess
import sys
import time
from array import array
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh.index import open_dir
from whoosh.query import And, Or, Term
from whoosh.scoring import BM25F

from search.engine.analysis import analyzer, written_positions
from search.engine.answering import MAX_QUERY_WORDS, answer, shortened
from search.engine.completion import complete
from search.engine.evaluation import EXPANSIONS
from search.engine.pool import Pool
from search.engine.reader import K1, B
from search.engine.scorer import NOWHERE, best, inverse_frequency, match_all, match_any
from search.engine.segment_writer import SegmentFileWriter
from search.engine.segments import SegmentFile
from search.engine.snippets import Marker
from search.engine.store import DAMAGE, IndexUnavailable, Pointer, Store
from search.plan import Terms, labels, plan
from search.query import parse
from search.request import RANKING, Answer, SearchRequest

ROOT = Path(__file__).resolve().parents[2]


def document(key: str, title: str, body: str = "", **fields: Any) -> dict[str, Any]:
    read = analyzer("en").read
    counts, written = read([title, body])
    return {
        "key": key,
        "text_en": counts,
        "title_en": read([title])[0],
        "words": written,
        "name": written_positions([title]),
        "k_audience": "staff",
        "at": 1,
        **fields,
    }


def many(count: int, start: int = 0) -> list[dict[str, Any]]:
    words = "report budget training policy travel office network accessibility design service".split()
    return [
        document(
            f"x:{n}",
            f"{words[n % 10]} {words[n * 7 % 9]}",
            " ".join(words[(n * k) % 10] * (1 + n % 2) + " " + words[k % 10] for k in range(1, 3 + n % 40)),
        )
        for n in range(start, start + count)
    ]


def found(pool: Pool, query: str, tokens: frozenset[str] = frozenset({"staff"})) -> list[str]:
    snapshot = pool.snapshot()
    reply = answer(snapshot, SearchRequest(parse(query), tokens, count=1_000))
    return [snapshot.key(number) for number, _score in reply.hits]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "index", durable=False)
    store.create()
    return store


def test_what_is_written_is_found_and_what_is_removed_is_not(store: Store) -> None:
    pool = Pool(store.path)
    store.write([document("x:1", "Red apples"), document("x:2", "Green apples")])
    assert found(pool, "apple") == ["x:1", "x:2"]
    store.write([document("x:1", "Red pears")], ["x:2"])
    assert found(pool, "apple") == []
    assert found(pool, "pear") == ["x:1"]


class Weighing(BM25F):
    """Whoosh's, with the rarity of a word that we use."""

    def idf(self, searcher: Any, fieldname: str, text: bytes) -> float:
        return inverse_frequency(searcher.doc_count_all(), searcher.doc_frequency(fieldname, text))


def test_scores_are_those_of_whoosh_on_twenty_queries(store: Store) -> None:
    """Whoosh opens the index, lists its terms, and ranks it by its own BM25F as we do."""
    for start in range(0, 900, 300):
        store.write(many(300, start))
    snapshot = Pool(store.path).snapshot()
    words = sorted({term.decode() for segment in snapshot.segments for term, _ in segment.file.frequencies("text_en")})
    index = open_dir(store.path / Pointer.read(store.path).folder, "MAIN")
    # Its lengths of fields are the codes' own, ours the middle of what shares a code.
    average = sum(segment.lengths("text_en").size for segment in snapshot.segments)
    snapshot._average["text_en"] = index.reader().field_length("text_en") / average
    with index.searcher(weighting=Weighing(B=B, K1=K1)) as stock:
        assert [term.decode() for term in index.reader().lexicon("text_en")] == words
        for number in range(20):
            chosen = list(dict.fromkeys([words[number % len(words)], words[(number * 7 + 3) % len(words)]]))
            matched, compound = (match_all, And) if number % 2 else (match_any, Or)
            ours = matched(snapshot, [Terms(term, (("text_en", term, 1.0),)) for term in chosen])
            ours[~snapshot.alive] = NOWHERE
            theirs = [hit.score for hit in stock.search(compound([Term("text_en", term) for term in chosen]), limit=10)]
            mine = [score for _at, score in best(ours, 10, snapshot.ties())]
            assert mine == pytest.approx(theirs, rel=1e-3), chosen


@pytest.mark.parametrize("documents", [40, 1 << 16, (1 << 16) + 1])
@pytest.mark.parametrize("often", [None, [1] * 40, [1, 255] * 20, [1, 256] * 20])
def test_what_is_written_in_a_segment_is_read(tmp_path: Path, documents: int, often: list[int] | None) -> None:
    numbers = [*range(39), documents - 1]
    held = often or [1] * 40
    places = [list(range(3, 3 + count)) for count in held]
    packed = b"".join(array("H", one).tobytes() for one in places)
    writer = SegmentFileWriter(str(tmp_path / "segment"), documents)
    terms = [(b"alpha", [0], None, None), (b"beta", numbers, often, packed), (b"betas", [1], [7], None)]
    writer.add_field("words", iter(terms), bytes([5]) * documents)
    writer.add_column("at", array("q", range(documents)))
    writer.finish([f"x:{number}" for number in range(documents)], durable=False)
    file = SegmentFile(str(tmp_path / "segment"))
    found = file.postings("words", b"beta")
    assert found
    assert (found[0].tolist(), found[1].tolist()) == (numbers, held)
    wanted = np.zeros(documents, np.bool_)
    wanted[[1, documents - 1]] = True
    at, where = file.positions("words", b"beta", wanted)
    assert list(zip(at.tolist(), where.tolist(), strict=True)) == [
        (number, place) for number, some in ((1, places[1]), (documents - 1, places[-1])) for place in some
    ]
    assert list(file.frequencies("words", b"bet")) == [(b"beta", 40), (b"betas", 1)]
    assert file.postings("words", b"bet") is file.postings("text_en", b"beta") is None
    assert (file.key(documents - 1), file.column("at")[-1]) == (f"x:{documents - 1}", documents - 1)
    assert file.lengths("words")[-1] == 5
    assert not file.lengths("name").any()


def test_pages_are_found_by_most_of_what_is_asked_and_those_with_all_come_first(store: Store) -> None:
    store.write([document(f"q:{n}", "Figures", "Quarterly figures.") for n in range(40)])
    store.write([document(f"z:{n}", "Zirconium rods", "Zirconium zirconium zirconium.") for n in range(12)])
    store.write(
        [document("b:1", "Plan", "A long plan of zirconium, to be told in the next quarterly of the works council.")]
    )
    snapshot = Pool(store.path).snapshot()

    def reply(query: str) -> Answer:
        return answer(snapshot, SearchRequest(parse(query), frozenset({"staff"}), count=100))

    in_part = reply("quarterly zirconium")
    assert snapshot.key(in_part.hits[0][0]) == "b:1"
    # Nobody who asks for zirconium is helped by all that is quarterly.
    assert (in_part.total, in_part.loose) == (13, True)
    assert (reply("zirconium").total, reply("zirconium").loose) == (13, False)
    assert (reply("zirconium unheardof").total, reply("zirconium unheardof").loose) == (13, True)
    assert reply('"zirconium rods" quarterly').total == 12
    assert reply('"quarterly rods" zirconium').total == 0
    sentence = 'We read about "quarterly rods" yesterday: which office bought zirconium, asked somebody afterwards'
    assert reply(sentence).total == 53


def test_pages_in_the_language_of_the_reader_or_of_the_words_come_before_their_equals(store: Store) -> None:
    def page(language: str, text: str) -> dict[str, Any]:
        own = document(f"{language}:{len(text)}", "", text, k_lang=language)
        return {name.replace("_en", f"_{language}"): value for name, value in own.items()}

    store.write([page("fr", "mission delta"), page("en", "mission delta"), page("fr", "petit voyage")])
    snapshot = Pool(store.path).snapshot()

    def languages(query: str, language: str) -> list[str]:
        request = SearchRequest(parse(query), frozenset({"staff"}), language=language)
        keys = [snapshot.key(number) for number, _score in answer(snapshot, request).hits]
        return [key[:2] for key in keys if key.endswith(":13")]

    assert languages("mission", "en") == ["en", "fr"]
    assert languages("mission", "fr") == ["fr", "en"]
    # Of these words, French alone knows both.
    assert languages("mission voyage", "en") == ["fr", "en"]


def test_a_page_is_as_long_as_others_of_its_language(store: Store) -> None:
    """On a site of one language with one page in another, that page is not the longest of all."""
    store.write([document(f"e:{n}", "Report", "report " * 30) for n in range(50)])
    french = {"key": "f:1", "text_fr": {"report": 1, "autr": 29}, "k_audience": "staff", "at": 1}
    store.write([french])
    snapshot = Pool(store.path).snapshot()
    assert snapshot.average_length("text_fr") == pytest.approx(snapshot.average_length("text_en"), rel=0.1)


def test_what_hidden_pages_say_moves_no_score(tmp_path: Path) -> None:
    def scores(times: int) -> list[tuple[str, float]]:
        store = Store(tmp_path / str(times), durable=False)
        store.create()
        loud = "quay dues " * times + "pad pod " * (40 - times)
        open_ = [document(f"y:{at}", text, "meadow " * 80) for at, text in enumerate(["Dues of the quay", "The quay"])]
        store.write([document("z:1", loud, loud, k_audience="space:1"), *open_])
        snapshot = Pool(store.path).snapshot()
        reply = answer(snapshot, SearchRequest(parse("quay dues"), frozenset({"staff"})))
        assert reply.loose
        return [(snapshot.key(number), score) for number, score in reply.hits]

    assert scores(1) == scores(40)


def test_small_commits_are_merged_and_nothing_is_lost(store: Store) -> None:
    pool = Pool(store.path)
    for number in range(40):
        store.write([document(f"x:{number}", f"apple number {number}")])
    assert len(pool.snapshot().segments) < 20
    assert sorted(found(pool, "apple"), key=lambda key: int(key[2:])) == [f"x:{number}" for number in range(40)]
    assert found(pool, '"apple number 17"') == ["x:17"]


def test_a_merge_takes_over_what_lives_with_its_lengths_times_and_phrases(store: Store) -> None:
    pool = Pool(store.path)
    for start in range(0, 900, 100):
        store.write(many(100, start), [f"x:{start + 50 - 100}"])
    merged = pool.snapshot()
    other = Store(store.path.parent / "other", durable=False)
    other.create()
    other.write([each for each in many(900) if not (int(each["key"][2:]) % 100 == 50 and each["key"] != "x:850")])
    whole = Pool(other.path).snapshot()
    assert len(merged.segments) < 4
    assert merged.count == whole.count == 892
    assert merged.fields == whole.fields
    for field in ("text_en", "title_en", "name"):
        assert merged.average_length(field) == pytest.approx(whole.average_length(field), rel=0.05)
    assert sum(merged.times()) >= 892
    assert sorted(found(pool, '"budget policy"')) == sorted(found(Pool(other.path), '"budget policy"'))


def test_a_rebuild_takes_the_place_with_what_changed_meanwhile(store: Store) -> None:
    pool = Pool(store.path)
    store.write([document("x:1", "old apple"), document("x:2", "old pear")])
    building = store.rebuild()
    building.add([document("x:1", "old apple"), document("x:2", "old pear")])
    store.write([document("x:3", "new apple")], ["x:2"])
    assert found(pool, "apple") == ["x:1", "x:3"]
    now = {"x:3": document("x:3", "new apple")}
    building.finish(lambda keys: [now[key] for key in keys if key in now])
    assert set(found(pool, "apple")) == {"x:1", "x:3"}
    assert found(pool, "pear") == []


@pytest.mark.parametrize("damage", ["missing", "pointer", "empty", "postings"])
def test_a_damaged_index_is_noticed(store: Store, damage: str) -> None:
    store.write(many(200))
    folder = next(path for path in store.path.iterdir() if path.is_dir())
    if damage == "missing":
        for file in filter(Path.is_file, folder.iterdir()):
            file.unlink()
    elif damage == "pointer":
        (store.path / "current").write_text("{")
    else:
        file = next(folder.glob("*.cps"))
        file.write_bytes(b"" if damage == "empty" else b"\x00" * 100)
    with pytest.raises((IndexUnavailable, *DAMAGE)):
        found(Pool(store.path), "budget")


def test_what_a_disk_lost_or_turned_is_noticed(store: Store) -> None:
    store.write(many(30))
    store.check()
    folder = next(path for path in store.path.iterdir() if path.is_dir())
    for pattern in ("*.cps", "*.toc"):
        file = next(folder.glob(pattern))
        content = file.read_bytes()
        file.write_bytes(content[: len(content) // 2])
        with pytest.raises(IndexUnavailable):
            Pool(store.path).snapshot()
        file.write_bytes(content[:9] + bytes([content[9] ^ 1]) + content[10:])
        with pytest.raises(DAMAGE):
            store.check()
        file.write_bytes(content)
        store.check()


def test_a_full_disk_leaves_the_index_as_it_was_and_nothing_else(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write(many(30))
    folder = next(path for path in store.path.iterdir() if path.is_dir())
    before = {path.name for path in folder.iterdir() if path.is_file()}
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", lambda *names: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(OSError, match="No space"):
            store.write([document("x:1", "Red apples")])
    assert {path.name for path in folder.iterdir() if path.is_file()} == before
    store.write([document("x:1", "Red apples")])
    assert found(Pool(store.path), "apples") == ["x:1"]


def test_what_a_writer_that_was_killed_left_stops_no_other(store: Store) -> None:
    store.write(many(3))
    folder = next(path for path in store.path.iterdir() if path.is_dir())
    newest = max(int(path.stem.split("_")[2]) for path in folder.glob("*.toc"))
    (folder / "MAIN.tmp").mkdir(exist_ok=True)
    (folder / "MAIN.tmp" / f"_MAIN_{newest + 1}.toc").write_bytes(b"half a list")
    store.write([document("x:9", "Red apples")])
    assert found(Pool(store.path), "apples") == ["x:9"]


def test_killed_in_the_middle_of_commits_the_index_is_good(tmp_path: Path) -> None:
    writing = (
        "import sys; from tests.search.test_engine import many; from search.engine.store import Store\n"
        "store = Store(sys.argv[1], durable=False); store.create(); print('ready', flush=True)\n"
        "for start in range(0, 10**6, 30): store.write(many(30, start % 300)); print(start, flush=True)"
    )
    path = tmp_path / "index"
    pool = Pool(path)
    for round_ in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", writing, str(path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "intranet.settings"},
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.stdout.readline()
        time.sleep(0.05 + 0.07 * round_)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        keys = found(pool, "report OR budget OR training OR policy OR travel OR office OR network OR service OR design")
        assert len(keys) == len(set(keys))
        Store(path, durable=False).write([document("after:1", f"afterwards {round_}")])
        assert found(pool, f"title:afterwards {round_}") == ["after:1"]


def test_who_has_no_audience_finds_nothing(store: Store) -> None:
    store.write([document("x:1", "Red apples"), document("x:2", "Secret apples", k_audience="space:4")])
    pool = Pool(store.path)
    assert found(pool, "apples", frozenset()) == []
    assert found(pool, "apples") == ["x:1"]
    assert set(found(pool, "apples", frozenset({"staff", "space:4"}))) == {"x:1", "x:2"}


@pytest.mark.parametrize(
    ("words", "text", "language", "marked"),
    [
        (["policy"], "Policies, no policing of xpolicies", "en", "<mark>Policies</mark>, no policing of xpolicies"),
        (["cafe"], "le Café, l’écafe", "fr", "le <mark>Café</mark>, l’écafe"),
        (["strasse"], "die Straße", "de", "die <mark>Straße</mark>"),
        (["مدرسة"], "هذه المدرسة", "ar", "هذه <mark>المدرسة</mark>"),
        (["москва"], "Это Москва", "en", "Это <mark>Москва</mark>"),
        (["a", "b"], "<i> a & b", "en", "&lt;i&gt; a &amp; <mark>b</mark>"),
    ],
)
def test_found_words_are_marked_whole_in_every_alphabet(
    words: list[str], text: str, language: str, marked: str
) -> None:
    assert Marker(words).snippet(text, language) == marked


def test_the_passage_shown_holds_most_of_the_words() -> None:
    text = "water " * 200 + "the only licence for water here. " + "water " * 200
    passage = Marker(["water", "licence"]).passage(text)
    assert passage.words == 2
    assert "<mark>licence</mark>" in passage.html
    assert len(passage.html) < 1_000


def test_the_passage_shown_is_not_the_first_that_holds_a_word() -> None:
    start, middle = "alpha beta0 " + "x " * 400, "beta alpha gamma together "
    text = start + middle + "alpha " + "y " * 300 + " beta gamma" * 5
    passage = Marker(["alpha", "gamma", "beta"]).passage(text)
    assert "<mark>beta</mark> <mark>alpha</mark> <mark>gamma</mark> together" in passage.html
    assert passage.words == 3


def test_words_of_hidden_pages_leave_a_beginning_to_those_that_may_be_read(store: Store) -> None:
    hidden = " ".join(f"zuv{letter}{other}" for letter in "bcdfghj" for other in "klmnpqr")
    assert len(hidden.split()) > EXPANSIONS
    store.write(
        [
            document("y:1", "Open", "zuvword"),
            *(document(f"z:{number}", hidden, hidden, k_audience="space:1") for number in range(2)),
        ]
    )
    pool = Pool(store.path)
    assert found(pool, "zuv*") == ["y:1"]
    assert found(pool, "zuv*", frozenset({"space:1"})) == ["z:0", "z:1"]
    # Completion looks into names.
    store.write([document("y:2", "Zuvtitle")])
    snapshot = pool.snapshot()
    assert [snapshot.key(number) for number in complete(snapshot, "zuv", frozenset({"staff"}), 8)] == ["y:2"]


def test_a_long_question_is_asked_by_its_rarest_words(store: Store) -> None:
    store.write([*many(60), document("y:1", "Harbour dues", "The quay master collects harbour dues.")])
    pool = Pool(store.path)
    common = "report budget training policy travel office network accessibility design service"
    unknown = " ".join(f"unknown{letter * 3} other{letter * 3}" for letter in "abcdefghijklmnopqrstuvwxyz")
    asked = plan(parse(f"{common} {common} {unknown} harbour quay"), ("en",), RANKING)
    taken = {label for node in shortened(pool.snapshot(), asked, strict=False).parts for label in labels(node)}
    assert len(taken) == MAX_QUERY_WORDS
    assert {"harbour", "quay", *common.split()} <= taken
    assert "y:1" in found(pool, f"{common} {common} {unknown} harbour quay")
