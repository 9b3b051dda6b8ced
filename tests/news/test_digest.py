"""Digests: never empty, never double, nothing lost, whatever clocks and workers do."""

import os
import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from news import events, kinds, telling
from news.kinds import Details, EventKind
from news.mail import DIGEST, MAIL, digests, outcomes, sending
from news.mail.choices import planned_after
from news.models import Delivery, DigestRun, Event, How, Level, Notice, Preferences, Reason
from people.models import Person
from tests.factories.pages import make_post

pytestmark = pytest.mark.django_db
#: How many persons' histories are played (the suite takes a part; HISTORIES=2000 plays all).
HISTORIES = int(os.environ.get("HISTORIES", "200"))
PEOPLE = 50


def details(reader: Any, those: list[Event]) -> dict[int, Details]:
    return {one.pk: Details(text=f"token{one.pk}x") for one in those}


KIND = EventKind(name="test_told", says="%(by)s changed %(title)s", levels=frozenset({Level.ALL}), details=details)


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(kinds, "_kinds", {**kinds._kinds})
    kinds.register(KIND)
    settings.INTRANET_SENDS_MAIL = True
    settings.INTRANET_MAILS_PER_MINUTE = 100_000


def tell(house: Any, *people: Any, reason: str = Reason.PAGE, page: Any = None) -> Any:
    page = page or make_post(house.digital, "Leave rules", by=house.grace)
    events.record(kind=KIND.name, key=f"test:{Event.objects.count()}", by=house.grace, page=page, to={reason: people})
    telling.tell_all()
    return page


def send_at(moment: datetime) -> Any:
    return sending.send_due(now=lambda: moment)


def tokens_of(message: Any) -> list[int]:
    return [int(found) for found in re.findall(r"token(\d+)x", message.body)]


@pytest.mark.parametrize(
    ("moment", "zone", "hour", "weekday", "planned"),
    [
        ("2026-11-28T07:59", "UTC", 8, None, "2026-11-28T08:00"),
        ("2026-11-28T08:00", "UTC", 8, None, "2026-11-29T08:00"),
        ("2026-11-28T08:00", "Asia/Tokyo", 8, None, "2026-11-28T23:00"),
        ("2026-11-28T08:00", "UTC", 8, 0, "2026-11-30T08:00"),
        # The hour that does not exist, and the one that exists twice.
        ("2026-03-28T12:00", "Europe/Berlin", 2, None, "2026-03-29T01:00"),
        ("2026-10-24T12:00", "Europe/Berlin", 2, None, "2026-10-25T00:00"),
    ],
)
def test_a_digest_is_planned_for_the_hour_where_the_person_is(moment, zone, hour, weekday, planned):
    after = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert planned_after(after, zone, hour, weekday) == datetime.fromisoformat(planned).replace(tzinfo=UTC)


def test_a_digest_has_what_was_not_read_and_comes_once(house):
    page = tell(house, house.mary)
    tell(house, house.mary, page=page)
    tell(house, house.mary)
    read = Notice.objects.order_by("pk")[1]
    read.read_at = timezone.now()
    read.save()
    send_at(timezone.now() + timedelta(days=1))
    send_at(timezone.now() + timedelta(days=1))
    [message] = mail.outbox
    assert message.subject == "Digest: 2 notifications"
    assert len(tokens_of(message)) == 2
    assert message.extra_headers["X-Commonplace-Reason"] == "digest"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sorted(Delivery.objects.values_list("state", "why")) == [("dropped", "read"), ("sent", ""), ("sent", "")]


def test_with_nothing_left_no_digest_is_sent_and_its_window_is_closed(house):
    tell(house, house.mary)
    Notice.objects.update(read_at=timezone.now())
    send_at(timezone.now() + timedelta(days=1))
    assert (mail.outbox, DigestRun.objects.get().state) == ([], DigestRun.State.EMPTY)


