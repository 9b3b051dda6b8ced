"""The inbox: folded by page, read by opening, in a fixed number of queries, never with a word of a hidden page."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from news import events, follows, telling
from news.models import Event, Follow, Level, Notice, Reason
from pages.actions import delete_page, edit_page, set_audience, unpublish_page
from people import actions
from people.models import JoinRequest, Person
from tests.factories.pages import make_post
from tests.factories.people import join, make_person

pytestmark = pytest.mark.django_db


def edited(page: Any, by: Any, body: str, **more: Any) -> Any:
    page = type(page).objects.get(pk=page.pk)
    page.body = body
    return edit_page(person=by, page=page, **more)


@pytest.fixture
def page(house) -> Any:
    page = make_post(house.digital, "Rules for lunch", by=house.grace)
    follows.follow(house.otto, Follow.Kind.PAGE, page, Level.ALL)
    telling.tell_all()
    return page


def rows(client, address: str = "/inbox/") -> list[str]:
    soup = BeautifulSoup(client.get(address).content, "html.parser")
    return [" ".join(row.get_text(" ", strip=True).split()) for row in soup.select(".notice-row")]


def unread(person: Any) -> int:
    return Person.objects.get(pk=person.pk).unread_notices


def test_changes_of_one_page_are_one_row_with_people_and_count(house, page, client):
    edited(page, house.grace, "One.", note="first note")
    edited(page, house.mary, "Two.", note="second note")
    telling.tell_all()
    client.force_login(house.otto)
    (row,) = rows(client)
    assert "Mary Example changed “Rules for lunch”" in row
    assert "second note" in row
    assert "2 notifications: Mary Example , Grace Example" in row
    assert "You follow the page" in row


def test_the_bell_has_the_number_and_opening_the_page_marks_it_as_read_at_once(house, page, client):
    edited(page, house.mary, "Two.")
    telling.tell_all()
    client.force_login(house.otto)
    assert "1 unread" in client.get("/people/").content.decode()
    shown = client.get(page.get_absolute_url()).content.decode()
    assert "1 unread" not in shown
    assert unread(house.otto) == 0
    assert rows(client) == []
    assert len(rows(client, "/inbox/?all=1")) == 1


def test_others_cost_and_change_nothing_by_opening_the_page(house, page, client):
    edited(page, house.mary, "Two.")
    telling.tell_all()
    client.force_login(house.linus)
    client.get(page.get_absolute_url())
    with CaptureQueriesContext(connection) as queries:
        client.get(page.get_absolute_url())
    assert not [query for query in queries if "news_" in query["sql"]]
    assert unread(house.otto) == 1


@pytest.mark.parametrize("hide", ["narrow", "unpublish", "delete"])
def test_a_page_that_is_hidden_leaves_no_word_and_no_count(house, page, client, hide):
    edited(page, house.mary, "Two.", note="Secret note")
    telling.tell_all()
    client.force_login(house.otto)
    if hide == "narrow":
        set_audience(person=house.grace, page=page, audience="space")
    else:
        {"unpublish": unpublish_page, "delete": delete_page}[hide](person=house.grace, page=page)
    for address in ("/inbox/", "/inbox/?all=1", "/inbox.json", "/inbox.json?all=1", "/following/"):
        text = client.get(address).content.decode()
        assert "lunch" not in text
        assert "Secret" not in text
    assert client.get("/inbox.json").json()["unread"] == 0


def test_a_note_and_changes_from_a_narrower_time_are_not_shown(house, page, client):
    set_audience(person=house.grace, page=page, audience="space")
    follows.follow(house.mary, Follow.Kind.PAGE, page, Level.ALL)
    edited(page, house.grace, "Two.", note="Secret note")
    telling.tell_all()
    event = Event.objects.latest("pk")
    # As if otto had been told by an error; the page is open again.
    Notice.objects.create(person=house.otto, event=event, reason=Reason.PAGE, thread="x")
    set_audience(person=house.grace, page=page, audience="staff")
    client.force_login(house.otto)
    text = client.get("/inbox/").content.decode()
    assert "Rules for lunch" in text
    assert "Secret" not in text
    assert "-/diff/" not in text
    client.force_login(house.mary)
    text = client.get("/inbox/").content.decode()
    assert "Secret note" in text
    assert "-/diff/" in text


def test_marking_one_row_and_all_as_read(house, page, client):
    other = make_post(house.digital, "Another", "@otto", by=house.grace)
    edited(page, house.mary, "Two.")
    telling.tell_all()
    client.force_login(house.otto)
    assert len(rows(client)) == 2
    newest = Event.objects.latest("pk").pk
    client.post("/inbox/-/read/", {"thread": f"page:{other.pk}"})
    assert len(rows(client)) == 1
    # What came after the list was shown stays unread.
    make_post(house.digital, "A third", "@otto", by=house.grace)
    telling.tell_all()
    client.post("/inbox/-/read/", {"upto": str(newest)})
    (row,) = rows(client)
    assert "A third" in row
    assert unread(house.otto) == 1
    client.post("/inbox/-/read/", {"upto": "x", "thread": ""})
    assert unread(house.otto) == 1


def test_nobody_can_mark_the_notices_of_others(house, page, client):
    edited(page, house.mary, "Two.")
    telling.tell_all()
    client.force_login(house.linus)
    client.post("/inbox/-/read/", {"thread": f"page:{page.pk}"})
    assert unread(house.otto) == 1


def test_by_reason_and_what_waits_for_an_answer(house, page, client):
    edited(page, house.mary, "Two.")
    make_post(house.digital, "Named", by=house.grace, authors=[house.grace, house.otto])
    telling.tell_all()
    client.force_login(house.otto)
    (row,) = rows(client, "/inbox/?why=waiting")
    assert "Grace Example named you as an author of “Named”" in row
    assert len(rows(client, "/inbox/?all=1&why=page")) == 1
    assert len(rows(client, "/inbox/?all=1&why=junk")) == 2
    assert "A notification waits for your answer." in client.get("/").content.decode()
    # Opening the page is no answer; agreeing is one.
    client.get(Notice.objects.get(reason=Reason.NAMED).event.page.get_absolute_url())
    assert len(rows(client, "/inbox/?why=waiting")) == 1
    client.post("/named/", {"invitation": house.otto.author_invitations.get().pk, "answer": "agreed"})
    assert rows(client, "/inbox/?why=waiting") == []
    assert "waits for your answer" not in client.get("/").content.decode()


def test_owners_are_told_who_asks_to_join_until_one_of_them_answers(house, client):
    second = make_person("second")
    join(second, house.digital, "owner")
    actions.join(person=house.otto, space=house.digital)
    telling.tell_all()
    for owner in (house.grace, second):
        client.force_login(owner)
        assert any("Otto Example asks to join" in row for row in rows(client, "/inbox/?why=waiting"))
    client.force_login(house.mary)
    assert rows(client, "/inbox/?all=1") == []
    actions.set_role(by=house.grace, person=house.otto, space=house.digital, role="member")
    telling.tell_all()
    client.force_login(second)
    assert rows(client, "/inbox/?all=1") == []
    client.force_login(house.otto)
    (row,) = rows(client)
    assert "Grace Example added you to “Digital Services”" in row


def test_an_owner_who_is_one_no_more_does_not_see_who_asks(house, client):
    second = make_person("second")
    membership = join(second, house.digital, "owner")
    actions.join(person=house.otto, space=house.digital)
    telling.tell_all()
    membership.role = "member"
    membership.save()
    client.force_login(second)
    assert rows(client, "/inbox/?all=1") == []


def test_a_declined_request_is_answered(house, client):
    actions.join(person=house.otto, space=house.digital)
    actions.set_role(by=house.grace, person=house.otto, space=house.digital, role="")
    telling.tell_all()
    assert not JoinRequest.objects.exists()
    client.force_login(house.otto)
    (row,) = rows(client)
    assert "declined your request to join" in row


def test_the_inbox_as_data_answers_304_while_nothing_changes(house, page, client):
    edited(page, house.mary, "Two.")
    telling.tell_all()
    client.force_login(house.otto)
    answer = client.get("/inbox.json")
    data = answer.json()
    assert data["unread"] == 1
    (item,) = data["items"]
    assert item["title"] == "Mary Example changed “Rules for lunch”"
    assert (item["event"], item["why"], item["read"]) == ("page_changed", "page", False)
    assert set(item) == {"id", "event", "why", "title", "url", "at", "read"}
    again = client.get("/inbox.json", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    client.get(page.get_absolute_url())
    changed = client.get("/inbox.json", headers={"If-None-Match": answer["ETag"]})
    assert (changed.status_code, changed.json()["unread"]) == (200, 0)


def test_five_thousand_notices_cost_eight_queries(house, page, client):
    made = Event.objects.bulk_create(
        Event(key=f"many:{number}", kind="page_changed", by=house.mary, page=page, data={"change": 0}, told_at=page.first_published_at)
        for number in range(5_000)
    )  # fmt: skip
    Notice.objects.bulk_create(
        Notice(person=house.otto, event=event, reason=Reason.PAGE, thread=f"page:{number // 3}")
        for number, event in enumerate(made)
    )
    Person.objects.filter(pk=house.otto.pk).update(unread_notices=5_000)
    client.force_login(house.otto)
    client.get("/inbox/")
    with CaptureQueriesContext(connection) as queries:
        assert len(rows(client)) == 30
    assert len(queries) <= 8, "\n".join(query["sql"][:70] + " … " + query["sql"][-120:] for query in queries)


def test_forgotten_kinds_are_not_shown(house, page, client):
    event = Event.objects.create(key="old", kind="of_a_removed_app", page=page)
    Notice.objects.create(person=house.otto, event=event, reason=Reason.PAGE, thread="x")
    client.force_login(house.otto)
    assert rows(client, "/inbox/?all=1") == []


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="nonsense"):
        events.record(kind="nonsense", key="x")
