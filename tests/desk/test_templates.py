"""A new page begins with a template: of the site, or of its space."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate

from desk import template_views, text_templates
from desk.models import TextTemplate
from tests.factories.pages import House, make_show, make_wiki_page
from text.markup import check

NEW = {
    "post": "/spaces/digital-services/blog/-/new/",
    "wiki page": "/spaces/digital-services/wiki/-/new/",
    "episode": "/spaces/digital-services/podcasts/show/-/new/",
}
LIST = "/spaces/digital-services/-/templates/"


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_twelve_come_with_the_site_and_each_begins_with_its_text() -> None:
    shipped = text_templates.shipped()
    assert len(shipped) == 12
    for template in shipped:
        assert all([template.name, template.description, template.key])
        assert template.body.strip()
        assert not template.body.startswith("#"), "a page has its title above its text"
        check(template.body)


@pytest.mark.parametrize("kind", NEW)
def test_a_page_begins_with_the_chosen_template(house: House, kind: str) -> None:
    make_show(house.digital, "Show")
    mary = signed_in(house.mary)
    offered = mary.get(NEW[kind]).text
    assert "?template=minutes" in offered
    begun = mary.get(NEW[kind], {"template": "minutes", "title": "Monday"})
    body = begun.context["form"]["body"].value()
    assert "## What we agreed" in body
    assert f"**Date:** {date_format(localdate(), 'j F Y')}" in body
    assert begun.context["form"]["title"].value() == "Monday"
    assert "Start from a template" not in begun.text
    assert mary.post(NEW[kind], {"title": "", "body": "x"}).text.count("Start from a template") == 0


def test_nothing_is_offered_for_a_page_that_is_there(house: House) -> None:
    page = make_wiki_page(house.digital, "Rota", "Text.")
    answer = signed_in(house.mary).get(f"{page.get_absolute_url()}-/edit/", {"template": "minutes"})
    assert answer.context["form"]["body"].value() == "Text."
    assert "Start from a template" not in answer.text


@pytest.mark.parametrize("key", ["", "none", "0", "9" * 40, "../how-to", "how-to.md", "\u0663"])
def test_a_template_that_is_not_there_changes_nothing(house: House, key: str) -> None:
    answer = signed_in(house.mary).get(NEW["post"], {"template": key})
    assert answer.status_code == 200
    assert not answer.context["form"]["body"].value()


def test_editors_of_a_space_add_change_and_delete_templates(house: House) -> None:
    grace, mary = signed_in(house.grace), signed_in(house.mary)
    typed = {"name": "Standup", "description": "Each morning.", "body": "By {{me}}"}
    assert mary.post(f"{LIST}new/", typed).status_code == 404
    assert "Add a template" not in mary.get(LIST).text
    assert grace.post(f"{LIST}new/", typed).status_code == 302
    template = TextTemplate.objects.get()
    assert "Standup" in mary.get(NEW["post"]).text
    begun = mary.get(NEW["post"], {"template": template.pk})
    assert begun.context["form"]["body"].value() == f"By {house.mary.name}"
    url = reverse("desk:template", args=["digital-services", template.pk])
    assert mary.get(url).status_code == mary.post(f"{url}delete/").status_code == 404
    assert grace.post(url, {**typed, "name": "Daily"}).status_code == 302
    assert "Daily" in grace.get(LIST).text
    assert grace.post(f"{url}delete/", follow=True).status_code == 200
    assert not TextTemplate.objects.exists()


def test_an_error_keeps_what_was_typed(house: House) -> None:
    TextTemplate.objects.create(space=house.digital, name="Standup", body="x")
    grace = signed_in(house.grace)
    for typed in (
        {"name": "Standup", "body": "Long"},
        {"name": "", "body": "Long"},
        {"name": "n" * 101, "body": "Long"},
    ):
        answer = grace.post(f"{LIST}new/", typed)
        assert answer.status_code == 422
        assert ">\r\nLong</textarea>" in answer.text or ">\nLong</textarea>" in answer.text
        assert "Error:" in answer.text
    assert TextTemplate.objects.count() == 1


def test_a_template_of_another_space_is_nobodys_here(house: House) -> None:
    other = TextTemplate.objects.create(space=house.operations, name="Kestrelword", body="Kestrelword")
    mary = signed_in(house.mary)
    assert not mary.get(NEW["post"], {"template": other.pk}).context["form"]["body"].value()
    assert "Kestrelword" not in mary.get(NEW["post"]).text + mary.get(LIST).text
    assert mary.get("/spaces/operations/-/templates/").status_code == 404
    assert signed_in(house.otto).get(LIST).status_code == 404


def test_the_same_form_sent_twice_makes_one(house: House) -> None:
    grace = signed_in(house.grace)
    key = grace.get(f"{LIST}new/").text.partition('name="form_key" value="')[2][:36]
    typed = {"name": "Standup", "body": "x", "form_key": key}
    assert [grace.post(f"{LIST}new/", typed).status_code for _ in range(2)] == [302, 302]
    assert TextTemplate.objects.count() == 1


def test_a_space_has_so_many_templates_and_no_list_reads_their_texts(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template_views, "TEMPLATES", 2)
    grace = signed_in(house.grace)
    for name in ("One", "Two", "Three"):
        answer = grace.post(f"{LIST}new/", {"name": name, "body": "Kestrelword"})
    assert answer.status_code == 422
    assert "Delete one before you add another" in answer.text
    assert "Kestrelword" in answer.text
    assert TextTemplate.objects.count() == 2
    # Those that are there can still be changed.
    assert grace.post(f"{LIST}{TextTemplate.objects.first().pk}/", {"name": "One", "body": "y"}).status_code == 302
    for address in (LIST, NEW["post"]):
        with CaptureQueriesContext(connection) as asked:
            grace.get(address)
        assert not [query for query in asked if '"desk_texttemplate"."body"' in query["sql"]], address