def test_what_comes_after_a_digest_was_made_is_in_the_next_one_also_when_it_is_sent_late(house, monkeypatch):
    tell(house, house.mary)
    first = timezone.now() + timedelta(days=1)
    digests.open_due(first)
    tell(house, house.mary)
    send_at(first)
    assert [len(tokens_of(message)) for message in mail.outbox] == [1]
    send_at(first + timedelta(days=1))
    assert [len(tokens_of(message)) for message in mail.outbox] == [1, 1]


def test_what_was_committed_late_with_a_lower_number_is_not_lost(house):
    tell(house, house.mary)
    late = Delivery.objects.get()
    Delivery.objects.all().delete()
    tell(house, house.mary)
    send_at(timezone.now() + timedelta(days=1))
    late.pk = None
    late.save(force_insert=True)
    send_at(timezone.now() + timedelta(days=2))
    assert [tokens_of(message) for message in mail.outbox] == [[Event.objects.latest("pk").pk], [late.notice.event_id]]


def test_a_change_of_hour_on_the_day_of_a_digest_brings_no_second_one(house, client):
    tell(house, house.mary)
    day = timezone.now() + timedelta(days=1)
    send_at(day)
    tell(house, house.mary)
    Delivery.objects.filter(state="waiting").update(due_at=day)
    send_at(day + timedelta(minutes=1))
    assert len(mail.outbox) == 1
    send_at(day + timedelta(days=1, minutes=1))
    assert len(mail.outbox) == 2


def test_another_hour_counts_for_what_waits(house, client):
    tell(house, house.mary)
    client.force_login(house.mary)
    chosen = {f"how_{group}": "digest" for group in ("meant", "asked", "rights", "mine", "followed", "department")}
    sent = {**chosen, "digest_every": "week", "digest_weekday": "4", "digest_hour": "17", "time_zone": "Asia/Tokyo"}
    assert client.post("/settings/notifications/", sent).status_code == 302
    due = Delivery.objects.get().due_at
    assert (due.weekday(), due.hour) == (4, 8)
    assert Person.objects.get(username="mary").time_zone == "Asia/Tokyo"
    page = client.get("/settings/notifications/").content.decode()
    assert '<option value="Asia/Tokyo" selected>' in page


def test_a_digest_that_was_refused_for_good_ends_and_one_that_was_lost_is_taken_up(house, monkeypatch):
    tell(house, house.mary, house.otto)
    day = timezone.now() + timedelta(days=1)
    digests.open_due(day)  # and the worker dies
    assert DigestRun.objects.filter(state="open").count() == 2
    send_at(day + timedelta(days=3))
    assert len(mail.outbox) == 2
    assert not Delivery.objects.filter(state="waiting").exists()


def test_a_digest_that_stopped_is_not_sent(house, client):
    tell(house, house.mary)
    send_at(timezone.now() + timedelta(days=1))
    address = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").partition("/-/")[2]
    client.post(f"/-/{address}")
    tell(house, house.mary)
    assert Delivery.objects.filter(way=DIGEST).count() == 1


def test_what_a_wrong_clock_planned_is_planned_again(house):
    tell(house, house.mary)
    tell(house, house.mary, reason=Reason.MENTIONED)
    now = timezone.now()
    Delivery.objects.update(due_at=now + timedelta(days=400))
    sending.sweep(now)
    assert Delivery.objects.get(way=MAIL).due_at <= now
    assert now < Delivery.objects.get(way=DIGEST).due_at <= now + timedelta(days=1)


