"""Server processes share the work, although they accept connections from one socket."""

import asyncio
import os
import socket
from contextlib import closing

import pytest

from intranet.serving.front import THREADS, Front
from intranet.serving.limits import Limits
from intranet.serving.load import UNEVEN_BY, Load, shared_counts
from tests.intranet.test_flood import Asker, Closing, Site


def closed(askers: list[Asker]) -> int:
    return sum(("Connection", "close") in asker.headers for asker in askers)


@pytest.mark.parametrize(("others", "some"), [([0], True), ([50, 0], True), ([40], False), ([], False)])
def test_a_process_with_most_of_the_requests_ends_connections_until_it_has_its_share(
    others: list[int], some: bool
) -> None:
    askers = [Asker(path="/") for _ in range(40)]
    counts = shared_counts(len(others) + 1)
    counts[1:] = memoryview(b"").cast("i") if not others else _numbers(others)

    async def all_of_them() -> None:
        front = Front(Site(0.001), Limits(), lambda headers: False, Load(counts, 0))
        with closing(Closing(front)):
            await asyncio.gather(*(front.__rsgi__(asker.scope, asker) for asker in askers))

    asyncio.run(all_of_them())
    assert {asker.status for asker in askers} == {200}
    # The last ones stay, and so does whatever was read while they were already few.
    assert bool(closed(askers)) is some
    assert closed(askers) <= len(askers) - UNEVEN_BY + THREADS
    assert counts[0] == 0


def _numbers(values: list[int]) -> memoryview:
    counts = shared_counts(len(values))
    for place, value in enumerate(values):
        counts[place] = value
    return counts


def test_a_process_that_died_leaves_no_load_behind_and_forked_ones_see_each_other() -> None:
    counts = shared_counts(2)
    Load(counts, 1).add(30)
    assert not Load(counts, 0).is_uneven()
    here, there = socket.socketpair()
    if os.fork() == 0:
        Load(counts, 1).add(3)
        there.send(b"x")
        os._exit(0)
    here.recv(1)
    os.wait()
    assert list(counts) == [0, 3]
    here.close()
    there.close()
