"""The address in each mail that stops such mails: opaque, unforgeable, and valid for as long as the mail is kept."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

_signer = Signer(salt="news.mail.stop")


def stop_url(person: int, scope: str) -> str:
    return f"{settings.INTRANET_URL}{reverse('mail:stop', args=[_signer.sign_object([person, scope])])}"


def read(token: str) -> tuple[int, str] | None:
    """The person and the scope of an address, or None if the site did not make it."""
    try:
        person, scope = _signer.unsign_object(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return int(person), str(scope)