class World:
    """Many persons with choices of their own, and what the workers and clocks of one site do to them."""

    def __init__(self, house: Any, seed: int, patch: Any) -> None:
        self.chance, self.house, self.patch = random.Random(seed), house, patch
        self.people = [
            Person(username=f"w{seed}-{number}", email=f"w{seed}-{number}@example.org", time_zone=self.zone())
            for number in range(PEOPLE)
        ]
        for person in self.people:
            person.set_unusable_password()
        Person.objects.bulk_create(self.people)
        Preferences.objects.bulk_create(self.preferences(person) for person in self.people)
        self.page = make_post(house.digital, f"World {seed}", by=house.grace)
        self.clock = datetime(2026, 3, 26, tzinfo=UTC) + timedelta(hours=self.chance.randrange(48))
        # The oracle: when each notice was made and read, by (address, event), and when the page was there to be read.
        self.made: set[tuple[str, int]] = set()
        self.read: set[tuple[str, int]] = set()
        self.told: Counter[tuple[str, int]] = Counter()

    def zone(self) -> str:
        return self.chance.choice(["", "Europe/Berlin", "Asia/Kolkata", "Pacific/Apia", "America/St_Johns"])

    def preferences(self, person: Any) -> Preferences:
        chance = self.chance
        return Preferences(
            person=person,
            chosen={"followed": How.DIGEST, "meant": chance.choice([How.DIGEST, How.MAIL])},
            digest_every=chance.choice(["day", "day", "week"]),
            digest_hour=chance.randrange(24),
            digest_weekday=chance.randrange(7),
        )

    def step(self) -> None:
        chance = self.chance
        act = chance.choice([self.happen, self.happen, self.look, self.work, self.work, self.change, self.die])
        act()
        self.clock += timedelta(minutes=chance.choice([1, 3, 60, 400, 1_500]))
        if chance.random() < 0.15:
            # Somebody sets the clock, or nobody works for three days.
            self.clock += timedelta(days=chance.choice([3, 3, -2, 30, -30, 0]), hours=chance.randrange(-3, 4))

    def now(self) -> datetime:
        return self.clock

    def happen(self) -> None:
        people = self.chance.sample(self.people, PEOPLE // 3)
        reason = self.chance.choice([Reason.PAGE, Reason.MENTIONED])
        tell(self.house, *people, reason=reason, page=self.page)
        last = Event.objects.latest("pk")
        self.made |= {(person.email, last.pk) for person in people}

    def look(self) -> None:
        """Somebody opens the inbox."""
        for person in self.chance.sample(self.people, PEOPLE // 5):
            rows = Notice.objects.filter(person=person, read_at=None)
            self.read |= {(person.email, event) for event in rows.values_list("event", flat=True)}
            rows.update(read_at=self.clock)

    def change(self) -> None:
        for person in self.chance.sample(self.people, PEOPLE // 10):
            row = Preferences.objects.get(person=person)
            row.digest_hour, row.digest_every = self.chance.randrange(24), self.chance.choice(["day", "week"])
            row.save()
            digests.plan_again(outcomes.waiting(DIGEST).filter(notice__person=person), self.clock)

    def work(self) -> None:
        """Two schedulers with clocks that differ, one after the other."""
        for skew in self.chance.sample([0, 0, 40, -40], 2):
            moment = self.clock + timedelta(minutes=skew)
            sending.sweep(moment)
            self.take(send_at(moment))

    def die(self) -> None:
        """One scheduler makes the digests and dies; another makes the next, before any is sent."""
        digests.open_due(self.clock)
        self.clock += timedelta(hours=self.chance.choice([0, 20, 72]))
        digests.open_due(self.clock)

    def take(self, error: Any) -> None:
        assert error is None
        for message in mail.outbox:
            tokens = tokens_of(message)
            assert tokens, "an empty mail"
            for token in tokens:
                key = (message.to[0], token)
                assert key in self.made
                assert key not in self.read or self.told[key], f"{key} was read before it was told"
                self.told[key] += 1
        mail.outbox.clear()


@pytest.mark.slow
def test_in_any_history_each_notice_is_told_once_or_read_before(house, monkeypatch):
    worlds = max(1, HISTORIES // PEOPLE)
    for seed in range(worlds):
        world = World(house, seed, monkeypatch)
        monkeypatch.setattr(timezone, "now", world.now)
        for _step in range(24):
            world.step()
        # Nobody touches the clock any more: whatever waits comes within its week.
        for _day in range(10):
            world.clock += timedelta(days=1)
            world.work()
        double = {key: times for key, times in world.told.items() if times > 1}
        lost = world.made - set(world.told) - world.read
        assert (double, lost) == ({}, set()), f"world {seed}"
        assert world.told, "nothing was told"
        assert not Delivery.objects.filter(state="waiting").exists()
        assert not DigestRun.objects.filter(state="open").exists()
