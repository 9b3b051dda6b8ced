"""Which new notices go out by e-mail, and when at the earliest (`news.ways`)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from news.mail import DIGEST, MAIL
from news.mail.choices import Choices, reachable
from news.models import Event, How, Notice

#: So long a mail waits for its text to be mended, its page to be narrowed, or its notice to be read.
WAIT = timedelta(minutes=2)


class ByMail:
    name = MAIL

    def wanted(self, event: Event, notices: list[Notice]) -> Iterable[tuple[Notice, datetime]]:
        due = timezone.now() + WAIT
        return [(notice, due) for notice, _choices in chosen(event, notices, How.MAIL)]


class ByDigest:
    name = DIGEST

    def wanted(self, event: Event, notices: list[Notice]) -> Iterable[tuple[Notice, datetime]]:
        now = timezone.now()
        return [
            (notice, choices.next_digest(notice.person_id, now))
            for notice, choices in chosen(event, notices, How.DIGEST)
        ]


def chosen(event: Event, notices: list[Notice], how: str) -> Iterator[tuple[Notice, Choices]]:
    if not settings.INTRANET_SENDS_MAIL:
        return
    people = [notice.person_id for notice in notices]
    choices, reached = Choices(people), reachable(people)
    for notice in notices:
        if notice.person_id in reached and choices.how(notice.person_id, notice.reason, event) == how:
            yield notice, choices
