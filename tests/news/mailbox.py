"""A real mail server in the test process (aiosmtpd), and what it took."""

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP

from tests.news.loop import Loop


class Mailbox:
    """`refusals`: an answer by address, such as `550 5.1.1 no such user`. `at_data`: an answer to every text."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.refusals: dict[str, str] = {}
        self.at_data = ""
        self.connections = 0

    async def handle_EHLO(self, server: SMTP, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if refusal := self.refusals.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        if self.at_data:
            return self.at_data
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken += [(address, message) for address in envelope.rcpt_tos]
        return "250 OK"

    def to(self, person: Any) -> list[EmailMessage]:
        return [message for address, message in self.taken if address == person.email]


async def _close(server: Any) -> None:
    # In the loop, where the last connection to end may be closing it, too.
    server.close()


@contextmanager
def mail_server(settings: Any) -> Iterator[Mailbox]:
    """Answers while the block runs; the site sends there."""
    mailbox = Mailbox()
    with Loop() as loop:
        controller = UnthreadedController(mailbox, hostname="127.0.0.1", port=0, loop=loop.loop)
        server = loop.run(controller._create_server())
        try:
            _use(settings, server.sockets[0].getsockname()[1])
            yield mailbox
        finally:
            loop.run(_close(server))


def _use(settings: Any, port: int) -> None:
    settings.INTRANET_SENDS_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 20


def text_of(message: EmailMessage) -> str:
    part: Any = message.get_body(("plain",))
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    part: Any = message.get_body(("html",))
    return str(part.get_content()).replace("\r\n", "\n")
