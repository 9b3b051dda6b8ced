"""Damages the index of a site in every way that machines know, and checks that the site answers and the index repairs itself.

    python -m tests.ruin [--kills N] [--pages N] [--seed N]

Kills the indexer N times in the middle of commits, fills the disk at every write of one, and removes, cuts, empties and
corrupts each kind of file. Too slow for the suite (some minutes), which does a little of each.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from typing import Any
from unittest import mock

from tests import environment  # before anything else: a state folder of its own

if "--child" in sys.argv:
    os.environ["INTRANET_VAR"] = sys.argv[sys.argv.index("--child") + 1]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import setup_test_environment

from pages.models import BasePage
from people.models import Person
from search import engines, indexer, outbox
from search.backends.whoosh import pool
from search.documents import page_key
from search.engine import codec, schema, segment_writer, writer
from search.engine.store import Pointer, Store
from tests.factories.pages import make_house, make_wiki_page

WORDS = "report budget training policy travel office network accessibility design service hedgehog water".split()
Held = dict[str, dict[str, Any]]


# -- what the index should hold, and what it holds


def wanted() -> Held:
    found: Held = {}
    for document in indexer.everything():
        fields: dict[str, Any] = {}
        for name, value in document.items():
            if not value or name == schema.AT:
                continue
            how = schema.kept(name)
            if how is schema.Kept.MARKS:
                fields[name] = dict.fromkeys([value] if isinstance(value, str) else value, (1, []))
            elif how is schema.Kept.COUNTS:
                fields[name] = {term: (count, []) for term, count in value.items()}
            else:
                fields[name] = {term: (len(positions), list(positions)) for term, positions in value.items()}
        found[document["key"]] = fields
    return found


def held() -> Held:
    snapshot = pool(engines.path()).snapshot()
    found: Held = {snapshot.key(number): {} for number in range(snapshot.size) if snapshot.alive[number]}
    assert len(found) == snapshot.count, "a key is held twice"
    for segment, base in zip(snapshot.segments, snapshot.bases, strict=True):
        for name in segment.fields:
            for term, numbers, often, stored in segment.file.terms(name):
                counts = [1] * len(numbers) if often is None else often.tolist()
                positions = array("H", stored or b"").tolist()
                for number, count in zip(numbers.tolist(), counts, strict=True):
                    own, positions = positions[:count], positions[count:]
                    if snapshot.alive[base + number]:
                        fields = found[snapshot.key(base + number)].setdefault(name, {})
                        fields[term.decode()] = (count, own)
    return found


def must_agree(after: str) -> None:
    expected, found = wanted(), held()
    assert expected.keys() == found.keys(), f"{after}: {expected.keys() ^ found.keys()}"
    for key, fields in expected.items():
        assert fields == found[key], f"{after}: {key}"
    engines.store().check()


def must_answer(after: str) -> bool:
    """Asks as a reader does; whether the answer came from the database."""
    pool.cache_clear()
    client = Client()
    client.force_login(Person.objects.get(username="ada"))
    response = client.get("/search.json", {"q": "hedgehog"})
    assert response.status_code == 200, after
    answer = response.json()
    assert answer["hits"], after
    return bool(answer["degraded"])


def mend(after: str, seconds: float = 60) -> None:
    """Lets the indexer run, as the worker does, until nothing waits and nothing is asked for."""
    stop, checked = threading.Event(), threading.Event()
    check = Store.check
    pool.cache_clear()

    def checking(store: Store) -> None:
        check(store)
        checked.set()

    def run() -> None:
        try:
            indexer.run_forever(stop)
        finally:
            connection.close()

    with (
        mock.patch.object(indexer, "rebuild_beside", indexer.rebuild),
        mock.patch.object(indexer, "PAUSE_SECONDS", 0.02),
        mock.patch.object(Store, "check", checking),
    ):
        thread = threading.Thread(target=run)
        thread.start()
        try:
            before = time.monotonic()
            while not checked.is_set() or indexer.wanted().exists() or indexer.lag() or not engines.store().exists():
                assert time.monotonic() - before < seconds, f"{after}: not mended"
                time.sleep(0.05)
        finally:
            stop.set()
            thread.join()
    must_agree(after)


# -- changes


def change(chance: random.Random, pks: list[int]) -> None:
    """Five pages get other words, one comes or goes; with the line for the indexer in the same transaction."""
    chosen = chance.sample(pks, 6)
    with transaction.atomic():
        for pk in chosen[:5]:
            text = " ".join(chance.choices(WORDS, k=chance.randrange(5, 200)))
            BasePage.objects.filter(pk=pk).update(plain=f"hedgehog {text}", title=text[:40])
        gone = BasePage.objects.get(pk=chosen[5])
        BasePage.objects.filter(pk=gone.pk).update(live=not gone.live)
        outbox.enqueue([page_key(pk) for pk in chosen])


STAGES: dict[str, tuple[Any, str]] = {
    "adding": (writer.Added, "add"),
    "merging": (writer.Merged, "ordered"),
    "writing": (segment_writer.SegmentFileWriter, "add_field"),
    "sealing": (segment_writer.SegmentFileWriter, "finish"),
    "listing": (codec, "write_list"),
    "tidying": (codec, "clean_files"),
    "pointing": (Pointer, "write"),
}


def child() -> None:
    """Changes and drains until it is killed, and says at which stage it is."""

    def telling(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def told(*args: Any, **kwargs: Any) -> Any:
            sys.stdout.write(stage + "\n")
            sys.stdout.flush()
            return function(*args, **kwargs)

        return told

    for stage, (owner, name) in STAGES.items():
        setattr(owner, name, telling(stage, getattr(owner, name)))
    chance = random.Random(os.getpid())
    pks = list(BasePage.objects.filter(slug__startswith="page-").values_list("pk", flat=True))
    while True:
        change(chance, pks)
        indexer.drain()


def kills(count: int, chance: random.Random) -> None:
    stages: Counter[str] = Counter()
    from_database = 0
    for number in range(count):
        wished = list(STAGES)[number % len(STAGES)]
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.ruin", "--child", environment.folder], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        last, left = "", chance.randrange(1, 4)
        for line in process.stdout:
            last = line.strip()
            left -= last == wished
            if not left:
                break
        time.sleep(chance.choice((0, 0, 0.001, 0.003, 0.01)))
        process.send_signal(signal.SIGKILL)
        last = (process.stdout.read().split() or [last])[-1]
        process.wait()
        process.stdout.close()
        stages[last] += 1
        print(f"kill {number} while {last}", file=sys.stderr, flush=True)
        from_database += must_answer(f"kill {number} while {last}")
        mend(f"kill {number} while {last}")
    where = ", ".join(f"{stage} {times}" for stage, times in stages.most_common())
    print(f"{count} kills ({where}): answered {count} times, {from_database} from the database; agreed {count} times")


@contextmanager
def full_after(writes: int) -> Iterator[list[int]]:
    """A disk that takes so many writes and then none, as the kernel says it."""
    done = [0]

    def failing(function: Callable[..., Any]) -> Callable[..., Any]:
        def write(*args: Any, **kwargs: Any) -> Any:
            done[0] += 1
            if done[0] > writes:
                raise OSError(ENOSPC, "No space left on device")
            return function(*args, **kwargs)

        return write

    with (
        mock.patch.object(segment_writer.SegmentFileWriter, "_write", failing(segment_writer.SegmentFileWriter._write)),
        mock.patch.object(segment_writer.SegmentFileWriter, "finish", failing(segment_writer.SegmentFileWriter.finish)),
        mock.patch.object(codec, "write_list", failing(codec.write_list)),
        mock.patch.object(os, "fsync", failing(os.fsync)),
        mock.patch.object(os, "replace", failing(os.replace)),
    ):
        yield done


def full_disks(chance: random.Random, pks: list[int], most: int = 150) -> None:
    """Fills the disk at the first write of a commit, at the second, and so on, until a commit gets through."""
    with full_after(10**9) as done:
        change(chance, pks)
        indexer.drain()
    total = done[0]
    step = max(1, total // most)
    tried = 0
    for writes in range(0, total + step, step):
        change(chance, pks)
        folder = Path(engines.path()) / Pointer.read(Path(engines.path())).folder
        before = set(os.listdir(folder))
        with full_after(writes):
            try:
                indexer.drain()
                refused = False
            except OSError:
                refused = True
        if refused:
            tried += 1
            left = {name for name in set(os.listdir(folder)) - before if not name.endswith((".toc", ".tmp"))}
            gone = before - set(os.listdir(folder))
            assert not left or gone, f"write {writes}: {left} stay on the full disk"
        must_answer(f"full at write {writes}")
        if writes % 10 == 0:
            indexer.drain_all()
            must_agree(f"full at write {writes}")
    indexer.drain_all()
    must_agree("full disks")
    print(f"disk full at {tried} of {total} writes of a commit: answered and agreed each time")


def small_disk(chance: random.Random, pks: list[int]) -> None:
    """The same with a real file system that is too small, where this machine lets us mount one."""
    index = Path(engines.path())
    shutil.rmtree(index, ignore_errors=True)
    index.mkdir()
    if os.system(f"mount -t tmpfs -o size=6m none {index} 2>/dev/null"):  # noqa: S605 - our own words
        print("no file system can be mounted here: real full disk left out")
        return
    tried = 0
    try:
        indexer.rebuild()
        for room in range(0, 400_000, 8_192):
            change(chance, pks)
            free = os.statvfs(index)
            (index / "ballast").write_bytes(b"x" * max(0, free.f_bavail * free.f_frsize - room))
            try:
                while indexer.drain():
                    pass
            except OSError:
                tried += 1
            must_answer(f"{room} bytes free")
            (index / "ballast").unlink()
            pool.cache_clear()
            indexer.drain_all()
            must_agree(f"{room} bytes free")
    finally:
        pool.cache_clear()
        os.system(f"umount -l {index}")  # noqa: S605
    print(f"file system full in {tried} commits: answered and agreed each time")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def turned(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)


def damages(chance: random.Random, pks: list[int]) -> None:
    from_database = cases = 0
    for pattern in ("*.cps", "*.toc", "../current"):
        for damage in (Path.unlink, cut, emptied, turned):
            root = Path(engines.path())
            folder = root / Pointer.read(root).folder
            chosen = (
                root / "current"
                if pattern == "../current"
                else max(folder.glob(pattern), key=lambda f: f.stat().st_size)
            )
            # Another process, whose memory map may be of the file.
            copy = chosen.read_bytes()
            chosen.unlink()
            chosen.write_bytes(copy)
            damage(chosen)
            after = f"{chosen.name} {damage.__name__}"
            from_database += must_answer(after)
            change(chance, pks)
            mend(after)
            cases += 1
    print(f"{cases} damaged files: answered {cases} times, {from_database} from the database; agreed {cases} times")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child()
    print(f"seed {options.seed}")
    chance = random.Random(options.seed)
    setup_test_environment()
    call_command("migrate", verbosity=0)
    house = make_house()
    for number in range(options.pages):
        text = " ".join(chance.choices(WORDS, k=50))
        make_wiki_page(house.digital, f"Page {number}", f"A hedgehog. {text}")
    # These five stay as they are, so that there is always something to find.
    pks = list(BasePage.objects.filter(slug__startswith="page-").order_by("pk").values_list("pk", flat=True))[5:]
    indexer.rebuild()
    indexer.drain_all()
    must_agree("the beginning")
    print(f"prepared in {time.process_time():.0f} s", flush=True)
    began = time.monotonic()
    kills(options.kills, chance)
    full_disks(chance, pks)
    damages(chance, pks)
    small_disk(chance, pks)
    print(f"in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
