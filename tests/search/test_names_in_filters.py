"""A filter takes a name as people type it, in every script and case."""

import pytest

from people.models import Space
from search.parameters import marks

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("🎉", "tada"),
        ("Übung", "ubung"),
        ("Parking Permits", "parking-permits"),
    ],
)
def test_a_tag_is_found_by_its_name_and_by_its_address(typed: str, slug: str) -> None:
    assert slug in marks("tag", typed)
    assert slug in marks("tag", slug)


@pytest.mark.parametrize("typed", ["Übersetzung und Sprachen", "übersetzung UND sprachen", "uebersicht", "UEBERSICHT"])
def test_a_space_is_found_by_its_name_and_by_its_short_name(typed: str) -> None:
    space = Space.objects.create(name="Übersetzung und Sprachen", slug="uebersicht")
    assert marks("space", typed) == {str(space.pk)}


@pytest.mark.parametrize("typed", ["grace", "GRACE", "ｇｒａｃｅ"])
def test_an_author_is_found_by_any_case_of_the_user_name(house, typed: str) -> None:
    assert marks("author", typed) == {"grace"}
