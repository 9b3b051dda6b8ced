"""The history of posts and episodes, and who may read which version."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pages.actions import edit_page, set_audience
from tests.factories.pages import House, make_episode, make_post, make_show

pytestmark = pytest.mark.django_db


def edited(page: Any, person: Any, body: str, **how: Any) -> int:
    page.body = body
    edit_page(person=person, page=page, **how)
    return int(page.latest_revision_id)


@pytest.mark.parametrize("kind", ["post", "episode"])
def test_a_text_has_a_history_that_leads_back(house: House, client: Client, kind: str) -> None:
    make = make_post if kind == "post" else lambda space, *rest: make_episode(make_show(space, "Show"), *rest)
    page = make(house.digital, "Opening hours", "We open at nine.")
    first = page.latest_revision_id
    edited(page, house.grace, "We open at ten.", note="We sleep longer")
    edited(page, house.grace, "We open at noon.", publish=False)
    address = f"{page.get_absolute_url()}-/"

    client.force_login(house.otto)
    history = client.get(f"{address}history/").text
    assert "We sleep longer" in history
    assert history.count('name="from"') == 2
    assert "/-/edit/" not in history
    assert "<del>nine</del>" in client.get(f"{address}diff/").text
    assert "open at nine" in client.get(f"{address}history/{first}/").text
    assert client.post(f"{address}restore/", {"revision": first}).status_code == 404

    client.force_login(house.grace)
    assert f'href="{address}history/"' in client.get(page.get_absolute_url()).text
    assert "· draft" in client.get(f"{address}history/").text
    answer = client.post(f"{address}restore/", {"revision": first}, follow=True)
    assert "is published again" in answer.text
    assert "We open at nine." in answer.text
    for odd in ("history/999999/", "diff/?from=x", "diff/?to=0", f"history/{'9' * 30}/"):
        assert client.get(address + odd).status_code == 404
    assert client.get(f"{address}history/?page=99").status_code == 200


def test_going_back_in_a_draft_publishes_nothing(house: House, client: Client) -> None:
    post = make_post(house.digital, "Plans", "One.", by=house.grace, publish=False)
    first = post.latest_revision_id
    edited(post, house.grace, "Two.", publish=False)
    client.force_login(house.grace)
    answer = client.post(f"{post.get_absolute_url()}-/restore/", {"revision": first}, follow=True)
    assert "is now your draft" in answer.text
    post.refresh_from_db()
    assert (post.live, post.body) == (False, "One.")


def test_a_version_is_for_those_who_could_read_the_page_then(house: House, client: Client) -> None:
    post = make_post(house.digital, "Plans", "The salary of Kim.", by=house.grace, audience="space")
    first = post.latest_revision_id
    set_audience(person=house.grace, page=post, audience="staff")
    edited(post, house.grace, "The plans.", note="Without names")
    edited(post, house.grace, "Our plans.")
    address = f"{post.get_absolute_url()}-/"
    client.force_login(house.otto)
    for place in ("history/", "diff/", f"diff/?to={post.latest_revision_id}"):
        assert "salary" not in client.get(address + place).text
    assert client.get(f"{address}history/").text.count('name="from"') == 2
    for place in (f"history/{first}/", f"diff/?from={first}", f"diff/?to={first}"):
        assert client.get(address + place).status_code == 404
    client.force_login(house.mary)
    assert "salary" in client.get(f"{address}history/{first}/").text


def test_a_space_that_opens_keeps_its_versions(house: House, client: Client) -> None:
    post = make_post(house.operations, "Rota", "The alarm code.", by=house.linus)
    first = post.latest_revision_id
    house.operations.see = "staff"
    house.operations.save()
    client.force_login(house.otto)
    address = f"{post.get_absolute_url()}-/"
    assert client.get(post.get_absolute_url()).status_code == 200
    assert "or shared with you" in client.get(f"{address}history/").text
    assert client.get(f"{address}history/{first}/").status_code == 404
    assert client.get(f"{address}diff/").status_code == 404


def test_what_is_published_in_wagtails_admin_stands_in_the_history(house: House, client: Client) -> None:
    post = make_post(house.digital, "Plans", "We open at one.", by=house.grace)
    post.body = "We open at two."
    post.save_revision(user=house.ada).publish()
    client.force_login(house.otto)
    address = f"{post.get_absolute_url()}-/"
    assert client.get(f"{address}history/").text.count('name="from"') == 2
    assert "Ada Example" in client.get(f"{address}history/").text
    assert "<ins>two</ins>" in client.get(f"{address}diff/").text
    edited(post, house.grace, "We open at six.", publish=False)
    assert client.get(f"{address}history/").text.count('name="from"') == 2
    post.latest_revision.publish()
    assert client.get(f"{address}history/").text.count('name="from"') == 3


def test_a_long_history_takes_no_more_queries(house: House, client: Client) -> None:
    post = make_post(house.digital, "Plans", "One.", by=house.grace)
    client.force_login(house.otto)
    address = f"{post.get_absolute_url()}-/history/"
    client.get(address)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
        for number in range(5):
            edited(post, house.grace, f"Version {number}.")
    assert counts[0] == counts[1] <= 8


def test_drafts_in_the_history_are_for_those_who_may_edit(house: House, client: Client) -> None:
    post = make_post(house.digital, "Plans", "One.", by=house.grace)
    post.body = "The salary of Kim."
    edit_page(person=house.grace, page=post, publish=False)
    draft, address = post.revisions.order_by("-pk").first().pk, f"{post.get_absolute_url()}-/"
    for person, status in ((house.otto, 404), (house.mary, 200)):
        client.force_login(person)
        assert client.get(f"{address}history/{draft}/").status_code == status
        assert ("salary" in client.get(f"{address}diff/").text) == (status == 200)
