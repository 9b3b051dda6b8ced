"""`make bench`: fills a new site, signs in, and requests pages from the site and the floor in turn.

    python -m bench [--posts N] [--pages N] [--rounds N] [--requests N] [--corpus DIR] [--search-documents N]
                    [--database sqlite|postgresql]

On SQLite and then on PostgreSQL, each beside the floor on the same database. The result is the CPU time per request of
server and database, on which other load has little effect, and its ratio to the floor in the same run.
"""

import argparse
import itertools
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench import corpus, cpu
from bench.client import Reader
from bench.servers import ROOT, Server, manage, run
from tests.factories.forms import form_with

#: Milliseconds of CPU.
BARS = {
    "sqlite": {"home": 3.5, "save": 25, "search": 9},
    "postgresql": {"home": 4.5, "save": 35, "search": 10},
}
QUERIES = ("budget meeting", "water licence", "archive policy", "incident release", "training notice", "bridge survey")


@dataclass
class Case:
    """A kind of request: how to send it, the expected status, and the floor to compare it with."""

    name: str
    server: Server
    ask: Callable[[], int]
    expected: int = 200
    floor: str = ""
    most_ratio: float = 0
    most_milliseconds: float = 0
    before_each: Callable[[], None] = lambda: None
    cpu_ms: list[float] = field(default_factory=list)
    wall_ms: list[float] = field(default_factory=list)

    def measure(self, requests: int, also: list[int]) -> None:
        """One round. The first responses are not counted, because they fill caches."""
        for _ in range(5):
            self.before_each()
            status = self.ask()
            if status != self.expected:
                raise SystemExit(f"bench: {self.name} answered {status}, not {self.expected}")
        total = 0.0
        pids = set().union(*map(cpu.tree, (self.server.pid, *also)))
        for _ in range(requests):
            self.before_each()
            before, began = cpu.spent(pids), time.perf_counter()
            self.ask()
            self.wall_ms.append((time.perf_counter() - began) * 1000)
            total += cpu.spent(pids) - before
        self.cpu_ms.append(total * 1000 / requests)

    @property
    def median(self) -> float:
        return statistics.median(self.cpu_ms)


def get(reader: Reader, *paths: str, **headers: str) -> Callable[[], int]:
    turn = itertools.cycle(paths)
    return lambda: reader.get(next(turn), **headers)[0]


class Edit:
    """Sends the form of an edit; reading the form is not part of what is measured."""

    def __init__(self, reader: Reader, article: str) -> None:
        self.reader, self.address = reader, f"{article}-/edit/"
        self.form: dict[str, str] = {}

    def read(self) -> None:
        page = self.reader.get(self.address)[2].decode()
        self.form = form_with(page) | {"action": "publish"}
        if token := re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page):
            self.form["csrfmiddlewaretoken"] = token[1]
        self.form["body"] = re.sub(r"\n\nEdit \w+\.$", "", self.form["body"]) + f"\n\nEdit {uuid.uuid4().hex}."

    def send(self) -> int:
        return self.reader.request("POST", self.address, self.form)[0]


def import_rate(environment: dict[str, str], folder: Path, items: int) -> str:
    began = time.monotonic()
    manage(environment, "import_corpus", str(folder))
    seconds = time.monotonic() - began
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return (
        f"import: {items} items with index in {seconds:.0f} s = {items / seconds:.0f} items/s, at most {memory:.0f} MB"
    )


def first_link(reader: Reader, page: str, pattern: str) -> str:
    found = re.search(f'href="({pattern})"', reader.get(page)[2].decode())
    if not found:
        raise SystemExit(f"bench: no link like {pattern} on {page}")
    return found.group(1)


