"""Mails as they are sent: plain text that reads well alone, light HTML, and headers by which programs sort and thread."""

from collections.abc import Iterable
from email.header import Header
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from news.mail.choices import DIGEST_SCOPE, scope_of
from news.mail.items import Item
from news.mail.links import stop_url
from news.models import DigestRun
from text.invisible import one_line

MAX_SUBJECT = 150


def of_notice(person: Any, item: Item) -> EmailMultiAlternatives:
    notice = item.notice
    alone = notice.thread.startswith("event:")
    place = f"[{one_line(item.space.name)}] " if item.space is not None else ""
    thread = f"<{notice.thread.replace(':', '.')}@{_host()}>"
    headers = {
        # The same for each try, so that a mailbox which gets it twice can tell.
        "Message-ID": f"<notice.{notice.event_id}.{person.pk}@{_host()}>",
        "In-Reply-To": thread,
        "References": thread,
        "List-Id": _list_id(item.space),
        "Archived-At": f"<{item.url}>",
        "X-Commonplace-Reason": notice.reason,
        **_stopped_by(person, scope_of(notice.reason, notice.event)),
    }
    subject = item.sentence if alone or not item.title else f"{place}{item.title}"
    return _message("notice", person, subject, headers, {"item": item})


def of_digest(person: Any, run: DigestRun, items: list[Item]) -> EmailMultiAlternatives:
    headers = {
        "Message-ID": f"<digest.{run.pk}.{person.pk}@{_host()}>",
        "List-Id": f"<digest.{_host()}>",
        "X-Commonplace-Reason": "digest",
        **_stopped_by(person, DIGEST_SCOPE),
    }
    number = len(items)
    subject = ngettext("Digest: %(number)s notification", "Digest: %(number)s notifications", number)
    return _message("digest", person, subject % {"number": number}, headers, {"threads": list(_threads(items))})


def of_test(person: Any) -> EmailMultiAlternatives:
    headers = {"List-Id": f"<test.{_host()}>", "X-Commonplace-Reason": "test"}
    return _message("test", person, _("Test e-mail from Commonplace"), headers, {})


def _message(
    name: str, person: Any, subject: str, headers: dict[str, str], context: dict[str, Any]
) -> EmailMultiAlternatives:
    stop = headers.get("List-Unsubscribe", "").strip("<>")
    subject = Truncator(one_line(subject)).chars(MAX_SUBJECT)
    context = {"person": person, "subject": subject, "site": settings.INTRANET_URL, "stop": stop, **context}
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"news/mail/{name}.txt", context).strip() + "\n",
        to=[person.email],
        headers={
            **headers,
            "List-Post": "NO",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    message.attach_alternative(render_to_string(f"news/mail/{name}.html", context), "text/html")
    return message


def _stopped_by(person: Any, scope: str) -> dict[str, str]:
    """RFC 8058: mail programs show a button that posts to this address."""
    return {
        "List-Unsubscribe": f"<{stop_url(person.pk, scope)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _list_id(space: Any) -> str:
    """RFC 2919: one for each space, which stays the same when the space is renamed."""
    if space is None:
        return f"<notifications.{_host()}>"
    name = one_line(space.name)
    plain = name.isascii() and not set(name) & set('<>"\\')
    return (
        f"{f'{chr(34)}{name}{chr(34)}' if plain else Header(name, 'utf-8').encode(linesep='')} <{space.slug}.{_host()}>"
    )


def _host() -> str:
    return urlsplit(settings.INTRANET_URL).hostname or "localhost"


def _threads(items: Iterable[Item]) -> Iterable[tuple[str, str, list[tuple[Item, int]]]]:
    """By what they are about: its title, its space, and what happened, each with how often it happened."""
    threads: dict[str, list[Item]] = {}
    for item in items:
        threads.setdefault(item.notice.thread, []).append(item)
    for those in threads.values():
        told: dict[tuple[str, str, str], list[Item]] = {}
        for item in those:
            told.setdefault((item.sentence, item.text, item.url), []).append(item)
        space = one_line(those[0].space.name) if those[0].space is not None else ""
        yield those[-1].title, space, [(alike[-1], len(alike)) for alike in told.values()]
