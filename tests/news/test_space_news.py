"""What people are told about spaces, and who holds the token of an audience."""

import itertools

import pytest

from news import telling
from news.access import visible_notices
from news.models import Notice
from people import actions
from people.audiences import STAFF, audience_tokens, holders, space_token
from people.models import Membership, Person, Space
from tests.factories.people import join, make_person

pytestmark = pytest.mark.django_db


def kinds_for(person: Person) -> list[str]:
    telling.tell_all()
    return list(Notice.objects.filter(person=person).order_by("event").values_list("event__kind", flat=True))


def test_holders_and_tokens_say_the_same(house):
    gone = make_person("gone", is_active=False)
    join(gone, house.digital)
    tokens = [STAFF, "", "space:0", "space:x", *(space_token(space.pk) for space in Space.objects.all())]
    people = Person.objects.all()
    assert people.filter(is_superuser=True).exists()
    for person, token in itertools.product(people, tokens):
        assert people.filter(holders(token), pk=person.pk).exists() == (token in audience_tokens(person)), token


def test_each_role_that_somebody_else_gives_is_told_once(house):
    give = {"by": house.grace, "person": house.otto, "space": house.digital}
    actions.set_role(**give, role="member")
    actions.set_role(**give, role="member")
    actions.set_role(**give, role="owner")
    assert kinds_for(house.otto) == ["member_added", "role_given"]
    actions.set_role(**give, role="member")
    actions.set_role(**give, role="owner")
    assert kinds_for(house.otto) == ["member_added", *["role_given"] * 3]


def test_who_joins_an_open_space_is_told_nothing(house):
    actions.join(person=house.otto, space=house.people)
    assert kinds_for(house.otto) == []


def test_who_leaves_a_closed_space_is_not_told_its_name_any_more(house):
    actions.set_role(by=house.ada, person=house.otto, space=house.operations, role="member")
    assert kinds_for(house.otto) == ["member_added"]
    assert visible_notices(Person.objects.get(pk=house.otto.pk)).count() == 1
    Membership.objects.filter(person=house.otto).delete()
    assert visible_notices(Person.objects.get(pk=house.otto.pk)).count() == 0


def test_asking_twice_tells_the_owners_once_and_an_answer_takes_it_back(house):
    actions.join(person=house.otto, space=house.digital)
    actions.join(person=house.otto, space=house.digital)
    assert kinds_for(house.grace) == ["asked_to_join"]
    actions.set_role(by=house.grace, person=house.otto, space=house.digital, role="")
    assert kinds_for(house.grace) == []
    assert Person.objects.get(pk=house.grace.pk).unread_notices == 0
