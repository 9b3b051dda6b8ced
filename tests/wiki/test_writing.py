"""Writing a wiki page from the front end: nothing typed is lost, whatever happens."""

import re

import pytest
from django.test import Client

from pages.actions import edit_page
from pages.models import Change
from tests.factories.pages import make_wiki_page, wiki_of
from wiki.models import WikiPage

WIKI = "/spaces/digital-services/wiki/"
NEW = f"{WIKI}-/new/"
TEXT = "The desk is open from nine to five on weekdays.\n\nRing the bell at weekends.\n\nA permit costs 10 euros.\n"


def typed(page, **changes):
    """The edit form as a browser sends it back."""
    page.refresh_from_db()
    return {
        "title": page.title,
        "body": page.body.replace("\n", "\r\n"),
        "summary": page.summary,
        "tags": "",
        "authors": page.owner.username if page.owner else "",
        "slug": page.slug,
        "change_note": "",
        "base_revision": page.latest_revision_id or "",
        "action": "publish",
        **changes,
    }


def edit_url(page) -> str:
    return f"{page.get_absolute_url()}-/edit/"


def test_a_member_writes_a_page_below_another(client, house):
    make_wiki_page(house.digital, "Team", "Us.")
    client.force_login(house.mary)
    form = client.get(f"{NEW}?title=team/Getting started").text
    assert 'value="Getting started"' in form
    assert 'value="Team (team)"' in form

    answer = client.post(
        NEW, {"title": "Getting started", "parent": "team", "body": "Take a *chair*.", "action": "publish"}
    )

    assert answer.headers["Location"] == f"{WIKI}team/getting-started/"
    client.force_login(house.otto)
    assert "<em>chair</em>" in client.get(f"{WIKI}team/getting-started/").text


@pytest.mark.parametrize("name", ["otto", "linus"])
def test_who_may_not_write_here_finds_no_form_and_changes_nothing(client, house, name):
    page = make_wiki_page(house.digital, "Guide", TEXT)
    client.force_login(getattr(house, name))
    for url in (
        NEW,
        edit_url(page),
        *(f"{page.get_absolute_url()}-/{view}/" for view in ("move", "delete", "audience")),
    ):
        assert client.get(url).status_code == 404
        assert client.post(url, typed(page, title="Mine", audience="space", parent="")).status_code == 404
    for view in ("unpublish", "restore"):
        data = {"revision": page.latest_revision_id}
        assert client.post(f"{page.get_absolute_url()}-/{view}/", data).status_code == 404
    page.refresh_from_db()
    assert (page.title, page.live, page.audience, Change.objects.filter(page=page).count()) == (
        "Guide",
        True,
        "staff",
        1,
    )


def test_the_root_of_a_new_wiki_can_be_written_and_keeps_its_address(client, house):
    root = wiki_of(house.digital)
    client.force_login(house.mary)
    answer = client.post(edit_url(root), typed(root, title="Handbook", body="Welcome.", slug="other"))
    assert answer.headers["Location"] == WIKI
    root.refresh_from_db()
    assert (root.title, root.slug, root.plain) == ("Handbook", "wiki", "Welcome.")
    assert Change.objects.filter(page=root).count() == 2


def test_a_preview_shows_the_text_saves_nothing_and_keeps_what_was_typed(client, house):
    page = make_wiki_page(house.digital, "Guide", TEXT)
    client.force_login(house.mary)
    data = typed(page, title="Better guide", body="Some *new* words, [[Guide]].", change_note="why", action="preview")
    shown = client.post(edit_url(page), data).text
    assert "<em>new</em>" in shown
    assert f'<a href="{WIKI}guide/" class="wikilink">Guide</a>' in shown
    assert 'value="Better guide"' in shown
    assert "Some *new* words" in shown
    assert 'value="why"' in shown
    page.refresh_from_db()
    assert page.body == TEXT


@pytest.mark.parametrize(
    "fault",
    [
        {"title": ""},
        {"tags": "x" * 200},
        {"authors": "nobody"},
        {"body": "é" * 300_000 + "TheEnd"},
        {"title": "x" * 300},
    ],
)
def test_an_error_keeps_what_was_typed_and_changes_nothing(client, house, fault):
    page = make_wiki_page(house.digital, "Guide", TEXT)
    client.force_login(house.mary)
    data = {**typed(page, body="My long work.TheEnd", change_note="why"), **fault}
    answer = client.post(edit_url(page), data)
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert "TheEnd" in answer.text
    assert 'value="why"' in answer.text
    page.refresh_from_db()
    assert page.body == TEXT


