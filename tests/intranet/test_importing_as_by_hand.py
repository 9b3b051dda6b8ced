"""An imported page equals one that a person wrote with the same words."""

import io
from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command

from blog.models import BlogPostPage
from pages.actions import edit_page
from pages.models import BasePage
from people.models import Person
from tests.factories.pages import make_post
from tests.intranet.test_importing import SAMPLE, page_at

pytestmark = pytest.mark.django_db
# What two pages cannot have in common, and what only says where and when each was written.
OWN = {"id", "path", "slug", "url_path", "uid", "translation_key", "source_path", "basepage_ptr_id"}
OWN |= {"latest_revision_id", "live_revision_id", "latest_revision_created_at", "last_published_at"}


def columns(page: Any) -> dict[str, Any]:
    return {
        field.attname: getattr(page, field.attname) for field in page._meta.concrete_fields if field.attname not in OWN
    }


def content(page: Any) -> dict[str, Any]:
    """The newest revision, without the numbers of rows."""
    stored = page.latest_revision.content
    kept = {name: value for name, value in stored.items() if name not in OWN and f"{name}_id" not in OWN}
    kept["page_authors"] = [author["person"] for author in stored["page_authors"]]
    kept["tagged_items"] = sorted(item["tag"] for item in stored["tagged_items"])
    return {name: value for name, value in kept.items() if name not in {"pk", "live", "first_published_at"}}


@pytest.fixture
def both() -> tuple[BlogPostPage, BlogPostPage]:
    call_command("import_corpus", str(SAMPLE), stdout=io.StringIO(), stderr=io.StringIO())
    imported = page_at("/spaces/harbour-office/blog/high-water/")
    authors = [author.person for author in imported.page_authors.all()]
    authors[0].is_superuser = True
    authors[0].save()
    written = make_post(
        imported.space,
        imported.title,
        imported.body,
        summary=imported.summary,
        by=authors[0],
        authors=authors,
        tags=[tag.name for tag in imported.tags.all()],
        at=imported.first_published_at,
    )
    return imported, BlogPostPage.objects.get(pk=written.pk)


def test_every_column_says_the_same(both: tuple[BlogPostPage, BlogPostPage]):
    imported, written = both
    assert columns(imported) == columns(written)


def test_the_revisions_hold_the_same(both: tuple[BlogPostPage, BlogPostPage]):
    imported, written = both
    assert content(imported) == content(written)
    for page in both:
        assert page.latest_revision_id == page.live_revision_id
        assert page.latest_revision.user == page.owner
        again = page.get_latest_revision_as_object()
        assert (again.title, again.body, again.pk) == (page.title, page.body, page.pk)


def test_links_and_history_are_the_same(both: tuple[BlogPostPage, BlogPostPage]):
    first, second = (
        (
            list(page.links.order_by("pk").values("to_page", "target", "key", "fragment", "text")),
            list(page.changes.values("person", "minor", "published", "editor_name")),
        )
        for page in both
    )
    assert first == second


def test_it_can_be_changed_like_any_other(both: tuple[BlogPostPage, BlogPostPage]):
    imported, _written = both
    ines = Person.objects.get(username="ines-costa")
    imported.body += "\n\nThe water has gone."
    edit_page(person=ines, page=imported, note="It went")
    page = BasePage.objects.get(pk=imported.pk)
    assert "The water has gone." in page.html
    assert next(change.note for change in page.changes.all()) == "It went"
    assert isinstance(page.last_published_at, datetime)
    assert page.last_published_at > page.first_published_at
    assert not any(BasePage.find_problems())
