"""User names ignore case: at sign-in, in lists of authors, in texts, in addresses, and for new accounts."""

import re
import unicodedata
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from pages.models import BasePage
from people.models import Person
from search.parameters import marks
from tests.factories.pages import make_wiki_page

pytestmark = pytest.mark.django_db
TYPED = ["mary", "Mary", "MARY", " mary ", "ｍａｒｙ"]


@pytest.mark.parametrize("typed", TYPED)
def test_signing_in_does_not_depend_on_how_the_name_is_typed(house, client, typed):
    assert client.post("/sign-in/", {"username": typed, "password": "commonplace"}).headers["Location"] == "/"
    assert client.get("/").context["user"] == house.mary


@pytest.mark.parametrize("typed", ["Mary", "MARY"])
def test_a_profile_is_found_and_has_one_address(house, client, typed):
    client.force_login(house.otto)
    assert client.get(f"/people/{typed}/").headers["Location"] == "/people/mary/"
    assert client.get(f"/people/{typed}x/").status_code == 404


def test_authors_and_mentions_are_found(house, client):
    client.force_login(house.mary)
    form = {"title": "Together", "body": "Ask @GRACE.", "authors": "MARY, Grace, grace", "action": "publish"}
    assert client.post("/spaces/digital-services/wiki/-/new/", form).status_code == 302
    page = BasePage.objects.get(title="Together")
    assert [author["username"] for author in page.byline] == ["mary", "grace"]
    assert '<a href="/people/grace/" class="mention">@' in page.html


@pytest.mark.parametrize(
    "typed", ["Ёлкин", "ЁЛКИН", unicodedata.normalize("NFD", "Ёлкин"), unicodedata.normalize("NFD", "ёлкин")]
)
def test_a_name_is_found_in_texts_and_addresses_in_every_form_of_its_letters(house, client, typed):
    Person.objects.create_user("ёлкин", password="commonplace")
    client.force_login(house.otto)
    assert client.get(f"/people/{typed}/", follow=True).status_code == 200
    assert 'class="mention"' in BasePage.objects.get(pk=make_wiki_page(house.digital, "Asks", f"Ask @{typed}.").pk).html


def test_an_owner_adds_a_member_by_any_case(house, client):
    client.force_login(house.grace)
    client.post("/spaces/digital-services/-/role/", {"username": "OTTO", "role": "member"})
    assert house.digital.memberships.filter(person=house.otto).exists()


@pytest.mark.parametrize("twin", ["Mary", "MARY", "ｍary"])
def test_nobody_gets_a_name_that_is_anothers_but_for_its_case(house, twin):
    with pytest.raises(ValidationError) as refused:
        Person(username=twin, password="x").full_clean()
    assert set(refused.value.message_dict) == {"username"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(username=twin)


def test_people_and_pages_are_listed_as_people_sort(house, client):
    for title in ("Zoo", "apple", "Äpfel", "Écran", "Page 10", "Page 2"):
        make_wiki_page(house.digital, title)
    client.force_login(house.mary)
    for address in ("/spaces/digital-services/wiki/-/pages/", "/spaces/digital-services/wiki/"):
        listed = re.findall(r">(Zoo|apple|Äpfel|Écran|Page 10|Page 2)<", client.get(address).text)
        right = ["Äpfel", "apple", "Écran", "Page 2", "Page 10", "Zoo"]
        # In the tree, and again among the pages below and as the next page.
        assert listed[: len(right)] == right
    for first in ("Zoë", "Émile", "erika", "Änne"):
        Person.objects.create(username=first.lower(), first_name=first)
    names = re.findall(r"(Zoë|Émile|erika|Änne)", client.get("/people/").text)
    assert list(dict.fromkeys(names)) == ["Änne", "Émile", "erika", "Zoë"]


@pytest.mark.parametrize("typed", ["Ёлкин", "ёлкин", "ЁЛКИН", "élodie", "ÉLODIE", "o'b(", "ΆΝΝΑ", "STRASSE", "Straße"])
def test_people_are_found_by_name_whatever_its_case(house, client, typed):
    for number, name in enumerate(["Ёлкин", "Élodie", "O'B(", "Άννα", "Straße"]):
        Person.objects.create_user(f"person{number}", first_name=name, last_name="Example")
    client.force_login(house.otto)
    page = client.get("/people/", {"q": typed})
    assert [person.first_name.casefold() for person in page.context["people"]] == [typed.casefold()]
    assert marks("author", f"{typed} example") == marks("author", f"{typed} EXAMPLE") != {f"{typed} example"}


def test_people_of_before_are_found_after_an_upgrade(house):
    Person.objects.filter(pk=house.mary.pk).update(first_name="Ёлка", email="Ёлка@example.org", skills=["Ämter"])
    Person.objects.update(words="", email_key="")
    import_module("people.migrations.0002_folded_words").fill(apps, connection.schema_editor())
    assert Person.objects.called("ЁЛКА") == [house.mary] == list(Person.objects.filter(email_key="ёлка@example.org"))
    assert Person.objects.filter(words__contains="ämter").get() == house.mary
