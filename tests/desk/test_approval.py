"""Spaces that ask for approval: who submits, who decides, what readers see meanwhile, and that nothing goes past it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from wagtail.models import WorkflowPage, WorkflowState

from pages import actions, scheduling
from pages.locking import fresh
from pages.models import BasePage, Change, SpacePage
from pages.models.approval import waiting_of
from people.models import Membership
from tests.admin_forms import admin_fields
from tests.factories.forms import form_with
from tests.factories.pages import House, blog_of, make_episode, make_post, make_show, make_wiki_page, wiki_of
from tests.factories.people import join, make_person

pytestmark = pytest.mark.django_db
BLOG = "/spaces/digital-services/blog/"
LIST = "/approvals/"


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def asking(house: House, approval: str = "one") -> House:
    house.digital.approval = approval
    house.digital.save()
    return house


def edited(person: Any, page: Any, *, action: str = "publish", **typed: str) -> Any:
    client, edit = signed_in(person), f"{page.get_absolute_url()}-/edit/"
    answer = client.post(edit, {**form_with(client.get(edit).text), "action": action, **typed}, follow=True)
    assert answer.status_code == 200, answer.content.decode()[:3000]
    return answer


def decided(person: Any, page: Any, action: str, comment: str = "") -> Any:
    client, at = signed_in(person), f"{LIST}{page.pk}/"
    opened = client.get(at)
    if opened.status_code != 200:
        return opened
    return client.post(at, {**form_with(opened.text, "seen"), "action": action, "comment": comment}, follow=True)


MAKERS: dict[str, Any] = {
    "post": lambda house: make_post(house.digital, "Page", "Before.", by=house.grace),
    "wiki page": lambda house: make_wiki_page(house.digital, "Page", "Before.", by=house.grace),
    "episode": lambda house: make_episode(make_show(house.digital, "Show"), "Page", "Before.", by=house.grace),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_members_change_of_a_published_page_waits_until_it_is_approved(house: House, kind: str) -> None:
    page = MAKERS[kind](asking(house))
    assert "Submit for approval" in signed_in(house.mary).get(f"{page.get_absolute_url()}-/edit/").text
    answer = edited(house.mary, page, body="After.")
    assert "waits for approval" in answer.text
    row = fresh(page)
    assert (row.body, row.live) == ("Before.", True)
    assert "Before." in signed_in(house.otto).get(page.get_absolute_url()).text
    shown = signed_in(house.grace).get(f"{LIST}{page.pk}/").text
    assert "Before." in shown
    assert "After." in shown
    decided(house.grace, page, "approve", "Good.")
    row = fresh(page)
    assert (row.body, waiting_of(row), row.has_unpublished_changes) == ("After.", None, False)
    history = signed_in(house.mary).get(f"{page.get_absolute_url()}-/history/").text
    for words in ("Mary Example asked for approval", "Grace Example approved this version", "Good."):
        assert words in history, words
    assert "asked for approval" not in signed_in(house.otto).get(f"{page.get_absolute_url()}-/history/").text


def test_a_new_page_of_a_member_waits_and_one_of_an_owner_does_not(house: House) -> None:
    asking(house)
    for person, live in ((house.mary, False), (house.grace, True)):
        client = signed_in(person)
        form = form_with(client.get(f"{BLOG}-/new/").text)
        client.post(f"{BLOG}-/new/", {**form, "title": f"By {person.username}", "body": "x", "action": "publish"})
        assert BasePage.objects.get(title=f"By {person.username}").live == live


def test_sent_back_changed_submitted_again_and_approved(house: House) -> None:
    page = MAKERS["post"](asking(house))
    edited(house.mary, page, body="After.")
    assert "Say in a comment" in decided(house.grace, page, "send_back").text
    decided(house.grace, page, "send_back", "Name the date.")
    assert "Sent back" in signed_in(house.mary).get(LIST).text
    assert "Name the date." in signed_in(house.mary).get(f"{page.get_absolute_url()}-/edit/").text
    assert "Page" not in signed_in(house.grace).get(LIST).text.split("<main")[1]
    edited(house.mary, page, body="After, on Monday.")
    assert "For you to decide" in signed_in(house.grace).get(LIST).text
    decided(house.grace, page, "approve")
    assert fresh(page).body == "After, on Monday."


def test_what_is_withdrawn_stays_in_the_history_and_the_page_as_it_is(house: House) -> None:
    page = MAKERS["post"](asking(house))
    edited(house.mary, page, body="After.")
    version = fresh(page).latest_revision_id
    decided(house.mary, page, "withdraw")
    row = fresh(page)
    assert (waiting_of(row), row.has_unpublished_changes, row.body) == (None, False, "Before.")
    assert "Before." in signed_in(house.grace).get(f"{page.get_absolute_url()}-/edit/").text
    assert "After." in signed_in(house.mary).get(f"{page.get_absolute_url()}-/history/{version}/").text
    assert signed_in(house.mary).get(f"{LIST}{page.pk}/").status_code == 404


def test_a_decision_is_about_the_version_that_was_looked_at(house: House) -> None:
    page = MAKERS["post"](asking(house))
    edited(house.mary, page, body="After.")
    grace = signed_in(house.grace)
    sent = {**form_with(grace.get(f"{LIST}{page.pk}/").text, "seen"), "action": "approve"}
    edited(house.mary, page, body="After, and more.")
    assert "Look at it again" in grace.post(f"{LIST}{page.pk}/", sent).text
    assert fresh(page).body == "Before."
    decided(house.grace, page, "approve")
    assert fresh(page).body == "After, and more."


def test_two_members_changes_are_both_in_what_is_approved(house: House) -> None:
    page = make_post(asking(house).digital, "Page", "One.\n\nTwo.\n\nThree.", by=house.grace)
    join(tom := make_person("tom"), house.digital)
    forms = {
        person: form_with(signed_in(person).get(f"{page.get_absolute_url()}-/edit/").text)
        for person in (house.mary, tom)
    }
    for person, body in ((house.mary, "One by Mary.\n\nTwo.\n\nThree."), (tom, "One.\n\nTwo.\n\nThree by Tom.")):
        signed_in(person).post(
            f"{page.get_absolute_url()}-/edit/", {**forms[person], "body": body, "action": "publish"}
        )
    decided(house.grace, page, "approve")
    assert fresh(page).body == "One by Mary.\n\nTwo.\n\nThree by Tom."


@pytest.mark.parametrize(("named", "decides"), [(False, False), (True, True)])
def test_owners_decide_and_editors_that_they_have_named(house: House, named: bool, decides: bool) -> None:
    join(tom := make_person("tom"), house.digital, "editor")
    grace, settings = signed_in(house.grace), "/spaces/digital-services/-/settings/"
    form = form_with(grace.get(settings).text, "approval")
    membership = Membership.objects.get(person=tom)
    grace.post(settings, {**form, "approval": "one", "approvers": [str(membership.pk)] if named else []})
    house.digital.refresh_from_db()
    assert house.digital.approval == "one"
    page = MAKERS["post"](house)
    edited(house.mary, page, body="After.")
    assert ("For you to decide" in signed_in(tom).get(LIST).text) == decides
    decided(tom, page, "approve")
    assert (fresh(page).body == "After.") == decides


def test_nobody_but_approvers_approves(house: House) -> None:
    page = MAKERS["post"](asking(house))
    join(tom := make_person("tom"), house.digital)
    edited(house.mary, page, body="After.")
    for person, status in ((house.mary, 404), (tom, 404), (house.otto, 404), (house.linus, 404)):
        assert decided(person, page, "approve").status_code == status, person
        assert decided(person, page, "send_back", "No.").status_code == status, person
    assert decided(tom, page, "withdraw").status_code == 404
    assert fresh(page).body == "Before."
    for person in (house.otto, house.linus):
        assert "Page" not in signed_in(person).get(LIST).text.split("<main")[1]


def test_where_a_second_person_is_asked_for_nobody_approves_her_own(house: House) -> None:
    page = MAKERS["post"](house)
    asking(house, "second")
    edited(house.grace, page, body="By Grace.")
    assert fresh(page).body == "Before."
    assert decided(house.grace, page, "approve").status_code == 404
    decided(house.ada, page, "approve")
    assert fresh(page).body == "By Grace."
    # Nor what she has touched since.
    edited(house.mary, page, body="By Mary.")
    edited(house.grace, page, body="By Mary and Grace.")
    assert decided(house.grace, page, "approve").status_code == 404
    assert "What you have asked for" not in signed_in(house.grace).get(LIST).text
    decided(house.ada, page, "approve")
    assert fresh(page).body == "By Mary and Grace."


def test_publishing_with_what_waits_is_an_approval(house: House) -> None:
    page = MAKERS["post"](asking(house))
    edited(house.mary, page, body="After.")
    edited(house.grace, page, body="After, by both.")
    assert (fresh(page).body, waiting_of(page)) == ("After, by both.", None)
    assert WorkflowState.objects.get().status == "approved"


def test_what_is_approved_with_a_time_is_published_then(house: House) -> None:
    page = MAKERS["post"](asking(house))
    at = (timezone.now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    edited(house.mary, page, body="After.", publish_at=at)
    assert scheduling.scheduled_of(page) is None
    assert "will be published at its time" in decided(house.grace, page, "approve").text
    assert fresh(page).body == "Before."
    revision = scheduling.scheduled_of(page)
    scheduling.publish_now(revision, by=None)
    assert fresh(page).body == "After."


@pytest.mark.parametrize("approval", ["one", "second"])
@pytest.mark.parametrize("approver_stays", [True, False])
def test_at_its_time_it_is_asked_again_who_has_approved(house: House, approval: str, approver_stays: bool) -> None:
    page = make_post(asking(house, approval).digital, "Page", by=house.mary, publish=False)
    at = timezone.now() + timedelta(hours=2)
    actions.edit_page(person=house.mary, page=page, when=scheduling.When(at))
    assert "is approved" in decided(house.grace, page, "approve").text
    if not approver_stays:
        Membership.objects.filter(person=house.grace).update(role="member")
    revision = scheduling.scheduled_of(page)
    revision.content["go_live_at"] = None
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save()
    scheduling.run_due()
    assert fresh(page).live == approver_stays


def test_what_was_scheduled_before_the_space_asked_is_not_published(house: House) -> None:
    page = make_post(house.digital, "Page", by=house.mary, publish=False)
    actions.edit_page(person=house.mary, page=page, when=scheduling.When(timezone.now() + timedelta(hours=2)))
    asking(house, "second")
    for person in (house.mary, house.grace):
        sent = {"revision": page.latest_revision_id, "action": "publish"}
        assert signed_in(person).post(f"/scheduled/{page.pk}/", sent).status_code == 404
    revision = scheduling.scheduled_of(page)
    revision.content["go_live_at"] = None
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save()
    scheduling.run_due()
    assert not fresh(page).live
    assert "now asks for approval" in signed_in(house.grace).get(f"{page.get_absolute_url()}-/history/").text


def test_a_member_changes_no_time_of_what_was_approved_but_can_cancel(house: House) -> None:
    page = make_post(asking(house).digital, "Page", by=house.mary, publish=False)
    actions.edit_page(person=house.mary, page=page, when=scheduling.When(timezone.now() + timedelta(hours=2)))
    decided(house.grace, page, "approve")
    mary, sent = signed_in(house.mary), {"revision": page.latest_revision_id}
    later = (timezone.now() + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M")
    assert mary.post(f"/scheduled/{page.pk}/", {**sent, "publish_at": later}).status_code == 404
    assert mary.post(f"/scheduled/{page.pk}/", {**sent, "action": "publish"}).status_code == 404
    assert not fresh(page).live
    assert mary.post(f"/scheduled/{page.pk}/", {**sent, "action": "cancel"}).status_code == 302


def test_nothing_goes_past_it(house: House) -> None:
    """Restoring, publishing a draft, moving in from elsewhere, opening to more readers."""
    page = MAKERS["post"](asking(house))
    mary = signed_in(house.mary)
    first = page.latest_revision_id
    edited(house.grace, page, body="Second.")
    answer = mary.post(f"{page.get_absolute_url()}-/restore/", {"revision": first}, follow=True)
    assert "waits for approval" in answer.text
    assert fresh(page).body == "Second."
    draft = make_post(house.digital, "Draft", by=house.mary, publish=False)
    actions.publish_page(person=house.mary, page=draft)
    assert not fresh(draft).live
    inner = make_wiki_page(house.digital, "Inner", by=house.grace, audience="space")
    with pytest.raises(ValidationError):
        actions.set_audience(person=house.mary, page=inner, audience="staff")
    assert (
        "Only people who can approve" in mary.post(f"{inner.get_absolute_url()}-/audience/", {"audience": "staff"}).text
    )
    closed = make_post(house.digital, "Closed", by=house.grace, audience="space")
    edited_at = f"{closed.get_absolute_url()}-/edit/"
    answer = mary.post(edited_at, {**form_with(mary.get(edited_at).text), "audience": "staff", "action": "publish"})
    assert "Only people who can approve" in answer.text
    assert (fresh(inner).audience, fresh(closed).audience) == ("space", "space")
    join(house.mary, house.people)
    elsewhere = make_wiki_page(house.people, "Elsewhere", by=house.mary)
    with pytest.raises(ValidationError):
        actions.move_page(person=house.mary, page=elsewhere, parent=wiki_of(house.digital))


def test_wagtails_admin_publishes_no_more_than_the_site(house: House) -> None:
    page = MAKERS["post"](asking(house))
    rights = page.permissions_for_user(house.mary)
    assert (rights.can_edit(), rights.can_publish(), rights.can_submit_for_moderation()) == (True, False, True)
    assert not blog_of(house.digital).permissions_for_user(house.mary).can_publish_subpage()
    assert page.permissions_for_user(house.grace).can_publish()
    asking(house, "second")
    assert not fresh(page).specific.permissions_for_user(house.ada).can_publish()


def test_what_was_submitted_on_the_site_is_approved_in_the_admin(house: House) -> None:
    page = MAKERS["post"](asking(house))
    edited(house.mary, page, body="After.")
    state = waiting_of(page)
    ada = signed_in(house.ada)
    assert "Approve" in ada.get(f"/admin/pages/{page.pk}/edit/").text
    ada.post(f"/admin/pages/workflow/action/{page.pk}/approve/{state.current_task_state_id}/", {"comment": "Fine."})
    assert (fresh(page).body, waiting_of(page)) == ("After.", None)
    history = signed_in(house.mary).get(f"{page.get_absolute_url()}-/history/").text
    assert "Ada Example approved this version" in history


def test_what_was_submitted_in_the_admin_is_decided_on_the_site(house: House) -> None:
    page = MAKERS["post"](house)
    asking(house, "second")
    ada = signed_in(house.ada)
    fields = admin_fields(ada, page)
    ada.post(f"/admin/pages/{page.pk}/edit/", {**fields, "body": "After.", "action-submit": "1"})
    assert fresh(page).body == "Before."
    assert "For you to decide" in signed_in(house.grace).get(LIST).text
    decided(house.grace, page, "approve")
    assert fresh(page).body == "After."


def test_the_admin_offers_what_the_space_asks_for_and_ends_it_with_the_space(house: House) -> None:
    page = MAKERS["post"](asking(house))
    front = WorkflowPage.objects.filter(page=SpacePage.objects.get(space=house.digital).pk)
    assert front.exists()
    edited(house.mary, page, body="After.")
    asking(house, "none")
    assert not front.exists()
    assert waiting_of(page) is None
    edited(house.mary, page, body="At once.")
    assert fresh(page).body == "At once."


def test_deleting_and_moving_away_end_it(house: House) -> None:
    asking(house)
    page, other = MAKERS["wiki page"](house), make_wiki_page(house.digital, "Other", by=house.grace)
    for each in (page, other):
        edited(house.mary, each, body="After.")
    actions.delete_page(person=house.grace, page=page)
    actions.move_page(person=house.ada, page=other, parent=wiki_of(house.people))
    assert not WorkflowState.objects.active().exists()
    assert Change.objects.filter(page=other, published=False).exists()