def floor_server(folder: Path, database: str, page: bytes) -> tuple[Server, Reader]:
    html = page.decode()
    half = len(html) // 2
    templates = folder / "floor-templates"
    templates.mkdir()
    layout = re.sub(r"[{}]", "", html[:half])
    (templates / "article.html").write_text(
        "<title>{{ article.title }}</title><p>{{ user.username }}</p>" + layout + "{{ article.html|safe }}"
    )
    (folder / "floor.html").write_text(html[half:])
    environment = {
        "DJANGO_SETTINGS_MODULE": "bench.floor.settings",
        "FLOOR_DATABASE_URL": database,
        "FLOOR_TEMPLATES": str(templates),
    }
    key = subprocess.run(
        [sys.executable, "-m", "bench.floor.setup", str(folder / "floor.html")],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.strip()
    server = Server("floor", "bench.floor.wsgi:application", environment)
    server.wait("/one-query/")
    reader = Reader(server.port)
    reader.cookies["sessionid"] = key
    return server, reader


def cases_for(
    site: Server, floor: Server, ada: Reader, floor_reader: Reader, article: str, listing: str, bars: dict[str, float]
) -> list[Case]:
    stranger = Reader(site.port)
    feed = "/public/bench/feed.rss"
    status, headers, body = stranger.get(feed)
    if status != 200 or "etag" not in headers:
        raise SystemExit(f"bench: {feed} answered {status} with ETag {headers.get('etag')}")
    print(f"public feed: {len(body):,} bytes, {body.count(b'<item>')} items", flush=True)
    searches = [f"/search/?q={query.replace(' ', '+')}" for query in QUERIES]
    page, query = "floor: signed-in page", "floor: one query"
    edit = Edit(ada, article)
    return [
        Case(page, floor, get(floor_reader, "/article/1/")),
        Case("article, signed in", site, get(ada, article), floor=page, most_ratio=1.6),
        Case("blog, signed in", site, get(ada, listing), floor=page),
        Case("home, signed in", site, get(ada, "/"), floor=page, most_milliseconds=bars["home"]),
        Case(
            "save of an edit",
            site,
            edit.send,
            expected=302,
            floor=page,
            most_milliseconds=bars["save"],
            before_each=edit.read,
        ),
        Case("search page", site, get(ada, *searches), floor=page, most_milliseconds=bars["search"]),
        Case(
            "search.json", site, get(ada, *(path.replace("/search/", "/search.json") for path in searches)), floor=page
        ),
        Case(query, floor, get(Reader(floor.port), "/one-query/")),
        Case(
            "public feed, 304",
            site,
            get(Reader(site.port), feed, **{"If-None-Match": headers["etag"]}),
            expected=304,
            floor=query,
            most_ratio=1.5,
        ),
        Case("public feed, full", site, get(Reader(site.port), feed), floor=query, most_milliseconds=0.8),
    ]


def table(cases: list[Case]) -> str:
    medians = {case.name: case.median for case in cases}
    lines = [f"{'':24}{'cpu ms':>8}{'ratio':>8}{'p50 ms':>8}{'p99 ms':>8}  bar"]
    for case in cases:
        ratio = case.median / medians[case.floor] if case.floor else 1
        wall = sorted(case.wall_ms)
        bar = ""
        if case.most_ratio:
            bar = f"ratio at most {case.most_ratio}: {'met' if ratio <= case.most_ratio else 'MISSED'}"
        if case.most_milliseconds:
            bar = f"cpu at most {case.most_milliseconds} ms: {'met' if case.median <= case.most_milliseconds else 'MISSED'}"
        p99 = wall[int(len(wall) * 0.99)]
        lines.append(f"{case.name:24}{case.median:8.2f}{ratio:8.2f}{statistics.median(wall):8.2f}{p99:8.2f}  {bar}")
    return "\n".join(lines)


def measure(options: argparse.Namespace, folder: Path, database: str, floor_database: str, also: list[int]) -> None:
    environment = {
        "INTRANET_VAR": str(folder / "var"),
        "DATABASE_URL": database,
        "INTRANET_DEMO": "1",
        "INTRANET_URL": "http://127.0.0.1:8000",  # the port differs, but stored feeds depend on the address
        "INTRANET_DEMO_PASSWORD": "commonplace",
        "DJANGO_SETTINGS_MODULE": "intranet.settings",
    }
    manage(environment, "prepare")
    source = Path(options.corpus) if options.corpus else folder / "corpus"
    items = 0
    if not options.corpus:
        source.mkdir()
        items = corpus.write(source, posts=options.posts, pages=options.pages)
    else:
        for name in ("blog", "wiki", "podcasts"):
            file = source / f"{name}.jsonl"
            items += sum(1 for _ in file.open()) if file.exists() else 0
    print(import_rate(environment, source, items), flush=True)
    subprocess.run([sys.executable, "-m", "bench.release"], cwd=ROOT, env={**os.environ, **environment}, check=True)

    site = Server("site", "intranet.wsgi:application", environment)
    floor: Server | None = None
    try:
        site.wait("/sign-in/")
        ada = Reader(site.port)
        ada.sign_in("ada", "commonplace")
        listing = first_link(ada, "/spaces/digital-services/", "/spaces/digital-services/blog/")
        article = first_link(ada, listing, r"/spaces/[a-z0-9-]+/blog/(?!-/)[a-z0-9][a-z0-9-]*/")
        status, _, page = ada.get(article)
        print(f"article: {article} (status {status}, {len(page):,} bytes)", flush=True)
        floor, floor_reader = floor_server(folder, floor_database, page)
        cases = cases_for(site, floor, ada, floor_reader, article, listing, BARS["postgresql" if also else "sqlite"])
        for number in range(options.rounds):
            for case in cases:
                case.measure(options.requests, also)
            print(f"round {number + 1} of {options.rounds}", flush=True)
        print(table(cases))
        print(
            f"memory: site {cpu.resident_megabytes(site.pid):.0f} MB, floor {cpu.resident_megabytes(floor.pid):.0f} MB"
        )
    finally:
        site.stop()
        if floor:
            floor.stop()
    # All processes of a default start, after a thousand requests.
    print(run(environment, "-m", "bench.memory").splitlines()[-1], flush=True)
    measure_search(options, environment)


def measure_search(options: argparse.Namespace, environment: dict[str, str]) -> None:
    queries = Path(options.corpus or "", "queries_dev.jsonl")
    asked = ["--queries", str(queries)] if options.corpus and queries.exists() else []
    for count in (0, options.search_documents) if options.search_documents else (0,):
        if count:
            subprocess.run(
                [sys.executable, "-m", "bench.grow", str(count)],
                cwd=ROOT,
                env={**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "intranet.settings"},
                check=True,
            )
        subprocess.run(
            [sys.executable, "-m", "bench.searching", *asked], cwd=ROOT, env={**os.environ, **environment}, check=True
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--posts", type=int, default=600)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=80)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only on this one")
    parser.add_argument("--corpus", help="a folder for import_corpus, instead of generated text")
    parser.add_argument("--search-documents", type=int, default=0, help="measure search again at this size")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="commonplace-bench-") as name:
        if options.database != "postgresql":
            print("SQLite", flush=True)
            folder = Path(name) / "sqlite"
            folder.mkdir()
            measure(options, folder, f"sqlite:///{folder}/site.sqlite3", f"sqlite:///{folder}/floor.sqlite3", [])
        if options.database != "sqlite":
            from tests import postgres

            print("PostgreSQL", flush=True)
            folder = Path(name) / "postgresql"
            folder.mkdir()
            with postgres.Server() as server:
                server.create("site")
                server.create("floor")
                measure(options, folder, server.url("site"), server.url("floor"), [server.pid])


if __name__ == "__main__":
    main()
