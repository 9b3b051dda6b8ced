"""Editing one section: only its lines are shown and saved, and what others changed meanwhile stays."""

import pytest
from bs4 import BeautifulSoup

from pages.models import BasePage
from tests.factories.pages import make_episode, make_post, make_show, make_wiki_page
from text.markup import RenderContext, render, section_of

TEXT = "Intro.\n\n## One\n\nFirst.\n\n### Below\n\nDeeper.\n\n## Two\n\nSecond.\n"


def form_at(client, url):
    """The fields of the form as a browser would send them."""
    form = BeautifulSoup(client.get(url).text, "html.parser").select_one("main form.form")
    fields = {each["name"]: each.get("value", "") for each in form.select("input[name]") if each.get("type") != "file"}
    for each in form.select("input[type=checkbox]"):
        fields.pop(each["name"], None)
    for each in form.select("input[type=radio][checked]"):
        fields[each["name"]] = each["value"]
    for each in form.select("select[name]"):
        fields[each["name"]] = (each.select_one("option[selected]") or each.select_one("option"))["value"]
    # A browser leaves out the line feed that begins a text area.
    return fields | {each["name"]: each.text.removeprefix("\n") for each in form.select("textarea[name]")}


@pytest.fixture(params=["post", "wiki", "episode"])
def page(request, house):
    make = {
        "post": lambda: make_post(house.digital, "Page", TEXT),
        "wiki": lambda: make_wiki_page(house.digital, "Page", TEXT),
        "episode": lambda: make_episode(make_show(house.digital, "Show"), "Page", TEXT),
    }
    return make[request.param]()


def body(page):
    return BasePage.objects.get(pk=page.pk).body


def test_a_section_is_shown_alone_and_saved_alone(client, house, page):
    client.force_login(house.grace)
    url = f"{page.get_absolute_url()}-/section/one/"
    fields = form_at(client, url)
    assert fields["body"] == "## One\n\nFirst.\n\n### Below\n\nDeeper."
    answer = client.post(url, {**fields, "body": "## One\n\nBetter.", "action": "publish"})
    assert answer.status_code == 302
    assert answer["Location"].endswith("#one")
    assert body(page) == "Intro.\n\n## One\n\nBetter.\n\n## Two\n\nSecond.\n"


def test_what_others_change_elsewhere_meanwhile_stays(client, house, page):
    client.force_login(house.grace)
    url = f"{page.get_absolute_url()}-/section/one/"
    fields = form_at(client, url)
    whole = form_at(client, f"{page.get_absolute_url()}-/edit/")
    client.post(
        f"{page.get_absolute_url()}-/edit/",
        {**whole, "body": TEXT.replace("Second.", "Second, changed.") + "\n## Three\n\nThird.\n", "action": "publish"},
    )
    client.post(url, {**fields, "body": fields["body"].replace("First.", "First, changed."), "action": "publish"})
    assert body(page) == TEXT.replace("First.", "First, changed.").replace("Second.", "Second, changed.") + (
        "\n## Three\n\nThird.\n"
    )


def test_a_section_that_has_gone_says_so_and_keeps_the_text(client, house, page):
    client.force_login(house.grace)
    url = f"{page.get_absolute_url()}-/section/one/"
    fields = form_at(client, url)
    whole = form_at(client, f"{page.get_absolute_url()}-/edit/")
    client.post(
        f"{page.get_absolute_url()}-/edit/",
        {**whole, "body": "Intro.\n\n## Two\n\nSecond.\n", "action": "publish"},
    )
    answer = client.post(url, {**fields, "body": "## One\n\nMine instead.", "action": "publish"})
    assert answer.status_code == 409
    assert "no longer on the page" in answer.text
    assert "Mine instead." in answer.text
    assert body(page) == "Intro.\n\n## Two\n\nSecond.\n"

    answer = client.get(url)
    assert "This section is no longer on the page." in answer.text
    forged = client.post(url, {**fields, "base_revision": "", "section": "none", "body": "Mine.", "action": "publish"})
    assert forged.status_code == 200
    assert "Mine." in forged.text
    assert "no longer on the page" in forged.text
    assert body(page) == "Intro.\n\n## Two\n\nSecond.\n"


