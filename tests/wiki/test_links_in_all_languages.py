"""`[[…]]` finds exactly the page that is meant, in every script, and always the same one."""

import re
import unicodedata
from urllib.parse import quote

import pytest

from limits import TITLE_CHARACTERS
from pages.actions import edit_page, set_audience
from pages.models import BasePage, FormerTitle
from pages.rerendering import rerender
from pages.texts import text_of
from tests.factories.pages import make_wiki_page, wiki_of

pytestmark = pytest.mark.django_db

WIKI = "/spaces/digital-services/wiki/"
TO = "/spaces/operations/wiki/-/to/"


def hrefs(page):
    html = BasePage.objects.get(pk=page.pk).html
    return [href.replace("&amp;", "&") for href in re.findall(r'href="([^"]*)"', html)]


def linked(house, body, space=None, **more):
    return hrefs(make_wiki_page(space or house.digital, "Links", body, **more))


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Übersicht", "übersicht"),
        ("Übersicht", unicodedata.normalize("NFD", "ÜBERSICHT")),
        ("Maßnahmen", "MASSNAHMEN"),
        ("Ελλάδα", "ΕΛΛΆΔΑ"),
        ("Привет", "ПРИВЕТ"),
        ("हिन्दी", "हिन्दी"),
        ("北京", "北京"),
        ("مرحبا", "مرحبا"),
        ("C#", "C#"),
        ("C# rules", "c# rules"),
        ("Zc++", "Zc++"),
        ("Operations: rota", "Operations: rota"),
        ("a | b", r"a \| b"),
        ("a [b] c", r"a \[b\] c"),
        ("50 %", "50 %"),
        ("::", "::"),
        ("Who? What!", "who? what!"),
        ("🎉", "🎉"),
        ("#hashtag", "#hashtag"),
        ("L" * TITLE_CHARACTERS, "l" * TITLE_CHARACTERS),
        ("年" * TITLE_CHARACTERS, "年" * TITLE_CHARACTERS),
        ("ح" * TITLE_CHARACTERS, "Digital Services: " + "ح" * TITLE_CHARACTERS),
        ("a\u2028b", "a b"),
        ("a b", "a\u00a0b"),
    ],
)
def test_a_page_is_found_by_its_title(house, title, typed):
    page = make_wiki_page(house.digital, title)
    assert linked(house, f"[[{typed}]]") == [page.get_absolute_url()]


def test_a_title_is_not_taken_for_a_likely_one(house):
    first, second = make_wiki_page(house.digital, "Zc"), make_wiki_page(house.digital, "Zc++")
    assert linked(house, "[[Zc]] [[Zc++]]") == [first.get_absolute_url(), second.get_absolute_url()]
    (red,) = linked(house, "[[Zc#]]")
    assert red == f"{WIKI}-/new/?title=Zc%23"
    for missing in ("[[Zc!]]", "[[Zc?]]", "[[(Zc)]]", "[[C++]]"):
        assert "/-/new/" in linked(house, missing)[0]


@pytest.mark.parametrize(("title", "other"), [("a b", "a/b"), ("Form 1", "Form (1)"), ("abc", "ＡＢＣ"), ("x", "`x`")])
def test_a_title_that_two_pages_have_never_leads_to_a_third(house, title, other):
    """Their addresses are numbered; the plain one may be that of a page with another title."""
    make_wiki_page(house.digital, other)
    twins = [make_wiki_page(house.digital, title) for _ in range(2)]
    (href,) = linked(house, f"[[{title}]]")
    assert href in {f"{WIKI}-/new/?title={quote(title)}", *(page.get_absolute_url() for page in twins)}


def test_a_title_that_two_pages_have_leads_to_the_one_at_that_path(house):
    first, _second = (make_wiki_page(house.digital, "Rota") for _ in range(2))
    assert linked(house, "[[Rota]]") == [first.get_absolute_url()]


def test_a_fragment_is_one_where_no_title_is_so(house):
    page = make_wiki_page(house.digital, "C# rules")
    assert linked(house, "[[C# rules#Names of things]]") == [f"{page.get_absolute_url()}#names-of-things"]
    assert linked(house, "[[Rota#Monday]]") == [f"{WIKI}-/new/?title=Rota"]


def test_a_red_link_in_another_case_or_form_does_not_make_a_second_page(house, client):
    page = make_wiki_page(house.digital, "Annual leave")
    client.force_login(house.mary)
    answer = client.get(f"{WIKI}-/new/", {"title": "ANNUAL leave"})
    assert answer.headers["Location"] == page.get_absolute_url()
    assert client.get(f"{WIKI}-/new/", {"title": "Annual"}).status_code == 200
    assert client.get(f"{WIKI}-/new/", {"title": "Digital services:annual leave"}).status_code == 302
    assert 'value="Monthly"' in client.get(f"{WIKI}-/new/", {"title": "digital-services: Monthly"}).text


def test_waiting_links_turn_live_however_they_are_typed(house):
    page = make_wiki_page(house.digital, "Index", "[[übersicht]] [[C#]] [[Operations: rota]] [[Zc++]]")
    made = [make_wiki_page(house.digital, title) for title in ("Übersicht", "C#", "Operations: rota", "Zc++")]
    assert hrefs(page) == [each.get_absolute_url() for each in made]


