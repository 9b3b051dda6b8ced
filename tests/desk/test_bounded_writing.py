"""Input beyond a limit is refused next to its field or shown again as typed, in every form; nothing typed is lost."""

import time

import pytest

from pages import actions
from pages.models import BasePage
from pages.rerendering import rerender
from tests.factories.pages import make_post, make_wiki_page

BLOG = "/spaces/digital-services/blog/"
TOO_MUCH = {
    "bytes": "ü" * 200_001,
    "marks": "*" * 150_001,
    "tags": "- a\n" * 30_000,
}


@pytest.fixture
def grace(client, house):
    client.force_login(house.grace)
    return client


@pytest.mark.parametrize("text", TOO_MUCH.values(), ids=TOO_MUCH)
@pytest.mark.parametrize("action", ["publish", "draft", "preview"])
def test_a_text_that_is_too_large_is_refused_and_comes_back(grace, text, action):
    answer = grace.post(f"{BLOG}-/new/", {"title": "Large", "body": text, "action": action})
    assert answer.status_code == 200
    assert "too long" in answer.text
    assert text[:1000] in answer.text
    assert not BasePage.objects.filter(title="Large").exists()


def test_a_stored_text_that_is_too_large_is_shown_wherever_it_is_rendered_again(grace, house):
    """As one that came with an older version: an old version is read, a page it links to moves, its space is shown."""
    target = make_wiki_page(house.digital, "Target", "x")
    page = make_wiki_page(house.digital, "Old", "See [[Target]].")
    page.body = "Short again: [[Target]]."
    actions.edit_page(person=house.grace, page=page)
    change = page.revisions.order_by("pk").first()
    change.content["body"] = TOO_MUCH["tags"]
    change.save()
    assert grace.get(f"{page.get_absolute_url()}-/history/{change.pk}/").text.count("- a\n") == 30_000

    BasePage.objects.filter(pk=page.pk).update(body=TOO_MUCH["tags"])
    rerender([page.pk, target.pk])
    assert BasePage.objects.get(pk=page.pk).html.startswith('<pre tabindex="0" role="region" aria-label="- a">- a')


@pytest.mark.parametrize(
    "lines",
    [[str(number % 250) for number in range(20_000)], ["same"] * 60_000, [f"{number}" for number in range(40_000)]],
    ids=["many alike", "all alike", "all different"],
)
def test_a_conflict_of_two_long_texts_costs_little(grace, house, lines):
    post = make_post(house.digital, "Post", "\n".join(lines))
    form = {"title": post.title, "action": "publish", "base_revision": post.latest_revision_id}
    post.body = "\n".join(lines[::-1])
    actions.edit_page(person=house.grace, page=post)
    begun = time.process_time()
    answer = grace.post(f"{post.get_absolute_url()}-/edit/", {**form, "body": "\n".join(lines) + "\nmine"})
    assert time.process_time() - begun < 20, "seconds; one or two where nothing else runs, minutes without the bound"
    if lines == lines[::-1]:
        assert answer.status_code == 302, "nothing that contradicts: both are in it"
        return
    assert answer.status_code == 409
    assert "Their full text" in answer.text
    assert "mine" in answer.text
