"""Accounts in the site's own pages: passwords, invitations, links, roles, leaving and coming back."""

import logging
import re
import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from intranet.logs import hide_keys
from pages.permissions import may_release
from people import tokens
from people.models import AccountLink, Person
from syndication.actions import create_private_feed
from syndication.models import PrivateFeed
from syndication.permissions import may_manage_channels
from tests.factories.pages import House, make_post
from tests.factories.syndication import make_channel, make_release

pytestmark = pytest.mark.django_db
NEW = "a new long password 7"
LINK = re.compile(r"http://[^/\s]+(/-/link/[-\w]+/)")


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def link_in(response: Any) -> str:
    found = LINK.findall(response.content.decode())
    assert len(found) == 1, found
    return str(found[0])


def set_password(address: str, password: str = NEW) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(address, {"new_password1": password, "new_password2": password})


# -- One's own password


def test_everybody_changes_the_own_password_and_all_other_sessions_end(house: House) -> None:
    house.mary.set_password("the old one 123")
    house.mary.save()
    here, elsewhere = client_of(house.mary), client_of(house.mary)
    form = {"old_password": "the old one 123", "new_password1": NEW, "new_password2": NEW}
    assert here.post("/settings/password/", form).status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert Person.objects.get(pk=house.mary.pk).check_password(NEW)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"old_password": "wrong"}, "old_password"),
        ({"new_password1": "short", "new_password2": "short"}, "new_password2"),
        ({"new_password2": "something else 99"}, "new_password2"),
        ({"new_password1": "password123", "new_password2": "password123"}, "new_password2"),
        ({"old_password": ""}, "old_password"),
    ],
)
def test_a_wrong_or_weak_password_is_refused_beside_its_field(house: House, typed: Any, field: str) -> None:
    house.mary.set_password("the old one 123")
    house.mary.save()
    client = client_of(house.mary)
    form = {"old_password": "the old one 123", "new_password1": NEW, "new_password2": NEW, **typed}
    response = client.post("/settings/password/", form)
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert Person.objects.get(pk=house.mary.pk).check_password("the old one 123")


def test_guessing_the_current_password_is_slowed_down_as_signing_in_is(house: House) -> None:
    house.mary.set_password("the old one 123")
    house.mary.save()
    client = client_of(house.mary)
    form = {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}
    for _try in range(10):
        client.post("/settings/password/", form)
    response = client.post("/settings/password/", {**form, "old_password": "the old one 123"})
    assert "Too many attempts" in response.content.decode()
    assert Person.objects.get(pk=house.mary.pk).check_password("the old one 123")


# -- Invitations and links


def test_an_administrator_invites_a_person_who_sets_her_own_password(house: House) -> None:
    ada = client_of(house.ada)
    form = {"first_name": "Zoë", "last_name": "Åkerlund", "username": "", "email": ""}
    address = link_in(ada.post("/people/-/accounts/new/", form))
    zoe = Person.objects.get(first_name="Zoë")
    assert zoe.username == "zoe.akerlund"
    assert not zoe.has_usable_password()
    assert "zoe.akerlund" in Client().get(address).content.decode()
    assert set_password(address, "short")[1].status_code == 422
    client, response = set_password(address)
    assert response.status_code == 302
    assert client.get("/").status_code == 200
    # Once.
    assert set_password(address, "another long one 8")[1].status_code == 404
    assert Person.objects.get(pk=zoe.pk).check_password(NEW)


def test_a_list_of_people_is_invited_line_by_line_and_a_bad_line_is_named(house: House) -> None:
    ada = client_of(house.ada)
    good = "Hana Sato, hana.s, hana@example.org\n\nHana Sato\nÓscar Núñez; oscar@example.org\n"
    response = ada.post("/people/-/accounts/new/", {"lines": good})
    assert len(LINK.findall(response.content.decode())) == 3
    names = set(Person.objects.filter(last_login=None).values_list("username", flat=True))
    assert {"hana.s", "hana.sato", "oscar.nunez"} <= names
    for bad, words in [
        ("Linus Two, linus", "Line 1"),
        ("Fine Person\nBad, not a mail@", "Line 2"),
        ("One, same\nTwo, same", "Line 2"),
        ("A, b, c, d", "Line 1"),
        ("X, LINUS", "Line 1"),
    ]:
        before = Person.objects.count()
        response = ada.post("/people/-/accounts/new/", {"lines": bad})
        assert (response.status_code, words in response.content.decode()) == (422, True), bad
        assert bad.splitlines()[0].split(",")[0] in response.content.decode(), "what was typed is lost"
        assert Person.objects.count() == before


