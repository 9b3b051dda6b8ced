"""What owners see of who is told; releases; review dates."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news import follows, reach, reviews, telling
from news.models import DepartmentFollow, Follow, Level, Notice, Reason
from pages.models import BasePage
from syndication.actions import release_page, withdraw
from tests.factories.pages import make_post
from tests.factories.people import join, make_person
from tests.factories.syndication import make_channel

pytestmark = pytest.mark.django_db


def told(person, kind: str) -> list[str]:
    telling.tell_all()
    return list(Notice.objects.filter(person=person, event__kind=kind).values_list("reason", flat=True))


def test_the_number_of_people_who_will_be_told_is_the_number_who_are(house):
    DepartmentFollow.objects.create(space=house.digital, members_of=house.operations)
    leaver, changes_only, gone = make_person("leaver"), make_person("more"), make_person("gone", is_active=False)
    join(leaver, house.operations)
    follows.follow(leaver, Follow.Kind.SPACE, house.digital, Level.NONE)
    follows.follow(changes_only, Follow.Kind.SPACE, house.digital, Level.MENTIONS)
    for person in (house.otto, gone):
        follows.follow(person, Follow.Kind.SPACE, house.digital, Level.NEW)
    expected = reach.told_of_new_pages(house.digital)
    page = make_post(house.digital, "A post", by=house.grace)
    telling.tell_all()
    assert Notice.objects.filter(event__page=page).count() == expected == 2


def test_an_owner_sees_how_many_were_told_and_why_somebody_was_not(house, client):
    follows.follow(house.otto, Follow.Kind.SPACE, house.digital, Level.NEW)
    follows.follow(house.mary, Follow.Kind.SPACE, house.digital, Level.MUTED)
    make_post(house.digital, "A post", by=house.grace)
    telling.tell_all()
    client.force_login(house.grace)
    address = "/spaces/digital-services/-/told/"
    text = client.get(address).content.decode()
    assert "1 person is told when" in text
    assert "1 person told" in text
    assert "1 left out" in text
    assert (
        "Otto Example was told. The reason given: You follow the space"
        in client.get(f"{address}?person=otto").content.decode()
    )
    assert "Mary Example was not told. They muted it." in client.get(f"{address}?person=mary").content.decode()
    assert "Linus Example was not told: nothing that" in client.get(f"{address}?person=linus").content.decode()
    assert "nobody-here" in client.get(f"{address}?person=nobody-here").content.decode()


def test_an_owner_tells_a_whole_space_and_ends_it(house, client):
    client.force_login(house.grace)
    address = "/spaces/digital-services/-/told/"
    # Grace is not in Operations, so she cannot know of it.
    assert client.post(address, {"members_of": house.operations.pk}).status_code == 422
    client.post(address, {"members_of": house.people.pk})
    assert DepartmentFollow.objects.get().members_of == house.people
    client.post(address, {"remove": house.people.slug})
    assert not DepartmentFollow.objects.exists()


def test_authors_and_followers_are_told_of_a_release_but_not_of_its_renewal(house):
    page = make_post(house.digital, "A post", by=house.grace)
    follows.follow(house.otto, Follow.Kind.PAGE, page, Level.ALL)
    channel = make_channel(house.ada)
    page = BasePage.objects.get(pk=page.pk)
    release = release_page(person=house.ada, page=page, channel=channel)
    release_page(person=house.ada, page=page, channel=channel)
    assert told(house.grace, "released") == [Reason.WROTE]
    assert told(house.otto, "released") == [Reason.PAGE]
    withdraw(person=house.ada, release=release)
    release_page(person=house.ada, page=page, channel=channel)
    assert told(house.otto, "released") == [Reason.PAGE, Reason.PAGE]


def test_authors_are_told_once_when_their_page_is_due_for_review(house):
    page = make_post(house.digital, "A post", by=house.grace)
    today = timezone.localdate()
    for date, count in ((today + timedelta(days=1), 0), (today, 1), (today, 1)):
        BasePage.objects.filter(pk=page.pk).update(review_date=date)
        reviews.find_due()
        assert told(house.grace, "review_due") == [Reason.WROTE] * count
    assert reviews.find_due() == 0
