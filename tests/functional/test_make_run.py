"""One command from a clean checkout to a running site, and one more to remove it."""

import os
import signal
import time
import urllib.request
from pathlib import Path

import pytest

from bench.cpu import tree
from tests.functional.conftest import READY, Site
from tests.intranet.processes import wait_for

pytestmark = pytest.mark.browser  # with the other tests of a whole site, which the site is started for anyway


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(url + "/health/", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def servers(site: Site) -> set[int]:
    return {pid for pid in tree(site.process.pid) if "intranet.server" in command_of(pid)}


def test_the_site_says_once_that_it_is_ready_and_it_is(site: Site) -> None:
    assert len(READY.findall(site.said)) == 1
    assert healthy(site.url)


def test_all_state_is_in_one_folder_that_only_its_owner_reads(site: Site) -> None:
    assert site.var.stat().st_mode & 0o077 == 0
    for path in site.var.rglob("*"):
        if path.is_file() and path.parent.name != "static" and "static" not in path.relative_to(site.var).parts:
            assert path.stat().st_mode & 0o077 == 0, path


def test_a_second_start_is_ready_soon_does_no_work_again_and_stops_without_a_trace(second: Site) -> None:
    assert "preparing" not in second.said
    quiet = os.getloadavg()[0] < (os.cpu_count() or 1)
    assert second.took < (5 if quiet else 20)

    everything = tree(second.process.pid)
    assert len(everything) >= 3
    second.stop()
    assert not healthy(second.url)
    wait_for(lambda: not any(command_of(pid) for pid in everything), "the end of every process")
    assert "Traceback" not in second.said


def test_a_server_that_is_killed_is_replaced_and_a_launcher_that_is_killed_leaves_no_orphan(second: Site) -> None:
    first, *answering, working = sorted(servers(second))
    for victim in (*answering[:1], working, first):
        before = servers(second)
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda before=before: servers(second) - before and healthy(second.url), "another server", 60)
        time.sleep(6)  # a process that dies again at once is taken for one that will never live

    everything = tree(second.process.pid)
    launcher = next(pid for pid in everything if "intranet.launcher" in command_of(pid))
    os.kill(launcher, signal.SIGKILL)
    wait_for(lambda: not any(command_of(pid) for pid in everything), "the end of every process", 30)
