"""`make bench-growth`: what each address costs on a site with ten times as many pages.

    python -m bench.growth [--small N] [--times N] [--requests N] [--postgresql]

CPU time of server and database per request. It takes 15 minutes with 3,000 and 30,000 pages.
"""

import argparse
import json
import tempfile
from pathlib import Path

from bench import corpus, cpu
from bench.client import Reader
from bench.servers import Server, manage, run

MAX_RATIO = 1.2
SPACE = "department-1"


def costs(environment: dict[str, str], addresses: list[str], requests: int, also: list[int]) -> dict[str, float]:
    """Milliseconds of CPU by address; addresses that do not answer 200 are left out."""
    site = Server("site", "intranet.wsgi:application", environment)
    found = {}
    try:
        site.wait("/sign-in/")
        ada = Reader(site.port)
        ada.sign_in("ada", "commonplace")
        for address in addresses:
            # The first responses fill caches.
            if {ada.get(address)[0] for _ in range(4)} != {200}:
                continue
            before = cpu.seconds(site.pid, *also)
            for _ in range(requests):
                ada.get(address)
            found[address] = (cpu.seconds(site.pid, *also) - before) * 1000 / requests
    finally:
        site.stop()
    return found


def measure(options: argparse.Namespace, folder: Path, database: str, also: list[int]) -> None:
    environment = {
        "INTRANET_VAR": str(folder / "var"),
        "DATABASE_URL": database,
        "INTRANET_DEMO": "1",
        "INTRANET_DEMO_PASSWORD": "commonplace",
        "DJANGO_SETTINGS_MODULE": "intranet.settings",
    }
    manage(environment, "prepare")
    source = folder / "corpus"
    source.mkdir()
    corpus.write(source, posts=150, pages=150)
    manage(environment, "import_corpus", str(source))
    run(environment, "-m", "bench.release")
    rounds = []
    for size in (options.small, options.small * options.times):
        run(environment, "-m", "bench.grow", str(size))
        addresses = json.loads(run(environment, "-m", "bench.addresses", SPACE))
        rounds.append(costs(environment, addresses, options.requests, also))
    small, large = rounds
    print(f"{'cpu ms a request':60}{options.small:>9,}{options.small * options.times:>9,}{'ratio':>8}")
    for address in sorted(small.keys() & large.keys(), key=lambda one: -large[one] / max(small[one], 0.01)):
        ratio = large[address] / max(small[address], 0.01)
        missed = "  MISSED" if ratio > MAX_RATIO else ""
        print(f"{address:60}{small[address]:9.2f}{large[address]:9.2f}{ratio:8.2f}{missed}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-growth", description=__doc__)
    parser.add_argument("--small", type=int, default=3_000)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--postgresql", action="store_true", help="measure on PostgreSQL instead of SQLite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="commonplace-growth-") as name:
        folder = Path(name)
        if options.postgresql:
            from tests import postgres

            with postgres.Server() as server:
                server.create("site")
                measure(options, folder, server.url("site"), [server.pid])
        else:
            measure(options, folder, f"sqlite:///{folder}/site.sqlite3", [])


if __name__ == "__main__":
    main()
