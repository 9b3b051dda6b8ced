"""Every component renders, declares its variables, and fits a frame that the security policy allows."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.project.styleguide import SampleForm, context

pytestmark = pytest.mark.usefixtures("plain_static_files")
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))


@pytest.fixture
def plain_static_files(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def asked(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/?q=tea&page=3")
    request.user = AnonymousUser()
    return request


def test_the_style_guide_shows_every_part(asked: HttpRequest) -> None:
    page = render_to_string("styleguide.html", context(), request=asked)
    for expected in ("What we learnt", "Members of Digital Services", "Public since 2 Mar 2026", "There is a problem"):
        assert expected in page
    assert 'href="?q=tea&amp;page=2"' in page, "pagination keeps the other parameters"


def test_a_rejected_sign_in_says_so_in_title_summary_and_field(asked: HttpRequest) -> None:
    page = render_to_string("sign_in.html", {"form": SampleForm({}), "next": "/spaces/?a=1&b=2"}, request=asked)
    assert "<title>Error:" in page
    assert 'role="alert"' in page
    assert 'value="/spaces/?a=1&amp;b=2"' in page


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_needs_no_context(name: str) -> None:
    assert "<h1>" in render_to_string(f"{name}.html")


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_declares_its_variables_first(component: Path) -> None:
    assert re.match(r"(\{% load [^%]+%\})?\{% comment %\}", component.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_asks_for_what_the_security_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", text), "inline style or script"
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "inline script"


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_components_see_only_what_they_are_given(path: Path) -> None:
    for tag in re.findall(r"\{% include [^%]*components/[^%]*%\}", path.read_text(encoding="utf-8")):
        assert tag.endswith("only %}"), tag
