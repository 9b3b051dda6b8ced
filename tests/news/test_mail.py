"""Notifications by e-mail, as a real mail server gets them."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from intranet import health
from news import events, follows, kinds, telling
from news.kinds import Details, EventKind
from news.mail import DIGEST, MAIL, outcomes, sending, state
from news.mail.messages import of_test
from news.mail.transport import NotSent, Transport
from news.models import Delivery, Event, Follow, How, LeftOut, Level, MailStop, Notice, Preferences, Reason
from pages.actions import delete_page, set_audience
from tests.factories.pages import make_post
from tests.news.mailbox import Mailbox, html_of, mail_server, text_of

pytestmark = pytest.mark.django_db


def details(reader: Any, those: list[Event]) -> dict[int, Details]:
    return {one.pk: Details(text="What it says\nin two lines", url="") for one in those}


SAID = EventKind(
    name="test_said", says="%(by)s commented on %(title)s", levels=frozenset({Level.ALL, Level.NEW}), details=details
)
ALARM = EventKind(name="test_alarm", says="%(by)s hid %(title)s", levels=frozenset({Level.ALL}), urgent=True)


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {**kinds._kinds})
    kinds.register(SAID, ALARM)


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with mail_server(settings) as found:
        yield found


def tell(house: Any, *people: Any, reason: str = Reason.MENTIONED, kind: EventKind = SAID, page: Any = None) -> Any:
    page = page or make_post(house.digital, "Leave rules", by=house.grace)
    key = f"test:{Event.objects.count()}"
    events.record(kind=kind.name, key=key, by=house.grace, page=page, to={reason: people})
    telling.tell_all()
    return page


def send(**after: int) -> Any:
    return send_at(timezone.now() + timedelta(**(after or {"minutes": 3})))


def send_at(moment: datetime) -> Any:
    return sending.send_due(now=lambda: moment)


def why() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("state", "why"))


def test_a_mail_reads_well_alone_and_its_headers_are_those_of_the_standards(house, mailbox, settings):
    settings.INTRANET_URL = "https://intranet.example.org"
    page = tell(house, house.mary)
    send()
    [message] = mailbox.to(house.mary)
    assert message["Subject"] == "[Digital Services] Leave rules"
    text = text_of(message)
    assert "Grace Example commented on “Leave rules”" in text
    assert "> What it says\n> in two lines" in text
    assert f"https://intranet.example.org{page.get_absolute_url()}" in text
    assert "Why you get this: You are mentioned." in text
    assert "<" not in text
    html = html_of(message)
    assert "What it says<br>" in html
    assert "<script" not in html
    assert "<img" not in html
    event = Event.objects.get(kind=SAID.name)
    assert message["Message-ID"] == f"<notice.{event.pk}.{house.mary.pk}@intranet.example.org>"
    assert message["References"] == message["In-Reply-To"] == f"<page.{page.pk}@intranet.example.org>"
    assert message["List-Id"] == '"Digital Services" <digital-services.intranet.example.org>'
    assert str(message["Archived-At"]).strip() == f"<https://intranet.example.org{page.get_absolute_url()}>"
    assert message["List-Post"] == "NO"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Commonplace-Reason"] == "mentioned"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = str(message["List-Unsubscribe"]).strip(" <>")
    assert stop.startswith("https://intranet.example.org/-/mail/")
    assert stop in text
    assert stop in html
    assert why() == [("sent", "")]
    send()
    assert len(mailbox.taken) == 1


def test_mails_about_one_page_are_one_thread_and_each_has_its_own_number(house, mailbox):
    page = tell(house, house.mary)
    tell(house, house.mary, page=page)
    tell(house, house.mary)
    send()
    first, second, other = mailbox.to(house.mary)
    assert first["References"] == second["References"] != other["References"]
    assert len({one["Message-ID"] for one in (first, second, other)}) == 3
    assert mailbox.connections == 1


def test_nothing_is_sent_for_two_minutes_nor_what_was_read_by_then(house, mailbox):
    tell(house, house.mary, house.otto)
    send(seconds=110)
    assert mailbox.taken == []
    Notice.objects.filter(person=house.mary).update(read_at=timezone.now())
    send()
    assert [address for address, _message in mailbox.taken] == [house.otto.email]
    assert why() == [("dropped", outcomes.READ), ("sent", "")]


def test_the_access_rules_are_asked_again_when_it_is_sent(house, mailbox):
    narrowed, deleted, changed = (tell(house, house.otto) for _number in range(3))
    set_audience(person=house.grace, page=narrowed, audience="space")
    delete_page(person=house.grace, page=deleted)
    changed.title = changed.draft_title = "Leave rules of 2027"
    changed.save()
    send()
    assert [message["Subject"] for message in mailbox.to(house.otto)] == ["[Digital Services] Leave rules of 2027"]
    assert sorted(why()) == [("dropped", outcomes.DOOR)] * 2 + [("sent", "")]


def test_a_choice_made_meanwhile_counts_and_the_digest_takes_over_what_was_to_be_mailed(house, mailbox):
    tell(house, house.mary, house.otto, house.linus)
    Preferences.objects.create(person=house.mary, chosen={"meant": How.HERE})
    Preferences.objects.create(person=house.otto, chosen={"meant": How.DIGEST})
    house.linus.is_active = False
    house.linus.save(update_fields=["is_active"])
    send()
    assert mailbox.taken == []
    assert set(Delivery.objects.values_list("notice__person__username", "way", "state", "why")) == {
        ("mary", MAIL, "dropped", "choice"),
        ("otto", MAIL, "dropped", "choice"),
        ("otto", DIGEST, "waiting", ""),
        ("linus", MAIL, "dropped", "account"),
    }
    send(days=2)
    [digest] = mailbox.to(house.otto)
    assert digest["Subject"] == "Digest: 1 notification"


def test_each_kind_of_reason_goes_the_way_that_was_chosen(house, mailbox):
    chosen = {"meant": How.NOTHING, "followed": How.MAIL, "mine": How.HERE, "asked": How.NOTHING}
    Preferences.objects.create(person=house.mary, chosen=chosen)
    for reason in (Reason.MENTIONED, Reason.PAGE, Reason.WROTE, Reason.DEPARTMENT):
        tell(house, house.mary, reason=reason)
    left_out = LeftOut.objects.filter(event__kind=SAID.name, person=house.mary)
    assert list(left_out.values_list("why", flat=True)) == [LeftOut.Why.CHOICE]
    assert list(Delivery.objects.order_by("pk").values_list("notice__reason", "way")) == [
        (Reason.PAGE, MAIL),
        (Reason.DEPARTMENT, DIGEST),
    ]
    assert set(Notice.objects.values_list("reason", flat=True)) == {Reason.PAGE, Reason.WROTE, Reason.DEPARTMENT}


def test_what_is_about_safety_does_not_wait_for_the_digest(house, mailbox):
    tell(house, house.mary, reason=Reason.PAGE, kind=SAID)
    tell(house, house.mary, reason=Reason.PAGE, kind=ALARM)
    assert list(Delivery.objects.order_by("pk").values_list("way", flat=True)) == [DIGEST, MAIL]


def test_every_reason_belongs_to_a_choice():
    assert {Preferences().how(reason) for reason in Reason.values} <= set(How)


def test_one_post_signed_out_stops_just_that_and_a_get_changes_nothing(house, mailbox):
    page = make_post(house.digital, "Leave rules", by=house.grace)
    follows.follow(house.mary, Follow.Kind.PAGE, page, Level.ALL)
    Preferences.objects.create(person=house.mary, chosen={"followed": How.MAIL})
    tell(house, house.otto, page=page)
    send()
    [message] = mailbox.to(house.mary)
    address = urlsplit(str(message["List-Unsubscribe"]).strip(" <>")).path
    stranger = Client(enforce_csrf_checks=True)
    for _time in range(2):
        opened = stranger.get(address)
        assert opened.status_code == 200
        assert b"Leave rules" not in opened.content
        assert stranger.head(address).status_code == 200
    assert not MailStop.objects.exists()
    for _time in range(2):
        answer = stranger.post(address, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "Location" not in answer.headers
        assert "session" not in answer.cookies
    assert [(row.person, row.scope) for row in MailStop.objects.all()] == [(house.mary, f"page:{page.pk}")]

    other = make_post(house.digital, "Another", by=house.grace)
    follows.follow(house.mary, Follow.Kind.PAGE, other, Level.ALL)
    tell(house, house.otto, page=page)
    tell(house, house.otto, page=other)
    tell(house, house.mary, page=page)
    send()
    subjects = [(one["Subject"], one["X-Commonplace-Reason"]) for one in mailbox.to(house.mary)[1:]]
    assert sorted(subjects) == [
        ("[Digital Services] Another", "page"),
        ("[Digital Services] Leave rules", "mentioned"),
    ]
    assert Notice.objects.filter(person=house.mary).count() == 4
    assert stranger.post(address, {"action": "again"}).status_code == 200
    assert not MailStop.objects.exists()


@pytest.mark.parametrize("change", ["x", "WyIxIiwi"])
def test_an_address_that_the_site_did_not_make_stops_nothing(house, mailbox, change):
    tell(house, house.mary)
    send()
    address = urlsplit(str(mailbox.taken[0][1]["List-Unsubscribe"]).strip(" <>")).path
    forged = re.sub(r"/-/mail/.{3}", f"/-/mail/{change}", address)
    assert Client().get(forged).status_code == Client().post(forged).status_code == 404
    assert not MailStop.objects.exists()


def test_a_mail_of_a_space_that_keeps_its_texts_has_only_the_title(house, mailbox):
    house.digital.mails_titles_only = True
    house.digital.save()
    page = tell(house, house.mary)
    tell(house, house.mary, reason=Reason.PAGE, page=page)
    send()
    send(days=2)
    mail, digest = mailbox.to(house.mary)
    for message in (mail, digest):
        assert "Leave rules" in text_of(message)
        assert "What it says" not in message.as_string()


def test_no_title_or_name_writes_a_header(house, mailbox):
    page = make_post(house.digital, "Rules", by=house.grace)
    type(page).objects.filter(pk=page.pk).update(title="Rules\r\nBcc: all@example.org\n\nHello")
    type(house.digital).objects.filter(pk=house.digital.pk).update(name="Ünits\r\nX-Evil: 1" + "ü" * 90)
    house.grace.first_name = "Grace\nX-Evil: 1"
    house.grace.save(update_fields=["first_name"])
    page = type(page).objects.get(pk=page.pk)
    tell(house, house.mary, page=page)
    send()
    [(address, message)] = mailbox.taken
    assert address == house.mary.email
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert "Rules Bcc: all@example.org Hello" in str(message["Subject"])
    assert str(message["List-Id"]).endswith("<digital-services.127.0.0.1>")


def test_an_address_refused_for_good_gets_nothing_more_and_its_person_is_told_why(house, mailbox, client):
    mailbox.refusals[house.mary.email] = "550 5.1.1 <mary@example.org> no such user here"
    tell(house, house.mary, house.otto)
    tell(house, house.mary)
    send()
    assert [address for address, _message in mailbox.taken] == [house.otto.email]
    assert sorted(why()) == [("dropped", "refused"), ("failed", "refused"), ("sent", "")]
    client.force_login(house.mary)
    page = client.get("/settings/notifications/").content.decode()
    assert "E-mail does not reach you" in page
    assert "no such user here" in page
    tell(house, house.mary)
    assert not Delivery.objects.filter(state="waiting").exists()
    # The right address is tried at once, and so is this one if its person asks.
    mailbox.refusals.clear()
    client.post("/settings/notifications/", {"action": "retry"})
    tell(house, house.mary)
    send()
    assert len(mailbox.to(house.mary)) == 1


@pytest.mark.parametrize(
    ("answer", "about_address", "for_good"),
    [
        ("550 5.1.1 no such user", True, True),
        ("550 no such user", True, True),
        ("552 5.2.2 mailbox full", False, True),
        ("550 5.7.1 relaying denied", False, True),
        ("550 relay not permitted", False, True),
        ("554 5.7.1 rejected as spam", False, True),
        ("450 4.2.1 try again later", False, False),
        ("421 4.7.0 too busy", False, False),
    ],
)
def test_only_what_is_about_the_address_ends_mail_to_it(house, mailbox, answer, about_address, for_good):
    mailbox.refusals[house.mary.email] = answer
    tell(house, house.mary)
    send()
    assert Preferences.objects.filter(refused_address=house.mary.email).exists() == about_address
    assert (Delivery.objects.get().state == "failed") == for_good


def test_a_server_that_is_away_is_tried_again_later_and_at_last_an_administrator_sees_it(
    house, mailbox, client, settings
):
    tell(house, house.mary)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    moment, tries = timezone.now(), 0
    while Delivery.objects.get().state == "waiting":
        moment += timedelta(minutes=3) if not tries else outcomes.RETRIES[tries - 1] + timedelta(seconds=1)
        error = send_at(moment)
        assert error is not None
        assert error.server
        tries += 1
    assert tries == len(outcomes.RETRIES) + 1
    assert health.state_of(health.mail) == "1 not delivered"
    client.force_login(house.ada)
    page = client.get("/mail/").content.decode()
    assert "Mary Example" in page
    assert "ConnectionRefusedError" in page
    client.force_login(house.grace)
    assert client.get("/mail/").status_code == 404
    settings.EMAIL_PORT = port
    client.force_login(house.ada)
    client.post("/mail/", {"action": "again"})
    send_at(moment)
    assert len(mailbox.to(house.mary)) == 1
    assert health.state_of(health.mail) == "ok"


def test_a_list_of_failures_is_emptied_without_sending(house, mailbox, client):
    mailbox.at_data = "554 5.6.0 this text is not welcome"
    tell(house, house.mary)
    send()
    assert state.problem() == "1 not delivered"
    client.force_login(house.ada)
    client.post("/mail/", {"action": "forget"})
    mailbox.at_data = ""
    send()
    assert (mailbox.taken, state.problem()) == ([], "")


def test_health_says_so_when_mail_waits_and_none_goes_out(house, mailbox):
    assert state.problem() == ""
    tell(house, house.mary)
    assert state.problem(timezone.now() + timedelta(minutes=10)) == ""
    assert state.problem(timezone.now() + timedelta(minutes=20)) == "does not move"
    assert "mail" in health.notes()
    send(minutes=20)
    assert state.problem(timezone.now() + timedelta(minutes=21)) == ""


def test_no_more_than_the_rate_goes_out_in_a_minute_and_what_is_meant_for_one_goes_first(house, mailbox, settings):
    settings.INTRANET_MAILS_PER_MINUTE = 2
    Preferences.objects.create(person=house.otto, chosen={"followed": How.MAIL})
    for _number in range(3):
        tell(house, house.otto, reason=Reason.PAGE)
    tell(house, house.mary)
    moment = timezone.now().replace(second=0) + timedelta(minutes=5)
    sent = []
    for minute in range(3):
        for second in (0, 20, 59):
            send_at(moment + timedelta(minutes=minute, seconds=second))
        sent.append(len(mailbox.taken))
    assert sent == [2, 4, 4]
    assert mailbox.taken[0][0] == house.mary.email


def test_a_mail_that_cannot_be_made_holds_up_no_other(house, mailbox, monkeypatch, caplog):
    made = sending.messages.of_notice

    def broken(person: Any, item: Any) -> Any:
        if person == house.mary:
            raise ZeroDivisionError
        return made(person, item)

    monkeypatch.setattr(sending.messages, "of_notice", broken)
    tell(house, house.mary, house.otto)
    send()
    assert len(mailbox.to(house.otto)) == 1
    assert Delivery.objects.get(state="waiting").attempts == 1
    assert "could not be made" in caplog.text


def test_without_a_mail_server_nothing_is_queued_and_nothing_says_that_it_is_mailed(house, settings, client):
    settings.INTRANET_SENDS_MAIL = False
    tell(house, house.mary)
    assert Notice.objects.filter(person=house.mary).exists()
    assert not Delivery.objects.exists()
    assert "mail" not in health.notes()
    client.force_login(house.mary)
    assert "sends no e-mail at the moment" in client.get("/settings/notifications/").content.decode()
    client.force_login(house.ada)
    assert "EMAIL_URL is not set" in client.get("/mail/").content.decode()


def test_an_administrator_sees_whether_the_server_takes_a_test(house, mailbox, client):
    client.force_login(house.ada)
    taken = client.post("/mail/", {"action": "test"}, follow=True).content.decode()
    assert f"took an e-mail to {house.ada.email}" in taken
    assert [message["Subject"] for message in mailbox.to(house.ada)] == ["Test e-mail from Commonplace"]
    mailbox.refusals[house.ada.email] = "450 4.2.0 greylisted"
    refused = client.post("/mail/", {"action": "test"}, follow=True).content.decode()
    assert "did not take the e-mail: 450 4.2.0 greylisted" in refused


def test_links_for_passwords_do_not_wait_behind_notifications(house, mailbox, settings):
    from people.tasks import mail_reset_link

    settings.INTRANET_MAILS_PER_MINUTE = 1
    tell(house, house.mary)
    send()
    tell(house, house.mary)
    mail_reset_link.call("mary")
    assert [message["Subject"] for message in mailbox.to(house.mary)][1:] == ["Set a new password on Commonplace"]


def test_a_connection_that_ended_is_opened_again(house, mailbox):
    transport = Transport()
    transport.send(of_test(house.mary))
    transport.connection.connection.close()
    with pytest.raises(NotSent) as found:
        transport.send(of_test(house.mary))
    assert found.value.server
    transport.send(of_test(house.mary))
    transport.close()
    assert len(mailbox.to(house.mary)) == 2
