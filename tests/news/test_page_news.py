"""What people are told about pages: new ones, changes, mentions, author credits."""

from typing import Any

import pytest

from blog.models import BlogPostPage
from desk.models import Draft  # noqa: F401 - the app is there
from news import follows, telling
from news.models import Event, Follow, Level, Notice, Reason
from pages.actions import create_page, edit_page, publish_page
from pages.models import PageAuthor
from tests.factories.pages import blog_of, make_post, make_wiki_page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_before(house) -> None:
    telling.tell_all()
    Notice.objects.all().delete()


def told(person: Any) -> list[tuple[str, str]]:
    telling.tell_all()
    return list(Notice.objects.filter(person=person).order_by("event").values_list("event__kind", "reason"))


def edit(page: Any, by: Any, body: str, **more: Any) -> Any:
    page = type(page).objects.get(pk=page.pk)
    page.body = body
    return edit_page(person=by, page=page, **more)


def test_followers_of_a_space_are_told_of_a_new_page_and_of_changes_by_their_level(house):
    follows.follow(house.otto, Follow.Kind.SPACE, house.digital, Level.NEW)
    follows.follow(house.linus, Follow.Kind.SPACE, house.digital, Level.ALL)
    page = make_post(house.digital, "A post", by=house.grace)
    edit(page, house.mary, "Another text.")
    assert told(house.otto) == [("page_new", Reason.SPACE)]
    assert told(house.linus) == [("page_new", Reason.SPACE), ("page_changed", Reason.SPACE)]
    assert told(house.grace) == [("page_changed", Reason.WROTE)]
    assert told(house.mary) == []


def test_a_minor_edit_and_a_draft_tell_nobody(house):
    page = make_post(house.digital, "A post", by=house.grace)
    follows.follow(house.otto, Follow.Kind.PAGE, page, Level.ALL)
    edit(page, house.mary, "Another text, @linus.", minor=True)
    edit(page, house.mary, "A draft for @linus.", publish=False)
    assert (told(house.otto), told(house.linus)) == ([], [])


def test_people_mentioned_are_told_and_those_mentioned_before_are_not_told_again(house):
    page = make_post(house.digital, "A post", "Ask @otto, `@mary`.", by=house.grace)
    assert told(house.otto) == [("page_new", Reason.MENTIONED)]
    edit(page, house.grace, "Ask @otto and @Linus.")
    assert told(house.otto) == [("page_new", Reason.MENTIONED)]
    assert told(house.linus) == [("page_changed", Reason.MENTIONED)]
    assert told(house.mary) == []


def test_a_page_published_from_a_draft_is_new_then(house):
    follows.follow(house.otto, Follow.Kind.SPACE, house.digital, Level.NEW)
    draft = create_page(
        person=house.grace,
        parent=blog_of(house.digital),
        page=BlogPostPage(title="Draft", body="@linus"),
        publish=False,
    )
    assert (told(house.otto), told(house.linus)) == ([], [])
    publish_page(person=house.grace, page=draft)
    assert told(house.otto) == [("page_new", Reason.SPACE)]
    assert told(house.linus) == [("page_new", Reason.MENTIONED)]


def test_people_named_as_authors_are_told_once_even_in_a_minor_edit(house):
    page = make_post(house.digital, "A post", by=house.grace, authors=[house.grace, house.otto])
    assert told(house.otto) == [("page_new", Reason.NAMED)]
    edit(page, house.grace, "Another text.")
    assert told(house.otto) == [("page_new", Reason.NAMED)]
    page = BlogPostPage.objects.get(pk=page.pk)
    page.page_authors.set([*page.page_authors.all(), PageAuthor(person=house.linus, sort_order=3)])
    edit_page(person=house.grace, page=page, minor=True)
    assert told(house.linus) == [("page_credit", Reason.NAMED)]
    assert told(house.otto) == [("page_new", Reason.NAMED)]


def test_a_person_named_in_a_draft_is_told_when_it_is_published(house):
    page = BlogPostPage(title="Draft", body="x")
    page.page_authors.set([PageAuthor(person=house.otto, sort_order=0)])
    draft = create_page(person=house.grace, parent=blog_of(house.digital), page=page, publish=False)
    assert told(house.otto) == []
    publish_page(person=house.grace, page=draft)
    assert told(house.otto) == [("page_new", Reason.NAMED)]


def test_a_page_below_a_followed_one_is_told(house):
    top = make_wiki_page(house.digital, "Top", by=house.grace)
    follows.follow(house.otto, Follow.Kind.BRANCH, top, Level.ALL)
    make_wiki_page(house.digital, "Below", by=house.grace, parent=top)
    make_wiki_page(house.digital, "Beside", by=house.grace)
    assert told(house.otto) == [("page_new", Reason.BRANCH)]


def test_who_leaves_a_page_is_not_made_to_follow_it_by_writing_again(house):
    page = make_post(house.digital, "A post", by=house.grace)
    telling.tell_all()
    assert follows.level_of(house.grace, f"page:{page.pk}") == Level.ALL
    follows.follow(house.grace, Follow.Kind.PAGE, page, Level.NONE)
    edit(page, house.grace, "Another text.")
    edit(page, house.mary, "And another.")
    assert told(house.grace) == []


def test_a_version_published_in_the_admin_is_told_too(house):
    page = make_post(house.digital, "A post", by=house.grace)
    follows.follow(house.otto, Follow.Kind.PAGE, page, Level.ALL)
    page = BlogPostPage.objects.get(pk=page.pk)
    page.title = "A new title"
    page.save_revision(user=house.mary).publish(user=house.mary)
    assert told(house.otto) == [("page_changed", Reason.PAGE)]
    assert Event.objects.latest("pk").by == house.mary
