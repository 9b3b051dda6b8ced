"""Signing in, staying signed in, and signing out."""

from ipaddress import ip_network

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.utils import timezone

from people import throttle
from people.models import FailedSignIns

pytestmark = pytest.mark.django_db


def sign_in(client, username="mary", password="commonplace", address="127.0.0.1", **more):
    fields = {"username": username, "password": password, **more}
    return client.post("/sign-in/", fields, REMOTE_ADDR=address)


def test_name_and_password_open_the_house(house, client):
    assert client.get("/").headers["Location"] == "/sign-in/?next=/"
    assert sign_in(client).headers["Location"] == "/"
    assert client.get("/").context["user"] == house.mary


def test_one_gets_where_one_wanted_to_go_but_never_to_another_site(house, client):
    assert sign_in(client, next="/people/").headers["Location"] == "/people/"
    client.logout()
    assert sign_in(client, next="https://evil.example/").headers["Location"] == "/"
    client.logout()
    assert sign_in(client, next="//evil.example/").headers["Location"] == "/"


def test_a_wrong_password_says_so_and_keeps_the_name(house, client):
    response = sign_in(client, password="wrong")
    assert response.status_code == 200
    assert 'value="mary"' in response.content.decode()
    assert "The username or the password is wrong." in response.content.decode()
    assert "case-sensitive" not in response.content.decode(), "the username is not"


def test_a_session_ends_with_its_time_with_a_new_password_and_with_the_account(house, client):
    sign_in(client)
    other = Client()
    sign_in(other)
    Session.objects.filter(session_key=client.session.session_key).update(expire_date=timezone.now())
    assert client.get("/").status_code == 302
    assert other.get("/").status_code == 200
    house.mary.set_password("another long one")
    house.mary.save()
    assert other.get("/").status_code == 302
    sign_in(other, password="another long one")
    assert other.get("/").status_code == 200
    house.mary.is_active = False
    house.mary.save()
    assert other.get("/").status_code == 302
    assert sign_in(other, password="another long one").status_code == 200


def test_the_person_of_a_request_is_whole_when_asked_for_the_rest(house, client):
    house.mary.job_title = "Researcher"
    house.mary.save()
    sign_in(client)
    user = client.get("/").context["user"]
    assert (user.job_title, user.email, user.skills) == ("Researcher", "mary@example.org", [])
    assert user.is_active is True
    assert user.is_superuser is False


@pytest.mark.parametrize("cookie", ["", "x", "x" * 500, "\x00", "' OR 1=1 --"])
def test_a_forged_cookie_is_nobody(house, client, cookie):
    from django.conf import settings

    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert client.get("/").status_code == 302


def test_signing_in_needs_a_token(house):
    browser = Client(enforce_csrf_checks=True)
    response = sign_in(browser)
    assert response.status_code == 403
    assert browser.get("/").status_code == 302


def test_who_guesses_waits_and_nobody_else_does(house, client, settings):
    def guess(name="mary", address="198.51.100.7", password="wrong", **headers):
        return client.post(
            "/sign-in/", {"username": name, "password": password, "next": "/people/"}, REMOTE_ADDR=address, **headers
        )

    assert {guess().status_code for _try in range(throttle.BY_NAME)} == {200}
    # The right password answers as any other does, and what was typed but the password is kept.
    for password in ("wrong", "commonplace"):
        refused = guess(password=password)
        assert refused.status_code == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 600
        page = refused.content.decode()
        assert "Try again in 10 minutes" in page
        assert 'value="mary"' in page
        assert 'value="/people/"' in page
        assert password not in page.replace("Commonplace", "")
    # However it is written, as long as it is mary's.
    for written in ("MARY", "ｍary", "m\u200bary", "ma\u00adry", "mary\ufe0f", " mary\u2060"):
        assert guess(name=written).status_code == 429, written
    # Nobody's address is believed that a stranger writes himself.
    assert guess(HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 429
    settings.INTRANET_PROXIES = [ip_network("198.51.100.0/24")]
    assert guess(HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.8").status_code == 200
    assert guess(HTTP_X_FORWARDED_FOR="junk, \x00").status_code == 429
    settings.INTRANET_PROXIES = []
    # Mary herself comes in from where she sits, and others from where the guesser is.
    assert guess(address="192.0.2.1", password="commonplace").status_code == 302
    client.logout()
    assert guess(name="otto", password="commonplace").status_code == 302
    client.logout()
    # Neither names nor what may be a password typed into the wrong field are kept.
    assert not [row for row in FailedSignIns.objects.all() if "mary" in row.key or len(row.key) != 64]
    # It is over when it is over, and a right password forgets one's slips.
    FailedSignIns.objects.update(since=timezone.now() - throttle.WINDOW)
    assert guess().status_code == 200
    assert FailedSignIns.objects.count() == 2, "what is too old is gone"
    assert guess(password="commonplace").status_code == 302
    client.logout()
    assert {guess().status_code for _try in range(throttle.BY_NAME)} == {200}


@pytest.mark.parametrize(
    ("told", "counts_as"),
    [
        ("1.2.3.{number}, 203.0.113.9", "203.0.113.9"),
        ("1.2.3.{number}, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.{number}, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, junk{number}", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_what_a_guesser_writes_before_the_proxies_changes_nothing(house, client, settings, told, counts_as):
    """Each proxy adds to the right of `X-Forwarded-For` whom it was asked by; all to the left of that may be made up."""
    settings.INTRANET_PROXIES = [ip_network("10.0.0.0/24")]
    answers = []
    for number in range(throttle.BY_NAME + 1):
        address = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": told.format(number=number)}
        answers.append(client.post("/sign-in/", {"username": "mary", "password": "wrong"}, **address).status_code)
        request = RequestFactory().get("/", **address)
        assert throttle.address_of(request) == counts_as
    assert answers == [200] * throttle.BY_NAME + [429]


def test_many_names_from_one_address_are_too_many(house, client, monkeypatch):
    monkeypatch.setattr(throttle, "BY_ADDRESS", 12)
    addresses = [f"2001:db8:1:2::{number}" for number in range(12)]
    for number, address in enumerate(addresses):
        assert sign_in(client, f"guess{number}", "wrong", address).status_code == 200
    assert sign_in(client, address="2001:db8:1:2:ffff::1").status_code == 429, "one network, one guesser"
    assert sign_in(client, address="2001:db8:1:3::1").status_code == 302
