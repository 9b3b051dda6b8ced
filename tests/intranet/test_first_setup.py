"""An empty site leads its first administrator from the output of its start to the first page."""

from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user
from django.test import Client

from intranet import organisation, setup_code
from intranet.logs import hide_keys
from intranet.management.commands.prepare import Command
from intranet.models import Organisation
from people.models import AccountLink, Membership, Person, Space
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db
FORM = {
    "organisation": "Ministry <of> Silly Walks",
    "first_name": "Hana",
    "last_name": "Sato",
    "username": "hana",
    "email": "",
    "password1": "a long first password 7",
    "password2": "a long first password 7",
    "department": "Public Works",
    "lines": "Jo Berg\nKim Ek, kim",
}


@pytest.fixture
def code(settings: Any, tmp_path: Path) -> str:
    """The address at which an empty site is set up."""
    settings.INTRANET_VAR = tmp_path
    setup_code.make(settings)
    return setup_code.address(settings).removeprefix(settings.INTRANET_URL)


def test_the_form_makes_a_site_in_which_its_administrator_writes_at_once(
    code: str, django_capture_on_commit_callbacks: Any
) -> None:
    client = Client()
    assert "When the site starts, it prints" in client.get("/sign-in/").content.decode()
    page = client.get(code)
    assert page.status_code == 200
    assert "<script" not in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(code, FORM)
    html = done.content.decode()
    assert done.status_code == 200
    assert html.count("/-/link/") == 2
    person: Any = get_user(client)
    assert (person.username, person.is_superuser, person.check_password(FORM["password1"])) == ("hana", True, True)
    space = Space.objects.get(name="Public Works")
    assert (space.slug, space.kind) == ("public-works", "department")
    assert Membership.objects.get(space=space, person=person).role == "owner"
    assert set(Person.objects.values_list("username", flat=True)) == {"hana", "jo.berg", "kim"}
    assert AccountLink.objects.count() == 2
    # What the site offers leads on.
    home = client.get("/").content.decode()
    assert "Ministry &lt;of&gt; Silly Walks</span></a>" in home
    assert "· Ministry &lt;of&gt; Silly Walks</title>" in home
    assert "/spaces/public-works/blog/-/new/" in client.get("/write/").content.decode()
    post = client.post("/spaces/public-works/blog/-/new/", {"title": "Hello", "body": "World."}, follow=True)
    assert "Hello" in post.content.decode()
    assert "Ministry &lt;of&gt;" in Client().get("/sign-in/").content.decode()
    # And is closed for ever.
    assert Client().get(code).status_code == 404
    assert Client().post(code, {**FORM, "username": "thief"}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"organisation": ""}, "organisation"),
        ({"username": ""}, "username"),
        ({"username": "with blank"}, "username"),
        ({"password1": "short", "password2": "short"}, "password1"),
        ({"password2": "another"}, "password2"),
        ({"department": "-"}, "department"),
        ({"lines": "A, b, c, d"}, "lines"),
        ({"lines": "Twin, HANA"}, "lines"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_made(code: str, typed: Any, field: str) -> None:
    response = Client().post(code, {**FORM, **typed})
    html = response.content.decode()
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in html
    assert 'value="Sato"' in html, "what was typed is lost"
    assert not Person.objects.exists()
    assert not Space.objects.exists()
    assert Client().get(code).status_code == 200


def test_nobody_claims_a_site_without_its_code(code: str, settings: Any) -> None:
    for wrong in ("/-/setup/x/", f"/-/setup/{'x' * 32}/", code[:-2] + "/", code[:-1] + "x/"):
        assert Client().post(wrong, FORM).status_code == 404
    make_person("ada")
    assert Client().post(code, FORM).status_code == 404
    assert setup_code.address(settings) == "", "an account made elsewhere ends the code"
    assert Person.objects.count() == 1


def test_the_code_is_kept_from_others_and_out_of_the_log(code: str, settings: Any) -> None:
    assert (Path(settings.INTRANET_VAR) / "setup-code").stat().st_mode & 0o777 == 0o600
    assert code.split("/")[-2] not in hide_keys(f"GET {code} 200")
    first = setup_code.address(settings)
    setup_code.make(settings)
    assert setup_code.address(settings) == first, "the link that was printed works until it is used"


def test_preparing_an_empty_site_prints_the_link_and_one_with_people_does_not(settings: Any, tmp_path: Path) -> None:
    settings.INTRANET_VAR = tmp_path
    said = StringIO()
    Command(stdout=said).offer_setup()
    assert setup_code.address(settings) in said.getvalue()
    make_person("ada")
    Command(stdout=said).offer_setup()
    assert said.getvalue().count("/-/setup/") == 1
    assert setup_code.address(settings) == ""


def test_the_name_is_the_same_in_every_process_and_costs_no_query(
    settings: Any, tmp_path: Path, django_assert_num_queries: Any
) -> None:
    settings.INTRANET_VAR = tmp_path
    assert organisation.name() == "Commonplace"
    Organisation.objects.create(pk=1, name="Ärztekammer")
    organisation.write_file()  # as another process did
    with django_assert_num_queries(0):
        assert organisation.name() == "Ärztekammer"
    Organisation.objects.update(name="")
    organisation.write_file()
    assert organisation.name() == "Commonplace"


def test_head_foot_and_title_of_a_page_say_the_name(settings: Any, tmp_path: Path, client: Client) -> None:
    settings.INTRANET_VAR = tmp_path
    client.force_login(make_person("ada"))
    for name in ("Ärztekammer", "Stadtwerke & Söhne"):
        Organisation.objects.update_or_create(pk=1, defaults={"name": name})
        organisation.write_file()
        page = BeautifulSoup(client.get("/people/").content, "html.parser")
        for part in ("title", ".brand", ".shell-foot span"):
            found = page.select_one(part)
            assert found is not None
            assert name in found.get_text(), part
        assert "Commonplace" not in page.get_text()


def test_an_administrator_is_never_told_that_an_administrator_makes_the_first_space(db: None) -> None:
    client = Client()
    client.force_login(make_person("ada", is_superuser=True))
    html = client.get("/spaces/").content.decode()
    assert "an administrator" not in html.lower()
    assert 'href="/spaces/-/new/"' in html
    assert 'href="/spaces/-/new/"' in client.get("/write/").content.decode()


def test_the_launcher_reads_the_code_without_django(tmp_path: Path) -> None:
    settings = SimpleNamespace(INTRANET_VAR=tmp_path, INTRANET_URL="http://127.0.0.1:8000")
    assert setup_code.address(settings) == ""
    setup_code.make(settings)
    assert setup_code.address(settings).startswith("http://127.0.0.1:8000/-/setup/")
