"""Two people who change the settings of a space, or a profile, at once: neither undoes what the other saved."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from people.models import Person, Space
from tests.factories.pages import House

pytestmark = pytest.mark.django_db
SETTINGS = "/spaces/digital-services/-/settings/"
TEXT = "We build services.\n\nAsk us on Mondays.\n\nWe sit on floor two."


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def form_of(client: Client, address: str) -> dict[str, str]:
    """The form as a browser would send it."""
    soup = BeautifulSoup(client.get(address).text, "html.parser").select_one(
        "main form[method=post]:has([name$=_seen])"
    )
    assert soup is not None
    fields = {
        each["name"]: each.get("value", "")
        for each in soup.select("input[name]")
        if each.get("type") not in {"radio", "checkbox", "file"}
    }
    fields |= {each["name"]: each["value"] for each in soup.select("input[type=radio][checked]")}
    fields |= {each["name"]: each.get_text().removeprefix("\n") for each in soup.select("textarea[name]")}
    fields |= {
        each["name"]: (each.select_one("option[selected]") or {"value": ""})["value"]
        for each in soup.select("select[name]")
    }
    return {str(name): str(value) for name, value in fields.items()}


@pytest.fixture
def both(house: House) -> tuple[Client, Client, dict[str, str]]:
    Space.objects.filter(pk=house.digital.pk).update(description=TEXT)
    ada, grace = signed_in(house.ada), signed_in(house.grace)
    form = form_of(grace, SETTINGS)
    form.pop("form_key")
    return ada, grace, form


def test_what_each_changed_alone_is_kept(house: House, both: tuple[Client, Client, dict[str, str]]) -> None:
    ada, grace, form = both
    theirs = {**form, "name": "Digital", "join": "open", "description": TEXT.replace("Mondays", "Fridays")}
    assert ada.post(SETTINGS, theirs).status_code == 302
    mine = {**form, "write": "editors", "description": TEXT.replace("floor two", "floor nine")}
    assert grace.post(SETTINGS, mine).status_code == 302
    space = Space.objects.get(pk=house.digital.pk)
    assert (space.name, space.join, space.write) == ("Digital", "open", "editors")
    assert space.description == TEXT.replace("Mondays", "Fridays").replace("floor two", "floor nine")


def test_where_both_changed_the_same_the_second_is_asked(
    house: House, both: tuple[Client, Client, dict[str, str]]
) -> None:
    ada, grace, form = both
    ada.post(SETTINGS, {**form, "name": "Theirs", "join": "open", "description": TEXT.replace("Mondays", "Fridays")})
    mine = {**form, "name": "Mine", "join": "invited", "description": TEXT.replace("Mondays", "Sundays")}
    asked = grace.post(SETTINGS, mine)
    assert asked.status_code == 422
    for words in (
        "Someone changed this to “Theirs”",
        "Someone changed this to “Anyone can join”",
        "Ask us on Fridays.",
        "Ask us on Sundays.",
    ):
        assert words in asked.text
    assert Space.objects.get(pk=house.digital.pk).name == "Theirs"
    text = BeautifulSoup(asked.text, "html.parser").select_one("textarea[name=description]")
    seen = {f"{name}_seen": value for name, value in re.findall(r'name="(\w+)_seen" value="([^"]*)"', asked.text)}
    assert text is not None
    again = {**mine, **seen, "description": text.get_text()}
    assert "Two versions are still in the text." in grace.post(SETTINGS, again).text
    assert grace.post(SETTINGS, {**again, "description": "Settled."}).status_code == 302
    space = Space.objects.get(pk=house.digital.pk)
    assert (space.name, space.join, space.description) == ("Mine", "invited", "Settled.")


def test_a_profile_too(house: House) -> None:
    Person.objects.filter(pk=house.mary.pk).update(about=TEXT, skills=["law"])
    mary, ada = signed_in(house.mary), signed_in(house.ada)
    address = f"{house.mary.get_absolute_url()}-/edit/"
    form = form_of(mary, address)
    form.pop("form_key", None)
    assert ada.post(address, {**form, "job_title": "Lawyer", "skills": "law, tax"}).status_code == 302
    assert mary.post(address, {**form, "about": TEXT + "\n\nMore."}).status_code == 302
    person = Person.objects.get(pk=house.mary.pk)
    assert (person.job_title, person.skills, person.about) == ("Lawyer", ["law", "tax"], TEXT + "\n\nMore.")
