"""Who is told of an event, once, why, and who is not."""

from typing import Any

import pytest

from news import events, follows, kinds, telling, ways
from news.access import visible_notices
from news.kinds import EventKind
from news.models import Delivery, DepartmentFollow, Event, Follow, LeftOut, Level, Notice, Reason
from pages import announcing
from pages.actions import set_audience
from people.models import Person
from tests.factories.pages import make_post
from tests.factories.people import join, make_person

pytestmark = pytest.mark.django_db
NEW = EventKind(name="test_new", says="%(by)s wrote %(title)s", levels=frozenset({Level.ALL, Level.NEW}))
CHANGED = EventKind(name="test_changed", says="%(by)s changed %(title)s", levels=frozenset({Level.ALL}))


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {**kinds._kinds})
    kinds.register(NEW, CHANGED)
    # Only what a test records.
    monkeypatch.setattr(announcing, "_announcer", announcing.NoAnnouncer())


def told(event: str) -> dict[str, str]:
    rows = Notice.objects.filter(event__key=event).values_list("person__username", "reason")
    return dict(rows)


def left_out(event: str) -> dict[str, str]:
    return dict(LeftOut.objects.filter(event__key=event).values_list("person__username", "why"))


def record(kind: EventKind, key: str, **values: Any) -> None:
    events.record(kind=kind.name, key=key, **values)
    telling.tell_all()


def test_an_event_is_recorded_once_in_one_query_and_each_person_is_told_once(house, django_assert_num_queries):
    page = make_post(house.digital, "A post", by=house.grace)
    with django_assert_num_queries(1):
        events.record(kind=NEW.name, key="x:1", by=house.grace, page=page, to={Reason.MENTIONED: [house.mary]})
    events.record(kind=NEW.name, key="x:1", by=house.grace, page=page, to={Reason.MENTIONED: [house.otto]})
    telling.tell_all()
    telling.tell(Event.objects.get(key="x:1").pk)
    assert told("x:1") == {"mary": Reason.MENTIONED}
    assert Person.objects.get(pk=house.mary.pk).unread_notices == 1


def test_the_strongest_reason_is_stored_and_nobody_is_told_of_their_own_doing(house):
    page = make_post(house.digital, "A post", by=house.grace)
    follows.follow(house.mary, Follow.Kind.SPACE, house.digital, Level.ALL)
    follows.follow(house.grace, Follow.Kind.SPACE, house.digital, Level.ALL)
    follows.follow(house.otto, Follow.Kind.SPACE, house.digital, Level.ALL)
    record(CHANGED, "x:1", by=house.grace, page=page, to={Reason.MENTIONED: [house.mary], Reason.REPLY: [house.mary]})
    assert told("x:1") == {"mary": Reason.MENTIONED, "otto": Reason.SPACE}
    assert left_out("x:1") == {"grace": LeftOut.Why.OWN}


def test_nobody_is_told_of_what_they_may_not_read_then_or_now(house):
    open_page = make_post(house.digital, "A post", by=house.grace)
    inner = make_post(house.digital, "Inner", by=house.grace, audience="space")
    for page in (open_page, inner):
        follows.follow(house.otto, Follow.Kind.PAGE, page, Level.ALL)
        follows.follow(house.mary, Follow.Kind.PAGE, page, Level.ALL)
    record(CHANGED, "x:1", by=house.grace, page=inner, to={Reason.MENTIONED: [house.otto]})
    assert (set(told("x:1")), left_out("x:1")) == ({"mary"}, {"otto": LeftOut.Why.DOOR})
    # Recorded while it was closed, told when it is open.
    events.record(kind=CHANGED.name, key="x:2", by=house.grace, page=inner)
    set_audience(person=house.grace, page=inner, audience="staff")
    telling.tell_all()
    assert set(told("x:2")) == {"mary"}
    # And the other way round.
    events.record(kind=CHANGED.name, key="x:3", by=house.grace, page=open_page)
    set_audience(person=house.grace, page=open_page, audience="space")
    telling.tell_all()
    assert set(told("x:3")) == {"mary"}


def test_a_notice_is_not_shown_once_its_page_is_narrower(house):
    page = make_post(house.digital, "A post", by=house.grace)
    record(CHANGED, "x:1", by=house.grace, page=page, to={Reason.MENTIONED: [house.otto, house.mary]})
    assert visible_notices(house.otto).count() == 1
    set_audience(person=house.grace, page=page, audience="space")
    assert visible_notices(house.otto).count() == 0
    assert visible_notices(house.mary).count() == 1


@pytest.mark.parametrize(
    ("level", "changed", "new", "mentioned", "named"),
    [
        (Level.ALL, True, True, True, True),
        (Level.NEW, False, True, True, True),
        (Level.MENTIONS, False, False, True, True),
        (Level.NONE, False, False, True, True),
        (Level.MUTED, False, False, False, True),
    ],
)
def test_levels(house, level, changed, new, mentioned, named):
    page = make_post(house.digital, "A post", by=house.grace)
    follows.follow(house.otto, Follow.Kind.SPACE, house.digital, level)
    record(CHANGED, "changed", by=house.grace, page=page)
    record(NEW, "new", by=house.grace, page=page)
    record(CHANGED, "mentioned", by=house.grace, page=page, to={Reason.MENTIONED: [house.otto]})
    record(CHANGED, "named", by=house.grace, page=page, to={Reason.NAMED: [house.otto]})
    outcome = tuple("otto" in told(key) for key in ("changed", "new", "mentioned", "named"))
    assert outcome == (changed, new, mentioned, named)


