"""Concurrent writers: every page keeps the right address, no acknowledged edit is lost, and all HTML belongs to its text.

Each round is short; `COMMONPLACE_ROUNDS=10` makes the long run.
"""

import multiprocessing
import os
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django_tasks_db.models import DBTaskResult

from intranet.worker import leases, runner
from pages import actions, consistency
from pages.locking import Turns
from pages.models import BasePage, Change
from pages.rerendering import rerender_pages
from tests.factories.forms import form_with
from tests.factories.pages import make_wiki_page, wiki_of
from tests.intranet.processes import wait_for
from wiki.models import WikiPage

ROUNDS = int(os.environ.get("COMMONPLACE_ROUNDS", "1"))


def at_once(*works: Callable[[], Any]) -> None:
    """Runs each in a thread of its own; the first error of any fails the test."""
    errors: list[BaseException] = []
    together = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> None:
        try:
            together.wait(60)
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def finish_background_work() -> None:
    """However long it takes: a worker that beats no more is given no more."""
    worker = leases.new_worker_id()
    leases.beat(worker)
    while (task := leases.claim(worker)) is not None:
        runner.run_task(task, worker)
        leases.beat(worker)
    assert not DBTaskResult.objects.ready().exists()


def faults() -> list[str]:
    return [str(fault) for fault in consistency.check_pages()]


class Editor:
    """Edits pages by the form, as a browser does, and remembers what was acknowledged: token by page."""

    def __init__(self, person: Any, kids: list[int], stop: threading.Event) -> None:
        self.client, self.kids, self.stop = Client(), kids, stop
        self.client.force_login(person)
        self.random = random.Random(person.pk)
        self.acknowledged: list[tuple[int, str]] = []
        self.refused = 0

    def run(self) -> None:
        while not self.stop.is_set():
            self.edit_one()

    def edit_one(self) -> None:
        pk = self.random.choice(self.kids)
        url = f"{WikiPage.objects.get(pk=pk).get_absolute_url()}-/edit/"
        shown = self.client.get(url, follow=True)
        if shown.status_code == 404:
            return
        token = f"token{self.random.getrandbits(48):x}"
        typed = form_with(shown.text)
        typed |= {"body": f"{typed['body']}\n\n{token}\n", "action": "publish"}
        answer = self.client.post(url, typed)
        if answer.status_code == 302:
            self.acknowledged.append((pk, token))
        else:
            assert answer.status_code in {404, 409}, (answer.status_code, url)
            self.refused += 1


def test_edits_beside_moves_of_the_branch_leave_every_page_at_its_address(committed_house: Any) -> None:
    house = committed_house
    wiki = wiki_of(house.digital)
    shelves = [make_wiki_page(house.digital, f"Shelf {number}", "A shelf.") for number in range(2)]
    top = make_wiki_page(house.digital, "Branch", "The top. [[Kid 1]]", parent=shelves[0])
    kids = [make_wiki_page(house.digital, f"Kid {n}", f"Kid {n}, see [[Branch]].", parent=top) for n in range(30)]
    pks = [kid.pk for kid in kids]
    acknowledged: list[tuple[int, str]] = []
    for round_number in range(ROUNDS):
        stop = threading.Event()
        editors = [Editor(person, pks, stop) for person in (house.grace, house.mary, house.ada) * 2]

        def move(stop: threading.Event = stop, at: int = round_number) -> None:
            for step in range(6):
                time.sleep(0.15)
                parent = (*shelves, wiki)[(step + at + 1) % 3]
                actions.move_page(person=house.grace, page=top, parent=parent)
            stop.set()

        def grow(stop: threading.Event = stop, at: int = round_number) -> None:
            number = 0
            while not stop.is_set():
                make_wiki_page(house.digital, f"New {at} {number}", "See [[Kid 2]].", parent=kids[number % 30])
                number += 1

        at_once(move, grow, *(editor.run for editor in editors))
        acknowledged += [pair for editor in editors for pair in editor.acknowledged]
    finish_background_work()
    assert len(acknowledged) > 6 * ROUNDS, "the editors came to write"
    assert faults() == []
    assert unreachable(house, acknowledged) == []


