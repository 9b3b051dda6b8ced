"""One mail to the server that `EMAIL_URL` names, and what its answer means."""

import re
import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from news.models.mail import MAX_ANSWER
from text.invisible import one_line

MAX_MAILS_A_CONNECTION = 100
# RFC 3463: there is no such mailbox, or it is closed. Other permanent codes may be about our server or the text.
NO_MAILBOX = re.compile(r"\b5\.(1\.[0-36]|1\.10|2\.1)\b")
ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
NO_MAILBOX_CODES = frozenset({550, 551, 553})


class NotSent(Exception):
    """`for_good`: trying again is no use. `address`: it is about the address. `server`: no mail gets through now."""

    def __init__(self, answer: str, *, for_good: bool = False, address: bool = False, server: bool = False) -> None:
        self.answer = one_line(answer)[:MAX_ANSWER]
        self.for_good, self.address, self.server = for_good, address, server
        super().__init__(self.answer)


class Transport:
    """Keeps a connection for several mails. Accounts send theirs on their own, so they never wait behind these."""

    def __init__(self, timeout: int | None = None) -> None:
        self.connection: Any = None
        self.timeout, self.sent = timeout, 0

    def send(self, message: EmailMessage) -> None:
        """Raises `NotSent`."""
        try:
            if self.connection is None:
                self.connection = get_connection(timeout=self.timeout or settings.EMAIL_TIMEOUT)
                self.connection.open()
            self.connection.send_messages([message])
        except Exception as error:
            self.close()
            raise meaning_of(error) from error
        self.sent += 1
        if self.sent >= MAX_MAILS_A_CONNECTION:
            self.close()

    def close(self) -> None:
        connection, self.connection, self.sent = self.connection, None, 0
        if connection is not None:
            try:
                connection.close()
            except OSError:
                connection.connection = None  # gone without a goodbye


def meaning_of(error: Exception) -> NotSent:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _refusal(code, _text(said))
    if isinstance(error, smtplib.SMTPDataError):
        return NotSent(f"{error.smtp_code} {_text(error.smtp_error)}", for_good=error.smtp_code >= 500)
    if isinstance(error, smtplib.SMTPResponseException):
        # The sender, the sign-in or the greeting: nothing that this mail could do about.
        return NotSent(f"{error.smtp_code} {_text(error.smtp_error)}", server=True)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return NotSent(str(error), for_good=True, address=True)
    if isinstance(error, OSError):
        return NotSent(f"{type(error).__name__}: {error}", server=True)
    # It cannot be written as a mail.
    return NotSent(type(error).__name__, for_good=True)


def _refusal(code: int, said: str) -> NotSent:
    about = NO_MAILBOX.search(said) or (code in NO_MAILBOX_CODES and not ENHANCED.search(said))
    # “Relaying denied” says that our own server is set up wrongly, and says it of every address.
    address = code >= 500 and bool(about) and "relay" not in said.lower()
    return NotSent(f"{code} {said}", for_good=code >= 500, address=address)


def _text(said: Any) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