def test_a_parent_that_is_not_there_is_an_error_and_a_hidden_one_is_the_same_error(client, house):
    make_wiki_page(house.operations, "Keys", "x", by=house.linus)
    client.force_login(house.mary)
    answers = [
        client.post(NEW, {"title": "T", "body": "kept words", "parent": parent}).text
        for parent in ("keys", "spaces/operations/wiki/keys")
    ]
    for answer in answers:
        assert "There is no page" in answer
        assert "kept words" in answer
    assert WikiPage.objects.filter(title="T").count() == 0


def test_two_who_change_different_passages_are_joined(house):
    page = make_wiki_page(house.digital, "Guide", TEXT)
    mary, grace = Client(), Client()
    mary.force_login(house.mary)
    grace.force_login(house.grace)
    of_mary = typed(page, body=TEXT.replace("nine", "eight"), change_note="Earlier")
    of_grace = typed(page, body=TEXT.replace("10 euros", "12 euros"), title="Desk guide")
    assert mary.post(edit_url(page), of_mary).status_code == 302

    answer = grace.post(edit_url(page), of_grace, follow=True)

    assert "Mary Example saved this page while you were writing. Both sets of changes are in it." in answer.text
    page.refresh_from_db()
    assert page.body == TEXT.replace("nine", "eight").replace("10 euros", "12 euros")
    assert page.title == "Desk guide"
    assert [change.person.username for change in Change.objects.filter(page=page)][:2] == ["grace", "mary"]


def test_who_meets_the_own_change_from_another_window_is_told_so(house):
    page = make_wiki_page(house.digital, "Guide", TEXT)
    mary = Client()
    mary.force_login(house.mary)
    first, second = (typed(page, body=TEXT.replace("10 euros", price)) for price in ("9 euros", "12 euros"))
    mary.post(edit_url(page), first)
    answer = mary.post(edit_url(page), second)
    assert answer.status_code == 409
    assert "You saved this page from another window" in answer.text
    assert "Mary Example saved" not in answer.text


def test_two_who_change_the_same_words_lose_nothing_and_the_second_is_asked(house):
    page = make_wiki_page(house.digital, "Guide", TEXT)
    mary, grace = Client(), Client()
    mary.force_login(house.mary)
    grace.force_login(house.grace)
    of_mary = typed(page, body=TEXT.replace("10 euros", "9 euros").replace("nine", "eight"))
    of_grace = typed(page, body=TEXT.replace("10 euros", "12 euros"), change_note="Dearer")
    mary.post(edit_url(page), of_mary)

    answer = grace.post(edit_url(page), of_grace)

    assert answer.status_code == 409
    assert "Mary Example saved this page while you were writing" in answer.text
    assert "9 euros" in answer.text
    assert "12 euros" in answer.text
    assert "from eight to five" in answer.context["form"]["body"].value()
    page.refresh_from_db()
    assert "9 euros" in page.body
    form = answer.context["form"]
    again = {**of_grace, **{name: form[name].value() for name in ("body", "settling", "base_revision")}}
    # Who publishes without looking is told so, and drops nobody's words.
    for action in ("publish", "draft"):
        refused = grace.post(edit_url(page), {**again, "action": action})
        assert "Two versions are still in the text." in refused.text
        assert 'name="settling" value="1"' in refused.text
        assert "&gt;&gt;&gt;&gt;&gt;&gt;&gt; Yours" in refused.text
    page.refresh_from_db()
    assert "12 euros" not in page.body
    assert grace.post(edit_url(page), {**again, "action": "preview"}).status_code == 200
    settled = "\n".join(line for line in again["body"].splitlines() if not line.startswith(("<<<<", "====", ">>>>")))
    assert grace.post(edit_url(page), {**again, "body": settled}).status_code == 302
    page.refresh_from_db()
    assert ("9 euros" in page.body, "12 euros" in page.body, "from eight" in page.body) == (True, True, True)


