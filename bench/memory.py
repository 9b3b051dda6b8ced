"""Memory of a whole site after a thousand mixed requests: `python -m bench.memory`, with the settings of a filled site.

Proportional set size, so that pages which processes share count once. Every process that `make run` starts is counted, and
nothing of the database's own.
"""

import json
import os
import random
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import quote

from bench import cpu
from bench.client import Reader
from bench.servers import ROOT, free_port, run

REQUESTS = 1_000


def megabytes(root: int) -> dict[int, float]:
    found = {}
    for pid in sorted(cpu.tree(root)):
        try:
            said = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        found[pid] = int(said.partition("\nPss:")[2].split()[0]) / 1024
    return found


def after_requests(environment: dict[str, str], addresses: list[str]) -> dict[int, float]:
    port = free_port()
    command = [sys.executable, "-m", "intranet.launcher"]
    variables = {**os.environ, **environment, "HOST": "127.0.0.1", "PORT": str(port)}
    with subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True) as site:
        try:
            assert site.stdout
            for line in site.stdout:
                if "ready" in line:
                    break
            # Nobody would read what it says from now on, and it would wait with a full pipe.
            threading.Thread(target=site.stdout.read, daemon=True).start()
            # Several readers, so that each process gets some.
            readers = [Reader(port) for _ in range(4)]
            readers[0].sign_in("ada", "commonplace")
            for reader in readers[1:]:
                reader.cookies = readers[0].cookies
            for number, address in enumerate(addresses):
                readers[number % len(readers)].get(address)
            return megabytes(site.pid)
        finally:
            site.terminate()


def mixed(environment: dict[str, str], count: int = REQUESTS) -> list[str]:
    """Posts, wiki pages, lists, people, feeds and searches, in an order that is always the same."""
    pages, words, lists = json.loads(run(environment, "-m", "bench.memory", "--addresses"))
    random_ = random.Random(7)
    asked = [f"/search/?q={quote(word)}" for word in words]
    return [random_.choice(random_.choices((pages, lists, asked), (6, 3, 1))[0]) for _ in range(count)]


def addresses() -> tuple[list[str], list[str], list[str]]:
    import django

    django.setup()
    from pages.models import BasePage
    from people.models import Space
    from syndication.models import Channel, Release

    found = BasePage.objects.filter(live=True, depth__gt=5).order_by("pk")
    pages = [page.get_absolute_url() for page in found]
    words = sorted({word for page in found[:500] for word in page.title.split() if len(word) > 5})
    spaces = Space.objects.order_by("pk").values_list("slug", flat=True)
    lists = ["/", "/spaces/", "/people/", "/subscriptions/", "/public/", "/channels/"]
    lists += [f"/spaces/{slug}/{room}" for slug in spaces for room in ("", "blog/", "wiki/", "wiki/-/changes/")]
    lists += [
        f"/public/{slug}/feed.{name}"
        for slug in Channel.objects.values_list("slug", flat=True)
        for name in ("rss", "json")
    ]
    lists += [f"/public/{one.channel.slug}/{one.slug}/" for one in Release.objects.select_related("channel")[:100]]
    return pages, words, lists


def main() -> None:
    if sys.argv[1:] == ["--addresses"]:
        print(json.dumps(addresses()))
        return
    environment = {"DJANGO_SETTINGS_MODULE": "intranet.settings"}
    found = after_requests(environment, mixed(environment))
    print(
        f"memory: {sum(found.values()):.0f} MB in {len(found)} processes ({', '.join(f'{one:.0f}' for one in found.values())})"
    )


if __name__ == "__main__":
    main()
