"""Search alone, in one process without a network: `python -m bench.searching` on an existing site.

    INTRANET_VAR=DIR python -m bench.searching [--queries FILE] [--random N] [--rebuild]

CPU milliseconds of whole requests through the WSGI handler, of the engine compared with SQLite's FTS5 on the same
texts, of completion, of the slowest of many random queries on cold caches, and the memory that search takes.
"""

import argparse
import gc
import io
import json
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlencode

import django

SMALL = (
    "the a of and to in for with on from by that this is are was will may must can our their each when who we".split()
)


def resident_megabytes() -> float:
    """Memory of this process, with mapped files, which other processes may share."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Rss:")) / 1024


def milliseconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1_000


class Browser:
    def __init__(self, username: str) -> None:
        from django.conf import settings

        from intranet.wsgi import application
        from people.models import Person

        person = Person.objects.get(username=username)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session["_auth_user_id"] = str(person.pk)
        session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
        session["_auth_user_hash"] = person.get_session_auth_hash()
        session.save()
        self.application: Any = application
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

    def get(self, path: str, **parameters: str) -> bytes:
        statuses: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": urlencode(parameters),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1:8000",
            "HTTP_COOKIE": self.cookie,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        response = self.application(environ, lambda status, headers, error=None: statuses.append(status))
        body = b"".join(response)
        response.close()
        if not statuses[0].startswith("200"):
            raise SystemExit(f"bench: {path}?{environ['QUERY_STRING']} answered {statuses[0]}")
        return body


def texts() -> list[tuple[str, str]]:
    from pages.models import BasePage

    return list(BasePage.objects.filter(live=True).values_list("title", "plain"))


def random_queries(pages: list[tuple[str, str]], count: int) -> list[dict[str, str]]:
    """The worst that readers may type: two-letter prefixes, whole paragraphs, stop words, very common words."""
    random_ = random.Random(2026)
    words = [word for _title, text in random_.choices(pages, k=400) for word in re.findall(r"[A-Za-z]{3,}", text)[:200]]
    common = ["service", "government", "public", "page", "content", "data", "use", "team", "work", "digital"]

    def question() -> str:
        text = random_.choice(pages)[1].split()
        at = random_.randrange(max(1, len(text) - 40))
        return " ".join(text[at : at + random_.randint(30, 60)])

    def some(of: list[str], least: int, most: int) -> str:
        return " ".join(random_.choices(of, k=random_.randint(least, most)))

    kinds: list[Callable[[], str]] = [
        lambda: random_.choice(words)[:2] + "*",
        lambda: " ".join(word[: random_.randint(2, 3)] + "*" for word in random_.choices(words, k=3)),
        question,
        lambda: f'"{some(SMALL, 2, 4)}"',
        lambda: f'"{some(common, 2, 3)}"',
        lambda: some(common, 4, 10),
        lambda: some(SMALL, 3, 12),
        lambda: f"{random_.choice(common)} -{random_.choice(common)} -{random_.choice(words)}",
        lambda: " OR ".join(random_.choices(common + words[:50], k=8)),
        lambda: some(words, 1, 4),
        lambda: random_.choice(words)[::-1],
        lambda: f"title:{random_.choice(words)} {random_.choice(common)}",
    ]
    narrowed: list[dict[str, str]] = [
        {},
        {},
        {"kind": "blog"},
        {"kind": "wiki", "year": "2020"},
        {"sort": "date"},
        {"page": "40"},
    ]
    return [{"q": kinds[number % len(kinds)]()} | narrowed[number % len(narrowed)] for number in range(count)]


def line(name: str, measured: Iterable[float], bar: str = "", met: bool | None = None) -> str:
    ordered = sorted(measured)
    p95 = ordered[int(len(ordered) * 0.95)]
    said = "" if met is None else f"  {bar}: {'met' if met else 'MISSED'}"
    return f"{name:34}{statistics.median(ordered):9.2f}{p95:9.2f}{ordered[-1]:9.1f}{said}"


def engine(queries: list[str], username: str) -> Callable[[str], object]:
    from people.audiences import audience_tokens
    from people.models import Person
    from search import engines
    from search.engine.answering import answer
    from search.parameters import FACETS
    from search.query import parse
    from search.request import SearchRequest

    tokens = audience_tokens(Person.objects.get(username=username))
    snapshot = engines.readers().snapshot()
    return lambda text: answer(snapshot, SearchRequest(parse(text), tokens, facets=tuple(FACETS.values()), count=20))


def fts5(pages: list[tuple[str, str]]) -> Callable[[str], object]:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE page USING fts5(title, body, tokenize='porter unicode61')")
    base.executemany("INSERT INTO page VALUES (?, ?)", pages)

    def search(text: str) -> object:
        words = [f'"{word}"' for word in re.findall(r"\w+", text)]
        asked = [(" AND " if len(words) <= 4 else " OR ").join(words)]
        if not words:
            return None
        ranked = "SELECT rowid FROM page WHERE page MATCH ? ORDER BY bm25(page, 2, 1) LIMIT 20"
        return base.execute("SELECT count(*) FROM page WHERE page MATCH ?", asked).fetchone(), base.execute(
            ranked, asked
        ).fetchall()

    return search


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.searching", description=__doc__)
    parser.add_argument("--queries", type=Path, help="JSON lines with one query each; by default, page titles")
    parser.add_argument("--random", type=int, default=500, help="number of random queries; the slowest is printed")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rebuild", action="store_true", help="measure again while the index is rebuilt")
    parser.add_argument(
        "--memory", type=Path, help="print only the memory in MB after the searches of this file, and numpy's"
    )
    parser.add_argument("--as", dest="username", default="ada")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")
    if options.memory:
        print(*memory(options.username, json.loads(options.memory.read_text())))
        return
    django.setup()
    from search import engines, finding, indexer

    # As on a site with a running worker: each search checks the outbox.
    indexer.drain_all()
    browser = Browser(options.username)
    pages = texts()
    if options.queries:
        queries = [json.loads(row)["query"] for row in options.queries.read_text().splitlines()]
    else:
        queries = [title for title, _text in random.Random(1).sample(pages, min(250, len(pages)))]
    worst = random_queries(pages, options.random)
    print(f"{len(pages):,} pages, {len(queries)} queries{'':12}{'cpu p50':>9}{'p95':>9}{'worst':>9}", flush=True)

    def asked(path: str) -> list[float]:
        return [milliseconds(lambda query=query: browser.get(path, q=query)) for query in queries]  # type: ignore[misc]

    floor = [milliseconds(lambda: browser.get("/search.json")) for _ in range(100)]
    print(line("floor: no query", floor))
    print(line("search.json, cold", asked("/search.json")), flush=True)
    rounds = [one for _ in range(options.rounds) for one in asked("/search.json")]
    most = 9 if len(pages) < 7_000 else 27
    print(line("search.json", rounds, f"p50 at most {most:.1f} ms", statistics.median(rounds) <= most), flush=True)
    print(line("search page", asked("/search/")), flush=True)
    ours, theirs = engine(queries, options.username), fts5(pages)
    pairs = [
        (milliseconds(lambda q=query: ours(q)), milliseconds(lambda q=query: theirs(q)))  # type: ignore[misc]
        for _ in range(options.rounds)
        for query in queries
    ]
    ratio = statistics.median(mine for mine, _ in pairs) / statistics.median(other for _, other in pairs)
    print(line("engine alone", [mine for mine, _ in pairs]))
    print(line("FTS5 alone", [other for _, other in pairs], f"ratio {ratio:.2f}, at most 3", ratio <= 3), flush=True)
    engines.readers().forget()
    # A real site does not have the texts for FTS5 in memory, so keep the garbage collector away from them.
    gc.collect()
    gc.freeze()
    # As a server does when it starts.
    print(f"{'warming up':34}{milliseconds(finding.warm):9.2f}")
    random_ms = [(milliseconds(lambda p=one: browser.get("/search.json", **p)), one) for one in worst]  # type: ignore[misc]
    slowest = sorted(random_ms, key=lambda pair: -pair[0])[:3]
    print(line("random queries, cold", [ms for ms, _ in random_ms], "worst under 250 ms", slowest[0][0] < 250))
    for ms, asked_for in slowest:
        print(f"{'':6}{ms:5.0f} ms: {str(asked_for)[:90]}", flush=True)
    typed = [title[: random.Random(title).randint(1, 12)] for title, _text in random.Random(3).choices(pages, k=200)]
    completed = [milliseconds(lambda t=text: browser.get("/search/suggest.json", q=t)) for text in typed]  # type: ignore[misc]
    p95 = sorted(completed)[int(len(completed) * 0.95)]
    print(line("completion, first time", completed, "p95 at most 50 ms", p95 <= 50), flush=True)
    if options.rebuild:
        calm = wall(browser, queries)
        with subprocess.Popen(
            [sys.executable, "manage.py", "update_index", "-v0"], env={**os.environ, "INTRANET_NICE": "19"}
        ) as child:
            busy = wall(browser, queries, lambda: child.poll() is None)
        met = sorted(busy)[int(len(busy) * 0.95)] <= 2 * sorted(calm)[int(len(calm) * 0.95)]
        print(line("wall ms, calm", calm))
        print(line("wall ms, while rebuilt", busy, "p95 at most doubles", met))
    without, columns = held(options.username, [], SEARCH_URL="database://")
    taken = held(options.username, [*({"q": query} for query in queries), *worst])[0] - without + columns
    print(f"memory for search: {taken:.0f} MB, at most 60: {'met' if taken <= 60 else 'MISSED'}")
    print(f"{'':6}over {without:.0f} MB of a process that never searched; {columns:.0f} MB of it are numpy's")


def wall(browser: Browser, queries: list[str], go_on: Callable[[], bool] | None = None) -> list[float]:
    measured: list[float] = []
    while not measured or (go_on and go_on()):
        for query in queries:
            began = time.perf_counter()
            browser.get("/search.json", q=query)
            measured.append((time.perf_counter() - began) * 1_000)
            if go_on and not go_on():
                break
    return measured


def held(username: str, queries: list[dict[str, str]], **environment: str) -> tuple[float, float]:
    with NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(queries, file)
        file.flush()
        command = [sys.executable, "-m", "bench.searching", "--as", username, "--memory", file.name]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, env={**os.environ, **environment}).stdout
    total, columns = map(float, told.split())
    return total, columns


def memory(username: str, queries: list[dict[str, str]]) -> tuple[float, float]:
    """Megabytes of this process after these searches, and how many of them importing numpy took."""
    before = resident_megabytes()
    import numpy  # noqa: F401

    columns = resident_megabytes() - before
    django.setup()
    browser = Browser(username)
    for _ in range(20):
        browser.get("/")
    for query in queries:
        browser.get("/search.json", **query)
    return resident_megabytes(), columns


if __name__ == "__main__":
    main()