def test_marks_of_versions_are_words_like_others_where_nothing_has_to_be_settled(house):
    page = make_wiki_page(house.digital, "Git", TEXT)
    mary = Client()
    mary.force_login(house.mary)
    text = "<<<<<<< HEAD\n\nx\n\n=======\n\ny\n\n>>>>>>> main\n"
    assert mary.post(edit_url(page), typed(page, body=text)).status_code == 302


def test_both_texts_stand_side_by_side_with_the_changed_words_marked(house):
    page = make_wiki_page(house.digital, "Guide", TEXT)
    mary, grace = Client(), Client()
    mary.force_login(house.mary)
    grace.force_login(house.grace)
    sent = [typed(page, body=TEXT.replace("10 euros", price)) for price in ("9 euros", "12 euros")]
    mary.post(edit_url(page), sent[0])
    shown = grace.post(edit_url(page), sent[1]).text
    row = re.search(r"<tr><td class=.is-delete.>(.*?)</td><td class=.is-insert.>(.*?)</td></tr>", shown)
    assert row
    assert ("<del>9</del>" in row[1], "<ins>12</ins>" in row[2]) == (True, True)
    for name in ("Theirs", "Yours"):
        assert f'<th scope="col">{name}</th>' in shown


def test_both_give_another_title_and_the_second_is_asked(house):
    page = make_wiki_page(house.digital, "Guide", TEXT)
    client = Client()
    client.force_login(house.grace)
    data = typed(page, title="Grace's guide")
    page.title = "Mary's guide"
    edit_page(person=house.mary, page=page)
    answer = client.post(edit_url(page), data)
    assert answer.status_code == 409
    assert "Mary&#x27;s guide" in answer.text
    assert "Grace&#x27;s guide" in answer.text


def test_an_edit_form_that_lay_open_does_not_widen_a_page_again(client, house):
    page = make_wiki_page(house.digital, "Guide", TEXT)
    client.force_login(house.mary)
    data = typed(page, body="New.", audience="staff")
    client.post(f"{page.get_absolute_url()}-/audience/", {"audience": "space"})
    assert client.post(edit_url(page), data).status_code == 302
    page.refresh_from_db()
    assert (page.audience, page.plain) == ("space", "New.")
    client.force_login(house.otto)
    assert client.get(page.get_absolute_url()).status_code == 404


def test_a_draft_belongs_to_its_writer_until_it_is_published_and_then_is_merged(house):
    page = make_wiki_page(house.digital, "Guide", TEXT)
    mary, grace, otto = Client(), Client(), Client()
    for browser, person in ((mary, house.mary), (grace, house.grace), (otto, house.otto)):
        browser.force_login(person)

    answer = mary.post(edit_url(page), typed(page, body=TEXT.replace("nine", "eight"), action="draft"), follow=True)

    assert "saved as a draft" in answer.text
    assert "You have unpublished changes to this page" in answer.text
    for browser in (grace, otto):
        for view in ("", "-/history/", "-/raw/", "-/diff/"):
            assert "eight" not in browser.get(f"{page.get_absolute_url()}{view}").text
    assert "eight" not in grace.get(edit_url(page)).text
    assert Change.objects.filter(page=page).count() == 1

    grace.post(edit_url(page), typed(page, body=TEXT.replace("10 euros", "12 euros")))
    form = mary.get(edit_url(page)).context["form"]
    assert "from eight to five" in form["body"].value()
    mary.post(edit_url(page), typed(page, body=form["body"].value(), base_revision=form["base_revision"].value()))
    page.refresh_from_db()
    assert page.body == TEXT.replace("nine", "eight").replace("10 euros", "12 euros")
    assert "not published" not in mary.get(page.get_absolute_url()).text


def test_a_new_address_leaves_the_old_one_working_for_those_who_may_read(client, house):
    page = make_wiki_page(house.digital, "Guide", TEXT)
    make_wiki_page(house.digital, "Below", "Text.", parent=page)
    make_wiki_page(house.digital, "Team", "See [[guide/below]] and [[Guide]].")
    client.force_login(house.mary)
    client.post(edit_url(page), typed(page, title="Handbook", slug="handbook"))

    client.force_login(house.otto)
    assert client.get(f"{WIKI}guide/").headers["Location"] == f"{WIKI}handbook/"
    assert client.get(f"{WIKI}guide/below/").headers["Location"] == f"{WIKI}handbook/below/"
    assert "redlink" not in client.get(f"{WIKI}team/").text