def test_what_is_chosen_for_the_page_counts_more_than_its_space_or_tag(house):
    page = make_post(house.digital, "A post", by=house.grace, tags=["open"])
    other = make_post(house.digital, "Another", by=house.grace)
    tag = page.tagged_items.get().tag
    follows.follow(house.otto, Follow.Kind.SPACE, house.digital, Level.ALL)
    follows.follow(house.otto, Follow.Kind.TAG, tag, Level.ALL)
    follows.follow(house.otto, Follow.Kind.PAGE, page, Level.NONE)
    follows.follow(house.mary, Follow.Kind.SPACE, house.digital, Level.MUTED)
    follows.follow(house.mary, Follow.Kind.PAGE, page, Level.ALL)
    record(CHANGED, "page", by=house.grace, page=page)
    record(CHANGED, "other", by=house.grace, page=other)
    assert told("page") == {"mary": Reason.PAGE}
    assert told("other") == {"otto": Reason.SPACE}


def test_people_tags_and_branches_are_followed_too(house):
    page = make_post(house.digital, "A post", by=house.grace, tags=["open"])
    follows.follow(house.otto, Follow.Kind.PERSON, house.grace, Level.NEW)
    follows.follow(house.mary, Follow.Kind.TAG, page.tagged_items.get().tag, Level.NEW)
    follows.follow(house.linus, Follow.Kind.BRANCH, page.get_parent(), Level.NEW)
    record(NEW, "x:1", by=house.grace, page=page)
    assert told("x:1") == {"otto": Reason.PERSON, "mary": Reason.TAG, "linus": Reason.BRANCH}


def test_muting_a_person_hides_what_that_person_does(house):
    page = make_post(house.digital, "A post", by=house.grace)
    follows.follow(house.otto, Follow.Kind.PAGE, page, Level.ALL)
    follows.follow(house.otto, Follow.Kind.PERSON, house.grace, Level.MUTED)
    record(CHANGED, "hers", by=house.grace, page=page)
    record(CHANGED, "another’s", by=house.mary, page=page)
    assert (set(told("hers")), set(told("another’s"))) == (set(), {"otto"})
    assert left_out("hers") == {"otto": LeftOut.Why.MUTED}


def test_a_department_is_told_of_what_is_new_and_each_member_can_leave(house):
    page = make_post(house.digital, "A post", by=house.grace)
    DepartmentFollow.objects.create(space=house.digital, members_of=house.operations, by=house.grace)
    leaver = make_person("leaver")
    join(leaver, house.operations)
    follows.follow(leaver, Follow.Kind.SPACE, house.digital, Level.NONE)
    record(NEW, "new", by=house.grace, page=page)
    record(CHANGED, "changed", by=house.grace, page=page)
    assert told("new") == {"linus": Reason.DEPARTMENT}
    assert told("changed") == {}


def test_what_follows_by_itself_does_not_come_back_once_left(house):
    page = make_post(house.digital, "A post", by=house.grace)
    follows.follow(house.mary, Follow.Kind.PAGE, page, Level.ALL, why=Follow.Why.WROTE)
    assert follows.level_of(house.mary, f"page:{page.pk}") == Level.ALL
    follows.follow(house.mary, Follow.Kind.PAGE, page, Level.NONE)
    follows.follow(house.mary, Follow.Kind.PAGE, page, Level.ALL, why=Follow.Why.WROTE)
    assert follows.level_of(house.mary, f"page:{page.pk}") == Level.NONE


def test_many_people_are_told_in_several_transactions_each_once(house, monkeypatch):
    monkeypatch.setattr(telling, "BATCH", 3)
    page = make_post(house.digital, "A post", by=house.grace)
    people = [make_person(f"p{number}") for number in range(10)]
    for person in people[:6]:
        follows.follow(person, Follow.Kind.SPACE, house.digital, Level.NEW)
    record(NEW, "x:1", by=house.grace, page=page, to={Reason.ASKED: people[3:]})
    assert len(told("x:1")) == 10
    assert set(Person.objects.filter(username__startswith="p").values_list("unread_notices", flat=True)) == {1}


def test_forgetting_an_event_takes_its_notices_and_counts_back(house):
    page = make_post(house.digital, "A post", by=house.grace)
    record(NEW, "x:1", by=house.grace, page=page, to={Reason.ASKED: [house.mary]})
    record(NEW, "x:2", by=house.grace, page=page, to={Reason.ASKED: [house.mary]})
    events.forget("x:1", "never")
    assert told("x:1") == {}
    assert Person.objects.get(pk=house.mary.pk).unread_notices == 1


def test_another_way_out_gets_a_row_for_each_notice_that_it_wants(house):
    class Mail:
        name = "test"

        def wanted(self, event, notices):
            return [(notice, event.at) for notice in notices if notice.person_id == house.mary.pk]

    ways.register(Mail())
    try:
        page = make_post(house.digital, "A post", by=house.grace)
        record(NEW, "x:1", by=house.grace, page=page, to={Reason.ASKED: [house.mary, house.otto]})
    finally:
        ways.unregister("test")
    assert [(row.way, row.notice.person) for row in Delivery.objects.all()] == [("test", house.mary)]