def test_a_preview_and_a_mistake_show_the_section_again(client, house, page):
    client.force_login(house.grace)
    url = f"{page.get_absolute_url()}-/section/two/"
    fields = form_at(client, url)
    for change in ({"action": "preview"}, {"title": ""}):
        answer = client.post(url, {**fields, "body": "## Zwei\n\nOther.", **change})
        area = BeautifulSoup(answer.text, "html.parser").select_one("textarea[name=body]")
        assert area.text.strip() == "## Zwei\n\nOther."
        assert BeautifulSoup(answer.text, "html.parser").select_one("[name=section]")["value"] == "two"


def test_headings_lead_to_themselves_and_those_who_can_edit_to_their_section(client, house, page):
    client.force_login(house.otto)
    soup = BeautifulSoup(client.get(page.get_absolute_url()).text, "html.parser")
    assert [link["href"] for link in soup.select(".heading-tools a")] == ["#one", "#below", "#two"]
    assert soup.select_one(".heading-tools a")["aria-label"] == "Link to “One”"
    assert client.get(f"{page.get_absolute_url()}-/section/one/").status_code == 404
    client.force_login(house.grace)
    soup = BeautifulSoup(client.get(page.get_absolute_url()).text, "html.parser")
    edit = soup.select_one('.heading-tools a[aria-label="Edit section “Two”"]')
    assert edit["href"] == f"{page.get_absolute_url()}-/section/two/"
    assert [heading.get_text() for heading in soup.select(".prose :is(h2, h3)")] == ["One", "Below", "Two"]


@pytest.mark.parametrize(
    "text",
    [
        "One\n===\nx\nTwo\n---\ny",
        "# A\n# A\n# A",
        "> # In a quote\n\n# After\n\n```\n# no heading\n```\n\n## Below\r\n\r\nx\r\n",
        "- # In a list\n  words\n\n# After\n\n\n\n",
        "# A[^1]\n\n[^1]: # In a note\n\n# B",
        "# [[Link]] & `code` *x*\n\n| a |\n|---|\n| # no |\n\n## B\nlast",
    ],
)
def test_a_section_that_nobody_changed_changes_no_byte(text):
    rendered = render(text, context=RenderContext())
    assert rendered.headings
    for heading in rendered.headings:
        section = section_of(text, rendered.html, heading["id"])
        assert section is not None
        assert heading["text"].split()[0].strip("[]`*") in section.source
        assert section.with_source(section.source) == text
        assert section.within(text) == section.source


def test_a_draft_of_a_section_says_so_and_is_put_back_into_the_whole_text(client, house, page):
    client.force_login(house.grace)
    fields = form_at(client, f"{page.get_absolute_url()}-/section/one/")
    client.post(
        f"{page.get_absolute_url()}-/section/one/",
        {**fields, "body": "## One\n\nFirst, half done.", "action": "draft"},
    )
    edit = f"{page.get_absolute_url()}-/edit/"
    again = form_at(client, edit)
    client.post(edit, {**again, "action": "publish"})
    assert body(page) == "Intro.\n\n## One\n\nFirst, half done.\n\n## Two\n\nSecond.\n"


def test_what_was_kept_of_a_section_while_it_was_typed_comes_back_as_that_section(client, house, page):
    client.force_login(house.grace)
    url = f"{page.get_absolute_url()}-/section/one/"
    fields = {**form_at(client, url), "body": "## One\n\nFirst, half done."}
    about = {"draft_tab": "a", "draft_turn": "1", "draft_path": url, "draft_page": str(page.pk)}
    assert client.post("/drafts/-/save/", {**fields, **about}).json()["state"] == "saved"
    edit = f"{page.get_absolute_url()}-/edit/"
    again = form_at(client, edit)
    assert again["body"] == "## One\n\nFirst, half done."
    assert "Section “One”" in client.get(edit).text
    assert client.post(edit, {**again, "action": "publish"}).status_code == 302
    assert body(page) == "Intro.\n\n## One\n\nFirst, half done.\n\n## Two\n\nSecond.\n"
