"""Publishing and expiry at a time that is typed on the site: the form, the list, rights at that time, the history."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from desk.when import in_zone
from pages import scheduling
from pages.actions import delete_page, edit_page
from pages.locking import fresh
from pages.models import BasePage, Change
from people.models import Membership, Person
from tests.factories.forms import form_with
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page
from tests.factories.people import join

pytestmark = pytest.mark.django_db
BLOG = "/spaces/digital-services/blog/"
LIST = "/scheduled/"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the time on by so many hours."""
    real = timezone.now

    def move(hours: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(hours=hours))

    return move


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def in_hours(hours: float, zone: str = "UTC") -> str:
    return (timezone.now() + timedelta(hours=hours)).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def written(client: Client, house: House, **typed: str) -> Any:
    """A new post of the form, as it is stored then."""
    form = form_with(client.get(f"{BLOG}-/new/").text)
    answer = client.post(f"{BLOG}-/new/", {**form, "title": "Heronword", "body": "Text.", **typed}, follow=True)
    assert answer.status_code == 200, answer.content.decode()[:3000]
    return BasePage.objects.filter(title="Heronword").first()


def due() -> None:
    """As if the time had come."""
    past = timezone.now() - timedelta(minutes=1)
    for revision in Revision.objects.exclude(approved_go_live_at=None):
        revision.content["go_live_at"] = past
        Revision.objects.filter(pk=revision.pk).update(content=revision.content, approved_go_live_at=past)
    scheduling.run_due()


MAKERS: dict[str, Any] = {
    "post": lambda house: make_post(house.digital, "Page", by=house.mary, publish=False),
    "wiki page": lambda house: make_wiki_page(house.digital, "Page", by=house.mary, publish=False),
    "episode": lambda house: make_episode(make_show(house.digital, "Show"), "Page", by=house.mary, publish=False),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_page_of_each_kind_is_published_and_expires_at_its_time(house: House, kind: str, clock: Any) -> None:
    page, mary, otto = MAKERS[kind](house), signed_in(house.mary), signed_in(house.otto)
    address = page.get_absolute_url()
    form = form_with(mary.get(f"{address}-/edit/").text)
    sent = {**form, "action": "publish", "publish_at": in_hours(2), "expire_at": in_hours(4)}
    answer = mary.post(f"{address}-/edit/", sent, follow=True)
    assert "will be published on" in answer.text
    assert otto.get(address).status_code == 404
    assert "will be published on" in mary.get(f"{address}-/edit/").text
    clock(3)
    assert (scheduling.run_due(), scheduling.run_due()) == (1, 0)
    assert otto.get(address).status_code == 200
    assert Change.objects.filter(page=page, published=True).count() == 1
    clock(5)
    assert (scheduling.run_due(), scheduling.run_due()) == (1, 0)
    assert otto.get(address).status_code == 404
    history = mary.get(f"{address}-/history/").text
    for words in ("scheduled this version for", "Published at its time", "Expired"):
        assert words in history, words


def test_times_are_those_of_the_person(house: House) -> None:
    Person.objects.filter(pk=house.mary.pk).update(time_zone="Asia/Tokyo")
    mary = signed_in(house.mary)
    assert "Asia/Tokyo" in mary.get(f"{BLOG}-/new/").text
    typed = in_hours(48, "Asia/Tokyo")
    page = written(mary, house, publish_at=typed)
    assert page.go_live_at.astimezone(ZoneInfo("Asia/Tokyo")).strftime("%Y-%m-%dT%H:%M") == typed
    assert f'value="{typed}"' in mary.get(f"{page.get_absolute_url()}-/edit/").text
    assert "(Asia/Tokyo)" in mary.get(LIST).text
    assert "(UTC)" in signed_in(house.grace).get(LIST).text


@pytest.mark.parametrize(
    ("day", "words"),
    [((2027, 3, 28, 2, 30), "does not exist"), ((2027, 10, 31, 2, 30), "comes twice"), ((2027, 3, 28, 3, 0), "")],
)
def test_hours_that_the_clocks_skip_or_repeat_are_refused(day: Any, words: str) -> None:
    from datetime import datetime

    if not words:
        assert in_zone(datetime(*day), ZoneInfo("Europe/Berlin")).isoformat() == "2027-03-28T03:00:00+02:00"
        return
    with pytest.raises(ValidationError) as refused:
        in_zone(datetime(*day), ZoneInfo("Europe/Berlin"))
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"publish_at": "2020-01-01T09:00"}, "has passed"),
        ({"publish_at": "soon"}, "Enter a day and a time"),
        ({"publish_at": "9999-12-31T23:59"}, "next ten years"),
        ({"publish_at": "0001-01-01T00:00"}, "Enter a day and a time"),
        ({"expire_at": "2020-01-01T09:00"}, "has passed"),
        ({"publish_at": in_hours(48), "expire_at": in_hours(24)}, "before it is published"),
    ],
)
def test_impossible_times_are_refused_and_what_was_typed_stays(house: House, typed: Any, words: str) -> None:
    answer = signed_in(house.mary).post(f"{BLOG}-/new/", {"title": "Heronword", "body": "Kept.", **typed})
    assert words in answer.text
    assert "Kept." in answer.text
    assert not BasePage.objects.filter(title="Heronword").exists()


