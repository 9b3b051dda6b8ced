"""`make bench-growth`: what each address costs on a site with ten times as many pages.

    python -m bench.growth [--small N] [--times N] [--rounds N] [--requests N] [--postgresql] [--only WORD]

CPU time of server and database per request, median of interleaved rounds, the greatest growth first. SQLite always, and
the PostgreSQL server of `DATABASE_URL` in databases of their own; `--postgresql` starts one from PyPI. The sites are
kept in `bench-growth` in INTRANET_VAR, and made again if the migrations or the way they are made change.
"""

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import corpus, cpu
from bench.client import Reader
from bench.grow import SPACE
from bench.servers import ROOT, Server, manage, run

MAX_RATIO = 1.2
IMPORTED = 300
MADE_BY = ("bench/grow.py", "bench/corpus.py", "bench/growth.py", "*/migrations/*.py")


def key() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in MADE_BY for path in ROOT.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


class Sites:
    """Sites of several sizes on one kind of database."""

    def __init__(self, folder: Path, server: str = "") -> None:
        self.server = server
        self.folder = folder / (f"postgresql-{key()}" if server else f"sqlite-{key()}")
        for other in folder.glob(f"{self.folder.name.partition('-')[0]}-*"):
            if other != self.folder:
                shutil.rmtree(other)
        self.folder.mkdir(parents=True, exist_ok=True)

    def environment(self, name: str) -> dict[str, str]:
        database = f"sqlite:///{self.folder / name}/commonplace.sqlite3"
        if self.server:
            url = urlsplit(self.server)
            database = url._replace(path=f"/{self.database(name)}").geturl()
        return {
            "INTRANET_VAR": str(self.folder / name),
            "DATABASE_URL": database,
            "SECRET_KEY": "of-a-site-that-is-only-measured-" + "x" * 20,
            "INTRANET_DEMO": "1",
            "INTRANET_URL": "http://127.0.0.1:8000",
            "INTRANET_DEMO_PASSWORD": "commonplace",
            "DJANGO_SETTINGS_MODULE": "intranet.settings",
        }

    @staticmethod
    def database(name: str) -> str:
        return f"commonplace_growth_{name}"

    def sql(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self.server, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[arg-type]

    def make(self, pages: int) -> dict[str, str]:
        """The settings of a site with so many pages."""
        first = self._copied("first", "", lambda environment: self._imported(environment))
        return self._copied(str(pages), "first", lambda environment: self._grown(environment, pages), first)

    def _copied(self, name: str, source: str, fill: Any, _first: Any = None) -> dict[str, str]:
        environment = self.environment(name)
        done = self.folder / f"{name}.made"
        if not done.exists():
            shutil.rmtree(self.folder / name, ignore_errors=True)
            if source:
                shutil.copytree(self.folder / source, self.folder / name)
            if self.server:
                template = f' TEMPLATE "{self.database(source)}"' if source else ""
                quoted = f'"{self.database(name)}"'
                self.sql(f"DROP DATABASE IF EXISTS {quoted}", f"CREATE DATABASE {quoted}{template}")
            fill(environment)
            done.touch()
        return environment

    def _imported(self, environment: dict[str, str]) -> None:
        manage(environment, "prepare")
        source = self.folder / "corpus"
        source.mkdir(exist_ok=True)
        corpus.write(source, posts=IMPORTED // 2, pages=IMPORTED // 2)
        manage(environment, "import_corpus", str(source))
        run(environment, "-m", "bench.release")

    @staticmethod
    def _grown(environment: dict[str, str], pages: int) -> None:
        command = [sys.executable, "-m", "bench.grow", str(pages)]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True)


class Walk:
    """One site, served to the readers of its addresses."""

    def __init__(self, environment: dict[str, str], also: list[int]) -> None:
        self.also = also
        self.site = Server("site", "intranet.wsgi:application", environment)
        self.site.wait("/sign-in/")
        self.readers = {name: Reader(self.site.port) for name in ("mary", "ada")}
        for name, reader in self.readers.items():
            reader.sign_in(name, "commonplace")

    def cost(self, reader: str, address: str, requests: int) -> float:
        """Milliseconds of CPU a request."""
        self.readers[reader].get(address)
        pids = set().union(*map(cpu.tree, (self.site.pid, *self.also)))
        before = cpu.spent(pids)
        for _number in range(requests):
            self.readers[reader].get(address)
        return (cpu.spent(pids) - before) * 1000 / requests


def measure(options: argparse.Namespace, sites: Sites, also: list[int]) -> None:
    from intranet.importing.progress import Progress

    sizes = (options.small, options.small * options.times)
    environments = [sites.make(size) for size in sizes]
    for environment in environments:
        manage(environment, "prepare")  # what a newer version changed besides migrations
    asked = [json.loads(run(one, "-m", "bench.addresses", SPACE)) for one in environments]
    queries: list[dict[str, int]] = [{address: count for _who, count, address in one["found"]} for one in asked]
    walked = [(who, one) for who, _count, one in asked[0]["found"] if one in queries[1] and options.only in one]
    costs: dict[str, tuple[list[float], list[float]]] = {address: ([], []) for _who, address in walked}
    walks: list[Walk] = []
    try:
        walks = [Walk(environment, also) for environment in environments]
        progress = Progress("measuring", options.rounds * len(walked), sys.stderr)
        for number in range(options.rounds):
            for who, address in walked:
                turn = list(enumerate(walks))
                for place, walk in turn if number % 2 else reversed(turn):
                    costs[address][place].append(walk.cost(who, address, options.requests))
                progress.add(1)
        progress.close()
    finally:
        for walk in walks:
            walk.site.stop()
    rows = [(statistics.median(small), statistics.median(large), address) for address, (small, large) in costs.items()]
    print(f"{'cpu ms a request':64}{sizes[0]:>9,}{sizes[1]:>9,}{'ratio':>8}{'queries':>9}")
    for small, large, address in sorted(rows, key=lambda row: -row[1] / row[0]):
        missed = "  MISSED" if large / small > MAX_RATIO else ""
        both = " ".join(str(one) for one in sorted({counted[address] for counted in queries}))
        print(f"{address:64}{small:9.2f}{large:9.2f}{large / small:8.2f}{both:>9}{missed}")
    print(f"{len(rows)} addresses; not walked, because they need a form, a file or an id: {len(asked[0]['unread'])}")
    if options.unread:
        print("\n".join(asked[0]["unread"]))


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-growth", description=__doc__)
    parser.add_argument("--small", type=int, default=3_000)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=10)
    parser.add_argument("--only", default="", help="only addresses with this word")
    parser.add_argument("--unread", action="store_true", help="list the addresses that are not walked")
    parser.add_argument("--postgresql", action="store_true", help="also on a PostgreSQL from PyPI")
    parser.add_argument("--no-sqlite", action="store_true")
    options = parser.parse_args()
    folder = Path(os.environ.get("INTRANET_VAR", ROOT / "var")).resolve() / "bench-growth"
    folder.mkdir(parents=True, exist_ok=True)
    if not options.no_sqlite:
        print("SQLite", flush=True)
        measure(options, Sites(folder), [])
    given = os.environ.get("DATABASE_URL", "")
    if options.postgresql:
        from tests import postgres

        with postgres.Server(folder / "server") as server:
            print("PostgreSQL", flush=True)
            measure(options, Sites(folder, server.url("postgres")), [server.pid])
    elif given.startswith("postgres"):
        print("PostgreSQL", flush=True)
        sites = Sites(folder, given)
        measure(options, sites, [postmaster(sites)])


def postmaster(sites: Sites) -> int:
    """The first process of the server, if it is on this machine: backends are its children."""
    import psycopg

    with psycopg.connect(sites.server) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row
        return cpu.parent(row[0])


if __name__ == "__main__":
    main()
