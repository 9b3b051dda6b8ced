"""The server is killed in the middle of a save: acknowledged pages are there, whole, and search finds them."""

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress

import pytest
import requests

from tests.functional.conftest import PASSWORD, ROOT, Site
from tests.functional.test_make_run import healthy, servers
from tests.intranet.processes import environment, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIKI = "/spaces/digital-services/wiki"
SAVES = 20
KILLS = 5
HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|base_revision|parent)"[^>]*value="([^"]*)"')


class Writer:
    """Somebody who saves one page again and again and remembers what she was told is saved."""

    def __init__(self, url: str, username: str = "grace") -> None:
        self.url = url
        self.http = requests.Session()
        self.acknowledged = 0
        self.tried = 0
        self.post("/sign-in/", {"username": username, "password": PASSWORD})
        self.address = ""

    def post(self, path: str, fields: dict[str, str]) -> requests.Response:
        form = self.http.get(self.url + path, timeout=20)
        hidden = dict(HIDDEN.findall(form.text))
        chosen = re.search(r'<option value="(\d+)"[^>]*selected', form.text)
        if chosen:
            hidden.setdefault("parent", chosen[1])
        return self.http.post(self.url + path, {**hidden, **fields}, timeout=20, allow_redirects=False)

    def begin(self) -> None:
        answer = self.post(
            f"{WIKI}/-/new/?title=Night+log", {"title": "Night log", "body": word(0), "change_note": "begun"}
        )
        assert answer.status_code == 302, answer.text[:2000]
        self.address = answer.headers["Location"].partition("?")[0]

    def save(self) -> bool:
        self.tried += 1
        with suppress(requests.RequestException):
            answer = self.post(
                f"{self.address}-/edit/",
                {"title": "Night log", "body": word(self.tried), "change_note": f"save {self.tried}"},
            )
            if answer.status_code == 302:
                self.acknowledged = self.tried
                return True
        return False


class Tidier(Writer):
    """Somebody who deletes one page and unpublishes the next, and remembers which she was told are gone."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.gone: list[str] = []
        self.standing: list[str] = []

    def begin(self) -> None:
        for number in range(2 * KILLS):
            answer = self.post(f"{WIKI}/-/new/?title=Leaf+{number}", {"title": f"Leaf {number}", "body": "A leaf."})
            self.standing.append(answer.headers["Location"].partition("?")[0])

    def tidy(self) -> None:
        address = self.standing[-1]
        action = "unpublish" if len(self.standing) % 2 else "delete"
        token = self.http.cookies["csrf"]
        with suppress(requests.RequestException):
            answer = self.http.post(
                f"{self.url}{address}-/{action}/", {"csrfmiddlewaretoken": token}, timeout=20, allow_redirects=False
            )
            # A delete that was done without an answer is a 404 the second time.
            if answer.status_code in {302, 404}:
                self.gone.append(self.standing.pop())


def word(number: int) -> str:
    """A text that says which save it is, with a word that search finds."""
    return f"Entry nightword{number} of the log."


def test_no_acknowledged_save_is_lost_or_half_published_when_the_server_is_killed(second: Site) -> None:
    url = second.url
    writer, tidier = Writer(url), Tidier(url)
    writer.begin()
    tidier.begin()

    def found(number: int) -> bool:
        answer = writer.http.get(f"{url}/search.json", params={"q": f"nightword{number}"}, timeout=20).json()
        return [hit["url"] for hit in answer["hits"]] == [writer.address]

    took = []
    for _save in range(3):
        assert writer.save()
        began = time.monotonic()
        wait_for(lambda: found(writer.tried), "what was published in the index", 30)
        took.append(time.monotonic() - began)
    # Other work on the machine may delay one; the index itself does not need two seconds.
    assert min(took) < 2, took
    saved, done = 0, threading.Event()

    def kill() -> None:
        choose = random.Random(11)
        for _kill in range(KILLS):
            if done.wait(choose.uniform(0.3, 1.5)):
                return
            with suppress(ProcessLookupError):
                # The last in line is the worker, which holds the request and the background work.
                os.kill(max(servers(second)), signal.SIGKILL)
            # A process that dies again at once is taken for one that will never live.
            wait_for(lambda: healthy(url), "another server", 60)
            time.sleep(6)

    def tidy() -> None:
        while tidier.standing and not done.wait(0.3):
            tidier.tidy()

    killer, tidying = threading.Thread(target=kill), threading.Thread(target=tidy)
    killer.start()
    tidying.start()
    deadline = time.monotonic() + 180
    while saved < SAVES and time.monotonic() < deadline:
        if writer.save():
            saved += 1
        else:
            time.sleep(0.3)
        time.sleep(0.4)
    done.set()
    killer.join()
    tidying.join()
    assert saved == SAVES
    assert len(tidier.gone) > KILLS
    wait_for(lambda: healthy(url), "the site", 60)

    text = writer.http.get(f"{url}{writer.address}-/raw/", timeout=20).text
    stands = int(re.search(r"nightword(\d+)", text)[1])
    assert writer.acknowledged <= stands <= writer.tried
    # SQLite says it from outside: no revision without its publication, no change without its revision.
    with closing(sqlite3.connect(second.var / "commonplace.sqlite3")) as database:
        half = database.execute(
            "SELECT count(*) FROM pages_basepage WHERE live AND live_revision_id IS NOT latest_revision_id"
        ).fetchone()
        page = database.execute("SELECT id FROM pages_basepage WHERE title = 'Night log'").fetchone()
        revisions = database.execute(
            "SELECT count(*) FROM wagtailcore_revision WHERE object_id = ? AND base_content_type_id ="
            " (SELECT id FROM django_content_type WHERE app_label = 'pages' AND model = 'basepage')",
            [str(page[0])],
        ).fetchone()
        changes = database.execute("SELECT count(*) FROM pages_change WHERE page_id = ?", page).fetchone()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert half == (0,)
    assert revisions == changes

    wait_for(lambda: found(stands), "the newest text in the index", 60)
    checked = subprocess.run(
        [sys.executable, "manage.py", "check_content"],
        cwd=ROOT,
        env=environment(INTRANET_VAR=str(second.var)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.stdout == "Everything agrees.\n", checked.stdout + checked.stderr
    reader = Writer(url, "otto")
    assert {reader.http.get(f"{url}{address}", timeout=20).status_code for address in tidier.gone} <= {404, 410}
    assert {reader.http.get(f"{url}{address}", timeout=20).status_code for address in tidier.standing} <= {200}
    hits = reader.http.get(f"{url}/search.json", params={"q": "leaf"}, timeout=20).json()["hits"]
    assert not {hit["url"] for hit in hits} & {*tidier.gone}
    older = writer.http.get(f"{url}/search.json", params={"q": '"nightword1"'}, timeout=20).json()
    assert not [hit for hit in older["hits"] if hit["url"] == writer.address]