def test_changes_to_a_published_page_wait_and_readers_see_it_as_it_is(house: House) -> None:
    page, mary = make_post(house.digital, "Page", "Before.", by=house.grace), signed_in(house.mary)
    address = page.get_absolute_url()
    form = form_with(mary.get(f"{address}-/edit/").text)
    mary.post(f"{address}-/edit/", {**form, "body": "After.", "action": "publish", "publish_at": in_hours(2)})
    assert fresh(page).body == "Before."
    assert "After." not in signed_in(house.otto).get(f"{address}-/history/").text
    due()
    assert fresh(page).body == "After."


def test_a_draft_of_a_page_that_waits_takes_over_the_time_or_gives_it_up(house: House) -> None:
    mary = signed_in(house.mary)
    page = written(mary, house, publish_at=in_hours(2))
    edit = f"{page.get_absolute_url()}-/edit/"
    mary.post(edit, {**form_with(mary.get(edit).text), "body": "Second.", "action": "draft"})
    assert scheduling.scheduled_of(page).pk == fresh(page).latest_revision_id
    mary.post(edit, {**form_with(mary.get(edit).text), "body": "Third.", "action": "draft", "publish_at": ""})
    assert scheduling.scheduled_of(page) is None
    mary.post(edit, {**form_with(mary.get(edit).text), "action": "publish", "publish_at": in_hours(2)})
    due()
    assert (fresh(page).live, fresh(page).body) == (True, "Third.")


@pytest.mark.parametrize("why", ["account", "membership", "policy", "draft of another"])
def test_it_is_not_published_if_who_scheduled_it_may_no_longer(house: House, why: str) -> None:
    page = written(signed_in(house.mary), house, publish_at=in_hours(2))
    if why == "account":
        Person.objects.filter(pk=house.mary.pk).update(is_active=False)
    elif why == "membership":
        Membership.objects.filter(person=house.mary).delete()
    elif why == "policy":
        house.digital.write = "editors"
        house.digital.save()
    else:
        BasePage.objects.filter(pk=page.pk).update(owner=house.grace)
    due()
    assert not fresh(page).live
    assert (fresh(page).go_live_at, scheduling.scheduled_of(page)) == (None, None)
    history = signed_in(house.grace).get(f"{page.get_absolute_url()}-/history/").text
    assert "Not published on" in history
    assert ("deactivated" if why == "account" else "can no longer edit") in history


def test_what_an_editor_took_over_is_published_though_its_writer_has_left(house: House) -> None:
    page, grace = written(signed_in(house.mary), house, publish_at=in_hours(2)), signed_in(house.grace)
    sent = {"revision": page.latest_revision_id, "publish_at": in_hours(5)}
    assert "new time" in grace.post(f"{LIST}{page.pk}/", sent, follow=True).text
    Person.objects.filter(pk=house.mary.pk).update(is_active=False)
    due()
    assert fresh(page).live


def test_the_list_is_of_mine_and_of_the_spaces_that_i_edit(house: House) -> None:
    join(tom := Person.objects.create(username="tom", first_name="Tom"), house.digital)
    page = written(signed_in(house.mary), house, publish_at=in_hours(2))
    for person, sees in [(house.mary, True), (house.grace, True), (house.ada, True), (tom, False), (house.otto, False)]:
        assert ("Heronword" in signed_in(person).get(LIST).text) == sees, person
        assert signed_in(person).get(f"{LIST}{page.pk}/").status_code == (200 if sees else 404), person
        if not sees:
            assert signed_in(person).post(f"{LIST}{page.pk}/", {"action": "cancel"}).status_code == 404
    assert scheduling.scheduled_of(page) is not None


