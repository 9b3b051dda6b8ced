"""However a page is deleted: what named it, the media that it showed, and the index follow."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from wagtail.models import get_page_models

from media.models import Picture
from media.uploads import store_picture
from pages import actions
from pages.models import BasePage
from pages.querysets import BasePageQuerySet
from search.models import OutboxEntry
from tests.factories.pages import House, make_wiki_page
from tests.factories.pictures import png
from wiki.models import WikiPage


def by_the_site(house: House, page: Any) -> None:
    actions.delete_page(person=house.grace, page=page)


def by_the_object(house: House, page: Any) -> None:
    page.delete()


def by_an_object_of_the_base(house: House, page: Any) -> None:
    BasePage.objects.get(pk=page.pk).delete()


def by_a_query(house: House, page: Any) -> None:
    BasePage.objects.filter(pk=page.pk).delete()


def by_a_query_of_the_kind(house: House, page: Any) -> None:
    WikiPage.objects.filter(title=page.title).delete()


def in_the_admin(house: House, page: Any) -> None:
    client = Client()
    client.force_login(house.ada)
    client.post(f"/admin/pages/{page.pk}/delete/")


def in_bulk_in_the_admin(house: House, page: Any) -> None:
    client = Client()
    client.force_login(house.ada)
    client.post(f"/admin/bulk/pages/basepage/delete/?id={page.pk}&next=/admin/")


WAYS = [
    *(by_the_site, by_the_object, by_an_object_of_the_base, by_a_query, by_a_query_of_the_kind),
    *(in_the_admin, in_bulk_in_the_admin),
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_links_media_and_index_follow(house: House, way: Callable[[House, Any], None]) -> None:
    picture = store_picture(png("nest.png"), alt="A nest", space=house.digital, person=house.grace)
    top = make_wiki_page(house.digital, "Owls", "x", by=house.grace)
    below = make_wiki_page(house.digital, "Nests", f"![A nest](picture:{picture.pk})", parent=top, by=house.grace)
    linking = make_wiki_page(house.digital, "Start", "See [[Owls]] and [[Owls/Nests]].")
    assert "redlink" not in BasePage.objects.get(pk=linking.pk).html
    assert Picture.objects.get(pk=picture.pk).audience == "staff"
    OutboxEntry.objects.all().delete()
    way(house, top)
    assert not BasePage.objects.filter(pk__in=[top.pk, below.pk], deleted=None).exists()
    assert BasePage.objects.get(pk=linking.pk).html.count("redlink") == 2
    assert Picture.objects.get(pk=picture.pk).audience == "space"
    told = set(OutboxEntry.objects.values_list("key", flat=True))
    assert {f"pages.basepage:{page.pk}" for page in (top, below, linking)} <= told


def test_a_picture_that_two_pages_of_a_branch_show_closes_with_them(house: House) -> None:
    picture = store_picture(png("nest.png"), alt="A nest", space=house.digital, person=house.grace)
    top = make_wiki_page(house.digital, "Owls", f"![An owl](picture:{picture.pk})", by=house.grace)
    make_wiki_page(house.digital, "Nests", f"![A nest](picture:{picture.pk})", parent=top, by=house.grace)
    top.delete()
    assert Picture.objects.get(pk=picture.pk).audience == "space"


@pytest.mark.parametrize("kind", get_page_models(), ids=lambda kind: kind.__name__)
def test_every_kind_is_deleted_that_way(kind: Any) -> None:
    assert isinstance(kind._default_manager.all(), BasePageQuerySet)
    assert kind._default_manager.all().delete.__func__ is BasePageQuerySet.delete
