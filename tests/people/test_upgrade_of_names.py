"""What an upgrade does with names that stand: it names accounts that are one now, and gives tags of emoji an address."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError
from taggit.models import Tag

from pages.models import BasePage, PageLink
from people.models import Person, Space
from tests.factories.pages import make_post

pytestmark = pytest.mark.django_db
of_people = import_module("people.migrations.0004_names")
of_pages = import_module("pages.migrations.0009_names")


def test_accounts_that_differ_by_case_alone_are_named(house):
    of_people.refuse_twins(apps, None)
    Person.objects.filter(pk=house.otto.pk).update(username="GRACE")
    with pytest.raises(CommandError, match="GRACE and grace"):
        of_people.refuse_twins(apps, None)


def test_keys_of_rows_that_stand_are_filled(house):
    post = make_post(house.digital, "Übersicht 10")
    keys = BasePage.objects.values_list("title_key", "sort_key").get(pk=post.pk)
    BasePage.objects.update(title_key="", sort_key="")
    Person.objects.update(sort_key="")
    Space.objects.update(sort_key="")
    of_pages.fill_keys(apps, None)
    of_people.fill_keys(apps, None)
    assert BasePage.objects.values_list("title_key", "sort_key").get(pk=post.pk) == keys
    for model in (BasePage, Person, Space):
        assert not model.objects.filter(sort_key="").exists()


def test_links_and_tags_get_the_addresses_of_now(house):
    post = make_post(house.digital, "Party", "[[Übersicht]] [[C++]] [[operations:C#]]", tags=["🎉"])
    right = set(PageLink.objects.values_list("target", "key"))
    old = {"Übersicht": "digital-services:übersicht", "C++": "digital-services:c", "operations:C#": "operations:c"}
    for target, key in old.items():
        PageLink.objects.filter(target=target).update(key=key)
    Tag.objects.filter(slug="tada").update(name="🎉", slug="_1")
    BasePage.objects.filter(pk=post.pk).update(labels=[{"slug": "_1", "name": "🎉"}])
    of_pages.write_link_keys_again(apps, None)
    of_pages.name_tags_without_letters(apps, None)
    assert set(PageLink.objects.values_list("target", "key")) == right
    assert Tag.objects.get(name="🎉").slug == "tada"
    assert BasePage.objects.get(pk=post.pk).labels == [{"slug": "tada", "name": "🎉"}]