def test_members_do_not_list_what_others_scheduled(house: House) -> None:
    """They can edit the page and find the time in its form; the list is of what concerns them."""
    join(tom := Person.objects.create(username="tom", first_name="Tom"), house.digital)
    page = make_post(house.digital, "Heronword", by=house.grace)
    edit_page(person=house.grace, page=page, when=scheduling.When(timezone.now() + timedelta(hours=2)))
    assert "Heronword" not in signed_in(tom).get(LIST).text
    assert "It will be published on" in signed_in(tom).get(f"{page.get_absolute_url()}-/edit/").text


def test_from_the_list_it_is_published_now_or_not_at_all(house: House) -> None:
    mary = signed_in(house.mary)
    page = written(mary, house, publish_at=in_hours(2))
    sent = {"revision": page.latest_revision_id}
    mary.post(f"{LIST}{page.pk}/", {**sent, "action": "cancel"})
    assert scheduling.scheduled_of(page) is None
    assert "cancelled the publication" in mary.get(f"{page.get_absolute_url()}-/history/").text
    mary.post(
        f"{page.get_absolute_url()}-/edit/",
        {**form_with(mary.get(f"{page.get_absolute_url()}-/edit/").text), "publish_at": in_hours(2)},
    )
    page.refresh_from_db()
    mary.post(f"{LIST}{page.pk}/", {"revision": page.latest_revision_id, "action": "publish"})
    assert (fresh(page).live, fresh(page).go_live_at) == (True, None)
    assert scheduling.run_due() == 0
    assert Change.objects.filter(page=page, published=True).count() == 1


def test_a_list_opened_before_a_change_does_not_undo_it(house: House) -> None:
    mary = signed_in(house.mary)
    page = written(mary, house, publish_at=in_hours(2))
    edit_page(person=house.mary, page=fresh(page).specific, publish=False)
    answer = mary.post(f"{LIST}{page.pk}/", {"revision": page.latest_revision_id, "action": "cancel"}, follow=True)
    assert "Someone has changed this" in answer.text
    assert scheduling.scheduled_of(page) is not None


def test_an_expiry_is_in_the_list_and_can_be_taken_back(house: House) -> None:
    mary = signed_in(house.mary)
    page = written(mary, house, expire_at=in_hours(2))
    assert page.live
    assert "Heronword" in mary.get(LIST).text
    mary.post(f"{LIST}{page.pk}/", {"expire_at": in_hours(5)})
    assert fresh(page).expire_at > timezone.now() + timedelta(hours=4)
    mary.post(f"{LIST}{page.pk}/", {"action": "cancel"})
    assert fresh(page).expire_at is None
    assert mary.get(f"{LIST}{page.pk}/").status_code == 404


def test_what_was_scheduled_in_the_admin_is_in_the_list_and_in_the_history(house: House) -> None:
    from tests.admin_forms import admin_post

    page = make_post(house.digital, "Heronword", by=house.grace, publish=False)
    at = timezone.localtime(timezone.now() + timedelta(hours=2)).strftime("%Y-%m-%d %H:%M")
    admin_post(signed_in(house.ada), page, body="By the admin.", go_live_at=at, **{"action-publish": "1"})
    grace = signed_in(house.grace)
    assert "scheduled by Ada Example" in grace.get(LIST).text
    assert not Change.objects.filter(page=page, published=True).exists()
    assert "Ada Example scheduled this version" in grace.get(f"{page.get_absolute_url()}-/history/").text


def test_the_admin_has_the_zone_of_the_person_too(house: House) -> None:
    ada, profile = signed_in(house.ada), "/people/ada/-/edit/"
    ada.post(profile, {**form_with(ada.get(profile).text, "time_zone"), "time_zone": "Asia/Tokyo"})
    page = make_post(house.digital, "Page", by=house.grace)
    at = timezone.now() + timedelta(hours=2)
    BasePage.objects.filter(pk=page.pk).update(expire_at=at)
    shown = ada.get(f"/admin/pages/{page.pk}/edit/").text
    assert "Time zone: Asia/Tokyo" in shown
    assert f"{at.astimezone(ZoneInfo('Asia/Tokyo')):%Y-%m-%d %H:%M}" in shown


def test_a_schedule_that_ended_in_the_bin_is_told_when_the_page_comes_back(house: House) -> None:
    from pages import deleting
    from pages.models import Deletion

    page = written(signed_in(house.mary), house, publish_at=in_hours(2))
    delete_page(person=house.mary, page=page)
    assert PageLogEntry.objects.filter(page=page.pk, action=scheduling.CANCELLED).exists()
    deleting.restore(Deletion.objects.get(), by=house.mary)
    assert "deleted the page" in signed_in(house.mary).get(f"{page.get_absolute_url()}-/history/").text
    assert scheduling.run_due() == 0
