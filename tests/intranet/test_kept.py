"""Shared caches hold nothing personal, and a memoised result depends on its arguments only."""

from datetime import UTC, datetime

import pytest
from django.template import engines
from django.utils import translation
from django.utils.functional import SimpleLazyObject


def rendered(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load i18n kept %}" + source).render(context)


def test_a_kept_part_sees_nothing_of_the_page_around_it() -> None:
    template = engines["django"].from_string("{% load kept %}{% kept %}<p>{{ name }}</p>{% endkept %}")
    assert template.render({"name": "Ada"}) == "<p></p>"
    assert template.render({"name": "Otto"}) == "<p></p>"


def test_a_kept_part_is_kept_for_each_language() -> None:
    template = engines["django"].from_string("{% load i18n kept %}{% kept %}{% translate 'Monday' %}{% endkept %}")
    assert template.render({}) == "Monday"
    with translation.override("fr"):
        assert template.render({}) == "lundi"
    assert template.render({}) == "Monday"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"labels": [{"slug": "a", "name": "A"}]}, {"labels": [{"slug": "b", "name": "B"}]}),
        ({"labels": [{"slug": "a", "name": "<b>"}]}, {"labels": [{"slug": "a", "name": "b"}]}),
    ],
)
def test_other_values_give_another_text(first: dict[str, object], then: dict[str, object]) -> None:
    template = engines["django"].from_string(
        '{% load kept %}{% remembered "components/tags.html" labels=page.labels %}'
    )
    texts = [template.render({"page": values}) for values in (first, then, first)]
    assert texts[0] != texts[1]
    assert texts[0] == texts[2]
    assert "<b>" not in texts[0], "text of people is escaped"


def test_a_remembered_component_sees_only_what_it_is_given() -> None:
    source = '{% remembered "components/byline.html" byline=byline date=date %}'
    text = rendered(source, byline=[], date=datetime(2026, 3, 2, tzinfo=UTC), updated=datetime(2027, 1, 1, tzinfo=UTC))
    assert "2 Mar 2026" in text
    assert "2027" not in text


def test_a_lazy_value_counts_as_what_it_stands_for() -> None:
    template = engines["django"].from_string('{% load kept %}{% remembered "components/notice.html" text=text %}')
    assert "one" in template.render({"text": SimpleLazyObject(lambda: "one")})
    assert "two" in template.render({"text": SimpleLazyObject(lambda: "two")})
