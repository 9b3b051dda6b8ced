"""The sanitiser has the last word on the HTML of `text.markup`, whatever an earlier step let through."""

import pytest

from text.markup.sanitise import sanitise


@pytest.mark.parametrize(
    "scheme", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///x"]
)
@pytest.mark.parametrize("tag", ['<a href="{}">x</a>', '<img src="{}">', '<video src="{}"></video>'])
def test_an_address_that_runs_a_script_is_left_out(tag: str, scheme: str) -> None:
    assert scheme.partition(":")[0] not in sanitise(tag.format(scheme))
    assert "https://example.org/" in sanitise(tag.format("https://example.org/"))


@pytest.mark.parametrize("attribute", ["onclick", "onerror", "onload", "style", "formaction", "srcdoc"])
def test_an_attribute_that_runs_a_script_is_left_out(attribute: str) -> None:
    assert sanitise(f'<p class="a" {attribute}="x">Words</p>') == '<p class="a">Words</p>'


@pytest.mark.parametrize("tag", ["script", "style", "iframe", "object", "form", "svg", "base", "meta", "template"])
def test_a_tag_that_is_not_named_is_left_out(tag: str) -> None:
    assert f"<{tag}" not in sanitise(f"<p>Words</p><{tag}>more</{tag}>")