def unreachable(house: Any, acknowledged: list[tuple[int, str]]) -> list[str]:
    """Acknowledged words that a reader does not find: not on the page at its address, or not in its history."""
    client, missing = Client(), []
    client.force_login(house.otto)
    for pk in {pk for pk, _token in acknowledged}:
        page = BasePage.objects.get(pk=pk)
        answer = client.get(page.get_absolute_url())
        text = answer.text if answer.status_code == 200 else ""
        missing += [f"{token} of {page}" for number, token in acknowledged if number == pk and token not in text]
    return missing


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_renames_moves_and_new_pages_at_once_keep_the_tree_whole(committed_house: Any, seed: int) -> None:
    """Also where a page is renamed while its own parent is, and while others are written below both."""
    house = committed_house
    top = make_wiki_page(house.digital, "Top", "Top.")
    middle = make_wiki_page(house.digital, "Middle", "See [[Top]].", parent=top)
    leaves = [make_wiki_page(house.digital, f"Leaf {n}", "See [[Middle]].", parent=middle) for n in range(5)]

    def rename(page: Any, person: Any) -> Callable[[], None]:
        def run() -> None:
            for number in range(6):
                # Read before the others have written: what an open form does.
                stale = WikiPage.objects.get(pk=page.pk)
                time.sleep(random.Random(seed + number + page.pk).random() / 20)
                stale.title, stale.slug = f"{page.title} {number}", f"{page.slug}-{number}"
                actions.edit_page(person=person, page=stale)

        return run

    def audiences() -> None:
        for audience in ("space", "staff") * 3:
            actions.set_audience(person=house.grace, page=middle, audience=audience)

    def unpublish() -> None:
        for _number in range(4):
            stale = WikiPage.objects.get(pk=leaves[0].pk)
            actions.unpublish_page(person=house.grace, page=stale)
            actions.publish_page(person=house.grace, page=stale)

    def write_below() -> None:
        for number in range(6):
            make_wiki_page(house.digital, f"Below {number}", "See [[Leaf 1]].", parent=leaves[number % 5])

    at_once(
        rename(top, house.grace),
        rename(middle, house.mary),
        rename(leaves[1], house.ada),
        audiences,
        unpublish,
        write_below,
    )
    finish_background_work()
    assert faults() == []
    assert BasePage.objects.get(pk=leaves[1].pk).get_absolute_url().endswith("/top-5/middle-5/leaf-1-5/")


def test_a_rendering_in_the_background_does_not_overwrite_a_newer_text(committed_house: Any) -> None:
    house = committed_house
    make_wiki_page(house.digital, "One", "One.")
    make_wiki_page(house.digital, "Two", "Two.")
    page = make_wiki_page(house.digital, "Page", "Begin.")
    wrong = []
    for number in range(30 * ROUNDS):

        def edit(number: int = number) -> None:
            stale = WikiPage.objects.get(pk=page.pk)
            stale.body = f"Text {number}, see [[{('One', 'Two')[number % 2]}]]."
            actions.edit_page(person=house.mary, page=stale)

        def render(number: int = number) -> None:
            time.sleep(random.Random(number).random() / 50)
            rerender_pages.func([page.pk])

        at_once(edit, render)
        now = WikiPage.objects.get(pk=page.pk)
        if f"Text {number}," not in now.html or f"Text {number}," not in now.plain:
            wrong.append(number)
    assert wrong == []
    assert faults() == []
    assert Change.objects.filter(page=page).count() == 30 * ROUNDS + 1


def test_writers_of_one_process_take_turns_in_the_order_in_which_they_came() -> None:
    turns, served, threads = Turns(seconds=60), list[int](), list[threading.Thread]()

    def write(number: int) -> None:
        with turns.turn():
            served.append(number)

    with turns.turn():
        for number in range(8):
            threads.append(threading.Thread(target=write, args=[number]))
            threads[-1].start()
            wait_for(lambda waiting=number + 2: len(turns.waiting) == waiting, "its place in the queue")
        assert served == []
    for thread in threads:
        thread.join()
    assert served == list(range(8))
    assert not turns.waiting


def test_who_waited_too_long_for_her_turn_goes_on_and_holds_nobody_up() -> None:
    turns, served = Turns(seconds=0.05), list[str]()

    def write() -> None:
        with turns.turn():
            served.append("impatient")

    with turns.turn():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        assert served == ["impatient"]
    with turns.turn():
        served.append("next")
    assert not turns.waiting


def busy(database: str, name: str, served: Any, stop: Any, turns: int) -> None:
    """A process whose writers come one right after the other; it ends after so many turns, or when it is stopped."""
    queue = Turns(seconds=60)
    for _ in range(turns):
        if stop.is_set():
            return
        with queue.turn(database):
            served.put(name)
            time.sleep(0.02)


def test_processes_take_turns_so_that_a_busy_one_keeps_no_other_out(tmp_path: Path) -> None:
    """With a lock alone the other came in after 3 to 200 turns of the busy one."""
    forked = multiprocessing.get_context("fork")
    served, stop = forked.Queue(), forked.Event()
    database = str(tmp_path / "site.sqlite3")
    greedy = forked.Process(target=busy, args=(database, "busy", served, stop, 10_000))
    modest = forked.Process(target=busy, args=(database, "modest", served, stop, 10))
    greedy.start()
    assert served.get(timeout=30) == "busy"
    modest.start()
    modest.join(30)
    stop.set()
    greedy.join(30)
    order = []
    while not served.empty():
        order.append(served.get())
    assert order.count("modest") == 10
    last = len(order) - 1 - order[::-1].index("modest")
    assert last - order.index("modest") < 30


def test_a_process_that_dies_in_its_turn_holds_nobody_up(tmp_path: Path) -> None:
    forked = multiprocessing.get_context("fork")
    database, began = str(tmp_path / "site.sqlite3"), forked.Event()

    def die() -> None:
        with Turns(seconds=60).turn(database):
            began.set()
            time.sleep(60)

    process = forked.Process(target=die)
    process.start()
    assert began.wait(30)
    waited = time.monotonic()
    process.kill()
    process.join()
    with Turns(seconds=60).turn(database):
        assert time.monotonic() - waited < 30
