"""Coming in, staying in, and being gone."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

pytestmark = pytest.mark.django_db


def sign_in(client, username="mary", password="commonplace", **more):
    return client.post("/sign-in/", {"username": username, "password": password, **more})


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