@pytest.mark.parametrize("end", ["too old", "newer one", "left", "password changed", "made up", "tampered"])
def test_a_link_ends(house: House, end: str) -> None:
    address = LINK.findall(tokens.new_link(house.mary, AccountLink.Purpose.RESET))[0]
    assert Client().get(address).status_code == 200
    if end == "too old":
        AccountLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif end == "newer one":
        tokens.new_link(house.mary, AccountLink.Purpose.RESET)
    elif end == "left":
        Person.objects.filter(pk=house.mary.pk).update(is_active=False)
    elif end == "password changed":
        house.mary.set_password("the old one 123")
        house.mary.save()
        form = {"old_password": "the old one 123", "new_password1": NEW, "new_password2": NEW}
        client_of(house.mary).post("/settings/password/", form)
    elif end == "made up":
        address = f"/-/link/{'x' * 43}/"
    else:
        address = address[:-3] + ("AA/" if address[-3:] != "AA/" else "BB/")
    assert Client().get(address).status_code == 404
    assert set_password(address, "stolen password 1")[1].status_code == 404
    assert not Person.objects.get(pk=house.mary.pk).check_password("stolen password 1")


def test_a_token_is_in_no_row_no_log_and_no_referrer(house: House, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    address = LINK.findall(tokens.new_link(house.mary, AccountLink.Purpose.RESET))[0]
    token = address.split("/")[-2]
    link = AccountLink.objects.get()
    assert token not in str(vars(link))
    response = Client().get(address)
    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response.headers["Cache-Control"]
    assert token not in hide_keys(f"GET {address} 200")
    assert hide_keys("GET /people/linus/-/account/ 200") == "GET /people/linus/-/account/ 200"


def test_where_the_site_sends_mail_the_link_is_mailed_and_not_shown(house: House, settings: Any) -> None:
    settings.INTRANET_SENDS_MAIL = True
    settings.INTRANET_URL = "https://intranet.example.org"
    ada = client_of(house.ada)
    form = {"first_name": "Hana", "last_name": "Sato", "username": "hana.s", "email": "hana@example.org"}
    response = ada.post("/people/-/accounts/new/", form)
    assert "/-/link/" not in response.content.decode()
    (message,) = mail.outbox
    assert message.to == ["hana@example.org"]
    found = re.findall(r"https://intranet\.example\.org(/-/link/\S+)", message.body)
    assert len(found) == 1
    assert set_password(found[0])[1].status_code == 302
    assert "&#" not in message.body


# -- Forgotten


def test_forgot_says_the_same_of_everybody_and_mails_only_to_who_is_here(house: House, settings: Any) -> None:
    settings.INTRANET_SENDS_MAIL = True
    for person in Person.objects.all():
        known = person in (house.mary, house.otto)
        person.email, person.is_active = f"{person.username}@example.org" if known else "", person != house.otto
        person.save()
    answers = set()
    for typed in ["mary", "MARY@example.org", "nobody", "linus", "otto", "nobody@example.org"]:
        response = Client().post("/sign-in/forgot/", {"username": typed})
        assert response.status_code == 200
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
        answers.add(text.replace(typed, "…"))
    assert len(answers) == 1
    assert len(mail.outbox) == 0, "mailed while the person waits: that takes longer for some than for others"
    call_command("db_worker", "--batch", verbosity=0)
    assert [message.to for message in mail.outbox] == [["mary@example.org"]], "one, by either name"
    (address,) = LINK.findall(mail.outbox[-1].body)
    token = address.split("/")[-2]
    assert not any(token in str(task.args_kwargs) for task in DBTaskResult.objects.all())
    assert set_password(address)[1].status_code == 302


@pytest.mark.parametrize(
    "typed",
    ["ÉLODIE@exämple.org", unicodedata.normalize("NFD", "élodie@EXÄMPLE.org"), "\u200bÉlodie@exämple.org "],
)
def test_forgot_finds_an_address_whatever_the_case_and_form_of_its_letters(
    house: House, settings: Any, typed: str
) -> None:
    settings.INTRANET_SENDS_MAIL = True
    house.mary.email = "Élodie@exämple.org"
    house.mary.save()
    Client().post("/sign-in/forgot/", {"username": typed})
    call_command("db_worker", "--batch", verbosity=0)
    assert [message.to for message in mail.outbox] == [["Élodie@exämple.org"]]


def test_whoever_asks_in_the_name_of_others_floods_nobody_and_ends_no_link(house: House, settings: Any) -> None:
    settings.INTRANET_SENDS_MAIL = True
    house.otto.set_unusable_password()
    for person in (house.mary, house.otto):
        person.email = f"{person.username}@example.org"
        person.save()
    invitation = tokens.new_link(house.otto, "invitation", by=house.ada)

    def asked_from_everywhere() -> None:
        for number in range(6):
            for typed in ("mary", "mary@example.org", "otto"):
                Client(REMOTE_ADDR=f"192.0.2.{number}").post("/sign-in/forgot/", {"username": typed})
        call_command("db_worker", "--batch", verbosity=0)

    asked_from_everywhere()
    asked_from_everywhere()
    assert [message.to for message in mail.outbox] == [["mary@example.org"]]
    (address,) = LINK.findall(mail.outbox[0].body)
    # What was sent is good, and an invitation that waits is not cut short by strangers.
    assert tokens.find_link(invitation.split("/")[-2]).purpose == "invitation"
    assert set_password(address)[1].status_code == 302
    AccountLink.objects.update(made_at=timezone.now() - tokens.MAILED_ONCE_IN)
    asked_from_everywhere()
    assert sorted(message.to for message in mail.outbox[1:]) == [["mary@example.org"], ["otto@example.org"]]
    assert AccountLink.objects.get(person=house.otto).purpose == "invitation"


def test_forgot_is_slowed_down_and_without_mail_says_whom_to_ask(house: House, settings: Any) -> None:
    assert "Ask an administrator" in Client().get("/sign-in/forgot/").content.decode()
    assert "/sign-in/forgot/" in Client().get("/sign-in/").content.decode()
    Client().post("/sign-in/forgot/", {"username": "mary"})
    assert not DBTaskResult.objects.exists()
    settings.INTRANET_SENDS_MAIL = True
    statuses = [Client().post("/sign-in/forgot/", {"username": "mary"}).status_code for _try in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    assert Client().post("/sign-in/forgot/", {"username": ""}).status_code == 422


# -- Roles, leaving, coming back


def test_roles_are_given_and_taken_as_words(house: House) -> None:
    ada, address = client_of(house.ada), f"/people/{house.linus.username}/-/account/"
    groups = set(house.linus.groups.values_list("name", flat=True))
    post = make_post(house.digital, "News", by=house.grace)
    ada.post(address, {"action": "roles", "role": ["releaser", "editor", "curator"]})
    linus = Person.objects.get(pk=house.linus.pk)
    assert may_release(linus, post)
    assert linus.has_perms(["wagtailadmin.access_admin", "search.curate_search"])
    assert "Linus Example" in ada.get("/people/-/accounts/").content.decode().partition("<aside")[2]
    ada.post(address, {"action": "roles", "role": ["administrator"]})
    linus = Person.objects.get(pk=house.linus.pk)
    assert linus.is_superuser
    assert may_manage_channels(linus)
    ada.post(address, {"action": "roles"})
    linus = Person.objects.get(pk=house.linus.pk)
    assert not linus.is_superuser
    assert not may_release(linus, post)
    assert set(linus.groups.values_list("name", flat=True)) == groups, "roles in spaces were lost"


def test_the_last_administrator_stays(house: House) -> None:
    ada, address = client_of(house.ada), "/people/ada/-/account/"
    response = ada.post(address, {"action": "roles"}, follow=True)
    assert "at least one administrator" in response.content.decode()
    ada.post(address, {"action": "deactivate"})
    assert Person.objects.get(username="ada").is_superuser
    assert Person.objects.get(username="ada").is_active
    house.grace.is_superuser = True
    house.grace.save()
    assert client_of(house.grace).post(address, {"action": "roles"}).status_code == 302
    assert not Person.objects.get(username="ada").is_superuser


def test_who_leaves_is_out_at_once_and_comes_back_with_a_new_password_only(house: House) -> None:
    house.mary.set_password("the old one 123")
    house.mary.save()
    mary, ada = client_of(house.mary), client_of(house.ada)
    link = LINK.findall(tokens.new_link(house.mary, AccountLink.Purpose.RESET))[0]
    token = create_private_feed(person=house.mary, feed=PrivateFeed(label="mine"))
    feed_address = f"/feeds/{token}/feed.rss"
    assert Client().get(feed_address).status_code == 200
    page = ada.get("/people/mary/-/account/").content.decode()
    assert "What they wrote stays" in page
    ada.post("/people/mary/-/account/", {"action": "deactivate"})
    assert mary.get("/").status_code == 302
    assert Client().get(feed_address).status_code == 404
    assert Client().get(link).status_code == 404
    back = link_in(ada.post("/people/mary/-/account/", {"action": "reactivate"}))
    assert mary.get("/").status_code == 302, "an old session came back to life"
    assert Client().get(feed_address).status_code == 404
    assert not Client().login(username="mary", password="the old one 123")
    assert set_password(back)[1].status_code == 302
    assert Person.objects.get(pk=house.mary.pk).memberships.filter(space=house.digital).exists()


def test_who_leaves_a_space_without_an_owner_is_named_before(house: House) -> None:
    page = client_of(house.ada).get("/people/grace/-/account/").content.decode()
    assert "no other owner" in page
    assert '/spaces/digital-services/-/members/">Digital Services' in page


def test_an_administrator_finds_people_and_who_never_signed_in(house: House) -> None:
    ada = client_of(house.ada)
    Person.objects.filter(pk=house.otto.pk).update(is_active=False)
    assert "otto" in ada.get("/people/-/accounts/?state=left").content.decode()
    found = ada.get("/people/-/accounts/?q=linus").content.decode()
    assert "/people/linus/-/account/" in found
    assert "/people/mary/-/account/" not in found
    assert "/people/mary/-/account/" in ada.get("/people/-/accounts/?state=invited").content.decode()


def test_everybody_finds_out_who_may_release_and_take_back(house: House) -> None:
    house.linus.groups.add(Group.objects.get(name="Releasers"))
    page = client_of(house.otto).get("/people/?may=release").content.decode()
    assert "/people/linus/" in page
    assert "/people/ada/" in page
    assert "/people/mary/" not in page
    post = make_post(house.digital, "News", by=house.grace)
    make_release(house.ada, post, make_channel(house.ada))
    asked = client_of(house.grace).get(f"{post.get_absolute_url()}-/delete/").content.decode()
    assert 'href="/people/?may=release"' in asked


# -- Wagtail's own form


def wagtail_form(client: Client, person: Any) -> dict[str, Any]:
    html = client.get(f"/admin/users/edit/{person.pk}/").content.decode()
    assert "space:" not in html, "raw names of groups"
    groups = re.findall(r'name="groups" value="(\d+)"[^>]*checked', html)
    form = {"username": person.username, "groups": groups, "is_active": "on"}
    return form | ({"is_superuser": "on"} if person.is_superuser else {})


def test_wagtails_form_saves_people_without_e_mail_or_last_name_and_leaves_roles_in_spaces(house: House) -> None:
    ada = client_of(house.ada)
    Person.objects.filter(pk=house.linus.pk).update(email="", last_name="", first_name="Linus")
    linus = Person.objects.get(pk=house.linus.pk)
    before = set(linus.groups.values_list("name", flat=True))
    assert before
    releasers = Group.objects.get(name="Releasers")
    form = {**wagtail_form(ada, linus), "first_name": "Linus", "groups": [str(releasers.pk)]}
    response = ada.post(f"/admin/users/edit/{linus.pk}/", form)
    assert response.status_code == 302, response.content.decode()[:2000]
    assert set(linus.groups.values_list("name", flat=True)) == before | {"Releasers"}
    new = {"username": "just.one", "first_name": "Suharto", "password1": NEW, "password2": NEW}
    assert ada.post("/admin/users/new/", new).status_code == 302
    assert Person.objects.get(username="just.one").name == "Suharto"


def test_wagtails_form_closes_an_account_as_the_sites_own_page_does_and_keeps_an_administrator(house: House) -> None:
    ada = client_of(house.ada)
    token = create_private_feed(person=house.mary, feed=PrivateFeed(label="mine"))
    form = wagtail_form(ada, house.mary)
    del form["is_active"]
    assert ada.post(f"/admin/users/edit/{house.mary.pk}/", form).status_code == 302
    mary = Person.objects.get(pk=house.mary.pk)
    assert (mary.is_active, mary.has_usable_password()) == (False, False)
    Person.objects.filter(pk=mary.pk).update(is_active=True)
    assert Client().get(f"/feeds/{token}/feed.rss").status_code == 404
    house.grace.is_superuser = True
    house.grace.save()
    form = wagtail_form(client_of(house.grace), house.ada)
    del form["is_superuser"]
    assert client_of(house.grace).post(f"/admin/users/edit/{house.ada.pk}/", form).status_code == 302


def test_names_of_a_list_are_one_whatever_their_case_and_width_and_lose_no_letters(house: House) -> None:
    ada = client_of(house.ada)
    twins = "Grace One, g.one\nGrace Two, \uff27.one"
    response = ada.post("/people/-/accounts/new/", {"lines": twins})
    assert response.status_code == 422
    assert not Person.objects.named(["g.one"]).exists()
    assert ada.post("/people/-/accounts/new/", {"lines": "Юрий Гагарин\n山田 太郎\nÉva Ødegård"}).status_code == 200
    found = set(Person.objects.filter(last_login=None).values_list("username", flat=True))
    assert "eva.odegard" in found
    assert not any(name.startswith("person") for name in found)


def test_a_name_that_is_taken_in_the_same_moment_holds_up_no_other_line(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = client_of(house.ada)
    Person.objects.create(username="second")
    monkeypatch.setattr("people.invitations.is_taken", lambda username: False)
    lines = "One Person, first\nTwo Persons, second\nThree Persons, third"
    html = ada.post("/people/-/accounts/new/", {"lines": lines}).content.decode()
    assert html.count("/-/link/") == 2
    assert "second: " in html
    assert Person.objects.named(["first", "third"]).count() == 2


@pytest.mark.parametrize("username", [".", "..", "-", "_", "+.-"])
def test_a_username_that_is_no_address_is_refused_one_by_one_and_in_a_list(house: House, username: str) -> None:
    ada = client_of(house.ada)
    for form in ({"first_name": "Rosa", "username": username}, {"lines": f"Rosa Ruiz, {username}, rosa@example.org"}):
        answer = ada.post("/people/-/accounts/new/", form)
        assert answer.status_code == 422, form
        assert "letter or number" in answer.text
    assert not Person.objects.filter(first_name="Rosa").exists()


@pytest.mark.parametrize("name", ["\u200b", "\u2800", "\u202e", "\u00ad\u200d"])
def test_a_name_that_nobody_sees_is_asked_for_again(house: House, name: str) -> None:
    ada, before = client_of(house.ada), Person.objects.count()
    for form in ({"first_name": name, "last_name": "x"}, {"lines": f"{name}, rosa@example.org"}):
        assert ada.post("/people/-/accounts/new/", form).status_code == 422, form
    assert Person.objects.count() == before


def test_a_name_does_not_turn_the_direction_of_what_stands_beside_it(house: House) -> None:
    client_of(house.ada).post("/people/-/accounts/new/", {"first_name": "\u202eRosa", "last_name": "Ruiz\u2066"})
    client_of(house.mary).post("/people/mary/-/edit/", {"first_name": "Ma\u202dry", "last_name": "M\u2028M"})
    assert Person.objects.get(username="rosa.ruiz").name == "Rosa Ruiz"
    assert Person.objects.get(pk=house.mary.pk).name == "Mary M M"
