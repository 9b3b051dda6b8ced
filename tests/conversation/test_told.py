"""Who is told of a comment, and why."""

from typing import Any

import pytest

from conversation import actions
from news import telling
from news.access import visible_notices
from news.kinds import kind_of
from news.models import Notice, Reason
from pages.actions import set_audience
from tests.factories.pages import House, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(house: House) -> Any:
    return make_post(house.digital, "Parking", "Text.", by=house.grace)


def told() -> dict[str, str]:
    telling.tell_all()
    return dict(Notice.objects.values_list("person__username", "reason"))


def test_authors_are_told_of_a_comment_and_who_comments_is_told_of_the_next_one(house: House, post: Any) -> None:
    actions.comment(person=house.otto, page=post, body="First")
    assert told() == {"grace": Reason.WROTE}
    actions.comment(person=house.linus, page=post, body="Second")
    assert told() == {"grace": Reason.WROTE, "otto": Reason.COMMENTED}


def test_who_is_answered_and_who_is_mentioned_are_told_so(house: House, post: Any) -> None:
    first = actions.comment(person=house.otto, page=post, body="First")
    told()
    Notice.objects.all().delete()
    actions.comment(person=house.linus, page=post, body="Ask @mary", parent=first)
    assert told() == {"grace": Reason.WROTE, "otto": Reason.REPLY, "mary": Reason.MENTIONED}
    kind = kind_of("commented")
    assert kind is not None
    notice = Notice.objects.select_related("event").get(person=house.mary)
    assert "mentioned you" in kind.sentence(notice.reason)
    details = kind.details(house.mary, [notice.event])[notice.event_id]
    assert "Ask @Mary" in details.text or "Ask @mary" in details.text


def test_an_edit_tells_only_people_whom_it_mentions_for_the_first_time(house: House, post: Any) -> None:
    comment = actions.comment(person=house.grace, page=post, body="Ask @mary")
    assert told() == {"mary": Reason.MENTIONED}
    actions.edit(person=house.grace, comment=comment, body="Ask @mary or @otto")
    assert told() == {"mary": Reason.MENTIONED, "otto": Reason.MENTIONED}
    assert Notice.objects.count() == 2


def test_a_deleted_comment_takes_its_notices_with_it(house: House, post: Any) -> None:
    comment = actions.comment(person=house.grace, page=post, body="Ask @mary")
    actions.edit(person=house.grace, comment=comment, body="Ask @mary or @otto")
    assert set(told()) == {"mary", "otto"}
    actions.delete(person=house.grace, comment=comment)
    assert not Notice.objects.exists()


def test_what_was_said_is_told_to_those_who_can_read_it_now(house: House, post: Any) -> None:
    actions.comment(person=house.grace, page=post, body="Ask @otto, kestrelword")
    assert set(told()) == {"otto"}
    set_audience(person=house.grace, page=post, audience="space")
    assert not visible_notices(house.otto).exists()
    kind, event = kind_of("commented"), Notice.objects.select_related("event").get().event
    assert kind is not None
    assert kind.details(house.otto, [event]) == {}
    assert "kestrelword" in kind.details(house.mary, [event])[event.pk].text
