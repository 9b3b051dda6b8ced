"""Links between pages: live, red, and silent about pages that not every reader may see."""

import pytest

from pages import texts
from pages.actions import delete_page, edit_page
from pages.models import PageLink
from tests.factories.pages import make_post, make_wiki_page

pytestmark = pytest.mark.django_db


def html_of(page):
    page.refresh_from_db()
    return page.html


def test_a_link_finds_its_page_by_title_slug_or_path(house):
    parent = make_wiki_page(house.digital, "Working here")
    make_wiki_page(house.digital, "Getting started", parent=parent)
    body = "[[Getting started]] [[working-here/getting-started|there]] [[Working here/Getting started]]"
    post = make_post(house.people, "Welcome", "[[digital-services:Getting started]]")
    page = make_wiki_page(house.digital, "Index", body)
    address = "/spaces/digital-services/wiki/working-here/getting-started/"
    assert html_of(page).count(f'href="{address}"') == 3
    assert f'href="{address}"' in html_of(post)
    assert page.links.filter(to_page__title="Getting started").count() == 3


def test_a_red_link_turns_live_when_its_page_is_written_and_red_again_when_it_goes(house):
    page = make_wiki_page(house.digital, "Index", "See [[Expenses]].")
    assert "redlink" in html_of(page)
    written = make_wiki_page(house.digital, "Expenses")
    assert "redlink" not in html_of(page)
    assert PageLink.objects.get(page=page).to_page_id == written.pk
    delete_page(person=house.grace, page=written)
    assert "redlink" in html_of(page)


@pytest.mark.parametrize("count", [1, 12])
def test_a_page_that_links_into_a_deleted_branch_is_rendered_once(house, monkeypatch, count):
    top = make_wiki_page(house.digital, "Rules")
    for number in range(count):
        make_wiki_page(house.digital, f"Rule {number}", "[[Index]]", parent=top)
    page = make_wiki_page(house.digital, "Index", " ".join(f"[[Rule {number}]]" for number in range(count)))
    rendered = []
    render = texts.text_of
    monkeypatch.setattr(
        texts, "text_of", lambda page, **options: (rendered.append(page.pk), render(page, **options))[1]
    )
    delete_page(person=house.grace, page=top)
    assert rendered == [page.pk]
    assert html_of(page).count("redlink") == count


def test_a_renamed_page_keeps_its_links(house):
    page = make_wiki_page(house.digital, "Index", "See [[Expenses]].")
    written = make_wiki_page(house.digital, "Expenses", by=house.grace)
    written.slug = "travel-expenses"
    edit_page(person=house.grace, page=written)
    assert "/wiki/travel-expenses/" in html_of(page) or "redlink" not in html_of(page)


def test_a_link_into_a_closed_space_does_not_tell_whether_its_page_exists(house):
    before = html_of(make_wiki_page(house.digital, "One", "[[operations:Rota]]"))
    make_wiki_page(house.operations, "Rota")
    after = html_of(make_wiki_page(house.digital, "Two", "[[operations:Rota]]"))
    assert before == after
    assert "redlink" not in after


def test_a_page_for_members_is_a_red_link_on_a_page_for_all(house):
    make_wiki_page(house.digital, "Salaries", audience="space")
    assert "redlink" in html_of(make_wiki_page(house.digital, "Index", "[[Salaries]]"))
    assert "redlink" not in html_of(make_wiki_page(house.digital, "Inner", "[[Salaries]]", audience="space"))
