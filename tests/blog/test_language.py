"""The language and direction of a text: chosen by its writer, declared wherever the text is shown."""

import re

import pytest
from taggit.models import Tag

from blog.models import BlogPostPage
from pages.models import BasePage
from syndication.writers import atom, json_feed, rss
from tests.factories.pages import make_post, make_wiki_page

pytestmark = pytest.mark.django_db
BLOG = "/spaces/digital-services/blog/"
WIKI = "/spaces/digital-services/wiki/"
TITLE = "دليل العمل"


def chosen(html: str) -> str:
    (select,) = re.findall(r'<select name="language".*?</select>', html, re.S)
    return re.search(r'value="(\w+)" selected', select)[1]


@pytest.mark.parametrize("room", [BLOG, WIKI])
def test_a_writer_chooses_a_language_once(house, client, room):
    client.force_login(house.mary)
    assert chosen(client.get(f"{room}-/new/").text) == "en"
    answer = client.post(f"{room}-/new/", {"title": TITLE, "body": "مرحبا", "language": "ar", "action": "publish"})
    page = BasePage.objects.get(title=TITLE)
    assert page.language == "ar"
    address = answer.headers["Location"]
    assert chosen(client.get(f"{address}-/edit/").text) == "ar"
    assert chosen(client.get(f"{room}-/new/").text) == "ar", "what she wrote in last"
    form = {"title": TITLE, "body": "أهلا", "base_revision": page.latest_revision_id, "action": "publish"}
    assert client.post(f"{address}-/edit/", form).status_code == 302
    assert BasePage.objects.get(pk=page.pk).language == "ar", "a form that says nothing changes nothing"


def test_title_text_and_entries_say_their_language_and_run_as_it_does(house, client):
    post = make_post(house.digital, TITLE, "نص", summary="ملخص", language="ar", by=house.grace)
    page = make_wiki_page(house.digital, "Écran", "Texte.", language="fr")
    english = make_post(house.digital, "Plain words", "Text.")
    client.force_login(house.mary)
    html = client.get(post.get_absolute_url()).text
    for opening, around in (("<h1", ""), ("<h2>In short</h2><p", ""), ("<div", '<article class="prose">')):
        assert f'{opening} lang="ar" dir="rtl">{around}' in html
    html = client.get(page.get_absolute_url()).text
    for opening, around in (("<h1", ""), ("<div", '<article class="prose">')):
        assert f'{opening} lang="fr" dir="auto">{around}' in html
    assert '<div dir="auto"><article class="prose">' in client.get(english.get_absolute_url()).text
    for address in ("/", BLOG, "/spaces/digital-services/"):
        html = client.get(address).text
        assert re.search(rf'<h\d lang="ar" dir="rtl"><a href="{post.get_absolute_url()}">', html), address
    assert '<li lang="fr" dir="auto"><a' in client.get(f"{WIKI}-/pages/").text
    assert '<li lang="fr" dir="auto"><a' in client.get(WIKI).text


def test_a_feed_says_language_and_direction_of_each_text(house):
    from datetime import UTC, datetime
    from uuid import uuid4

    from syndication.writers.entries import Feed, Item

    now = datetime(2026, 11, 28, tzinfo=UTC)
    item = Item(uuid4(), "https://a.example/1", TITLE, "<p>نص</p>", now, now, language="ar")
    feed = Feed(
        uid=uuid4(),
        title="News",
        description="News",
        url="https://a.example/",
        feed_url="https://a.example/feed",
        language="en",
        author="",
        updated_at=now,
        items=(item,),
    )
    wrapped = '<div lang="ar" dir="rtl"><p>نص</p></div>'
    assert wrapped in json_feed.write(feed).decode().replace('\\"', '"')
    for write in (rss.write, atom.write):
        assert wrapped.replace("<", "&lt;").replace(">", "&gt;") in write(feed).decode().replace("&quot;", '"')
    assert ":language>ar<" in rss.write(feed).decode()


def test_a_tag_is_one_whatever_its_case_and_the_form_of_its_letters(house, client):
    client.force_login(house.mary)
    for number, tag in enumerate(("Übung", "übung", "U\u0308BUNG", "ü\u200bbung")):
        form = {"title": f"Post {number}", "body": "Text", "tags": f"{tag}, 🎉, C#, C++, \u200b", "action": "publish"}
        assert client.post(f"{BLOG}-/new/", form).status_code == 302
    assert sorted(Tag.objects.values_list("slug", flat=True)) == ["c-plus-plus", "c-sharp", "tada", "ubung"]
    assert BlogPostPage.objects.filter(tags__slug="ubung").count() == 4
    # Each page calls it as its writer typed it.
    labels = {page.title: {tag["slug"]: tag["name"] for tag in page.labels} for page in BlogPostPage.objects.all()}
    assert labels["Post 0"] == {"ubung": "Übung", "tada": "🎉", "c-sharp": "C#", "c-plus-plus": "C++"}
    assert labels["Post 1"]["ubung"] == "übung"


@pytest.mark.parametrize("title", ["\u200b", "\u3164", " \u00ad ", "\u202e"])
@pytest.mark.parametrize("room", [BLOG, WIKI])
def test_a_title_that_nobody_sees_is_refused(house, client, room, title):
    client.force_login(house.mary)
    before = BasePage.objects.count()
    answer = client.post(f"{room}-/new/", {"title": title, "body": "kept words", "action": "publish"})
    assert "Enter a title." in answer.text
    assert "kept words" in answer.text
    assert BasePage.objects.count() == before