def test_a_link_keeps_its_page_when_somebody_edits_another_sentence(house):
    policy = make_wiki_page(house.digital, "Policy", by=house.grace)
    page = make_wiki_page(house.digital, "Linker", "See [[Policy]].", by=house.grace)
    policy.title, policy.slug = "Archived", "archived"
    edit_page(person=house.grace, page=policy)
    successor = make_wiki_page(house.digital, "Policy")
    old = f"{WIKI}archived/"
    assert hrefs(page) == [old]
    for body in ("See [[Policy]].\n\nA second paragraph.", "Above.\n\nSee [[policy]] and [[Policy|words]]."):
        page = BasePage.objects.get(pk=page.pk).specific
        page.body = body
        edit_page(person=house.grace, page=page)
        assert set(hrefs(page)) == {old}
    rerender([page.pk])
    assert set(hrefs(page)) == {old}
    assert linked(house, "[[Policy]]") == [successor.get_absolute_url()], "what is written now means the page of now"


def test_a_page_is_found_by_a_title_that_it_used_to_have(house):
    page = make_wiki_page(house.digital, "Travel", by=house.grace)
    page.title = "Journeys"
    edit_page(person=house.grace, page=page)
    assert linked(house, "[[travel]]") == linked(house, "[[Journeys]]")
    assert linked(house, "[[travel]]") == [page.get_absolute_url()]
    page.title = "Travel"
    edit_page(person=house.grace, page=page)
    assert linked(house, "[[Journeys]]") == [page.get_absolute_url()]


def test_a_title_that_was_left_while_members_only_read_the_page_tells_nothing(house):
    page = make_wiki_page(house.digital, "Secret merger", audience="space", by=house.grace)
    page.title, page.slug = "Reorganisation", "reorganisation"
    edit_page(person=house.grace, page=page)
    set_audience(person=house.grace, page=page, audience="staff")
    assert FormerTitle.objects.filter(page=page).exists()
    assert "/-/new/" in linked(house, "[[Secret merger]]")[0]
    assert linked(house, "[[Secret merger]]", audience="space") == [f"{WIKI}reorganisation/"]


def test_a_link_without_words_shows_the_title(house):
    make_wiki_page(house.digital, "Target")
    page = make_wiki_page(house.digital, "Links", "[[target|]] [[Missing|]] [[operations:Rota|]]")
    words = re.findall(r"<a[^>]*>([^<]*)</a>", BasePage.objects.get(pk=page.pk).html)
    assert words == ["Target", "Missing", "operations:Rota"]


def test_a_link_into_a_closed_space_leads_each_reader_to_what_she_may_see(house, client):
    deep = make_wiki_page(house.operations, "Rota", parent=make_wiki_page(house.operations, "Work"))
    (address,) = linked(house, "[[operations:Rota]]")
    assert address == f"{TO}?title=Rota"
    assert linked(house, "[[operations:No such page]]") == [f"{TO}?title=No%20such%20page"]
    for name, location in {"linus": deep.get_absolute_url(), "ada": deep.get_absolute_url()}.items():
        client.force_login(getattr(house, name))
        assert client.get(address).headers["Location"] == location
    client.force_login(house.linus)
    assert "/-/new/?title=" in client.get(TO, {"title": "No such page"}).headers["Location"]
    answers = set()
    for name in ("otto", "grace"):
        client.force_login(getattr(house, name))
        for title in ("Rota", "No such page", "", "\u200b"):
            answers.add(client.get(TO, {"title": title}).status_code)
    assert answers == {404}


def test_the_root_of_a_wiki_is_found_by_its_title(house, client):
    root = wiki_of(house.operations)
    root.title = "How we work"
    edit_page(person=house.linus, page=root)
    assert linked(house, "[[how we work]]", house.operations) == [root.get_absolute_url()]
    (address,) = linked(house, "[[operations:How we work]]")
    client.force_login(house.linus)
    assert client.get(address).headers["Location"] == root.get_absolute_url()


def test_a_title_of_ones_own_wiki_comes_before_another_space(house):
    own = make_wiki_page(house.digital, "Operations: rota")
    assert linked(house, "[[Operations: rota]]") == [own.get_absolute_url()]
    hidden = make_wiki_page(house.digital, "Operations: secret", audience="space")
    assert linked(house, "[[Operations: secret]]") == [f"{TO}?title=secret"]
    assert hidden.pk


def test_a_text_with_many_links_asks_no_more_than_one_with_few(house, django_assert_max_num_queries):
    for number in range(30):
        make_wiki_page(house.digital, f"Page {number}")
    body = " ".join(f"[[Page {number}]] [[Nothing {number}#x#y]]" for number in range(30))
    page = make_wiki_page(house.digital, "Links", body)
    few = make_wiki_page(house.digital, "Few", "[[Page 1]] [[Nothing 1]]")
    for each in (page, few):
        fresh = BasePage.objects.select_related("space").get(pk=each.pk)
        with django_assert_max_num_queries(9):
            text_of(fresh)
