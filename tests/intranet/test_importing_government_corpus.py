"""A sample of the corpus that the acceptance checks use, if it is on this machine."""

import io

import pytest
from django.core.management import call_command

from blog.models import BlogPostPage
from pages.models import BasePage, PageLink
from podcasts.models import EpisodePage
from tests.beside import SHARED, needs
from wiki.models import WikiPage

CORPUS = SHARED / "corpus"
pytestmark = [
    pytest.mark.django_db,
    needs("corpus"),
]


def test_forty_lines_of_each_kind_come_in_whole_and_a_second_run_adds_none():
    out = io.StringIO()
    call_command("import_corpus", str(CORPUS), limit=40, stdout=out, stderr=io.StringIO())
    assert "120 written (40 posts, 40 wiki pages, 40 episodes)" in out.getvalue()
    assert BlogPostPage.objects.exclude(html="").count() == 40
    assert WikiPage.objects.exclude(html="").exclude(source_path=None).count() == 40
    assert EpisodePage.objects.exclude(transcript="").count() == 40
    assert not any(BasePage.find_problems())
    assert PageLink.objects.exclude(to_page=None).exists()
    before = list(BasePage.objects.order_by("pk").values_list("pk", "url_path", "html"))

    out = io.StringIO()
    call_command("import_corpus", str(CORPUS), limit=40, stdout=out, stderr=io.StringIO())
    assert "0 written" in out.getvalue()
    assert list(BasePage.objects.order_by("pk").values_list("pk", "url_path", "html")) == before
