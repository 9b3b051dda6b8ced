"""Who may do what in a space, for every policy and role, against a plain reading of the rules."""

from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from people import actions
from people.models import JoinRequest, Membership, Person, Space
from people.permissions import may_administer, may_ask_to_join, may_see, may_write
from tests.factories.people import join, make_person, make_space

pytestmark = pytest.mark.django_db

ROLES = ("", "member", "editor", "owner", "administrator", "leaver")


def person_with(role: str, space: Space) -> Person:
    person = make_person(role or "nobody", is_superuser=role == "administrator", is_active=role != "leaver")
    if role in Membership.Role.values or role == "leaver":
        join(person, space, "owner" if role == "leaver" else role)
    return Person.objects.get(pk=person.pk)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("see", "joins", "write"), [*product(("staff", "members"), ("open", "request", "invited"), ("members", "editors"))]
)
def test_each_role_may_what_the_policies_say(see: str, joins: str, write: str, role: str) -> None:
    space = make_space("team", see=see, join=joins, write=write)
    person: Any = person_with(role, space)
    here = role != "leaver"
    sees = here and (see == "staff" or role != "")
    assert may_see(person, space) is sees
    writers = {"administrator", "editor", "owner", *(["member"] if write == "members" else [])}
    assert may_write(person, space) is (role in writers)
    assert may_administer(person, space) is (role in {"administrator", "owner"})
    offered = sees and joins != "invited" and (joins == "open" or role != "administrator")
    assert may_ask_to_join(person, space) is offered
    if not sees or joins == "invited":
        with pytest.raises(PermissionDenied):
            actions.join(person=person, space=space)
        assert not JoinRequest.objects.exists()
