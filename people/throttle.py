"""Slows down password guessing: limits failures per name and address, and per address, in a time window.

They are counted in the database, which all processes share. A name alone is never blocked: guessing it from elsewhere
must not lock its owner out.
"""

from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import ceil

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from people.keys import username_key
from people.models import FailedSignIns

WINDOW = timedelta(minutes=10)
#: Failures per window with one name from one address.
BY_NAME = 10
#: Failures per window from one address with any name: a whole office may share one.
BY_ADDRESS = 100


def seconds_to_wait(request: HttpRequest, name: str) -> int:
    """How many seconds until this name may be tried again from here, or 0. One short statement."""
    now, limits = timezone.now(), _keys(request, name)
    found = FailedSignIns.objects.filter(key__in=limits, since__gt=now - WINDOW)
    barred = [one.since for one in found if one.count >= limits[one.key]]
    return max((ceil((since + WINDOW - now).total_seconds()) for since in barred), default=0)


def count_failure(request: HttpRequest, name: str) -> None:
    now = timezone.now()
    # Delete all expired rows, so that guessing many names does not fill the table.
    FailedSignIns.objects.filter(since__lte=now - WINDOW).delete()
    for key in _keys(request, name):
        FailedSignIns.objects.get_or_create(key=key, defaults={"since": now})
        FailedSignIns.objects.filter(key=key).update(count=F("count") + 1)


def forget(request: HttpRequest, name: str) -> None:
    """After signing in, forget the failures with this name, but not the address's: they may concern other names."""
    FailedSignIns.objects.filter(key=next(iter(_keys(request, name)))).delete()


def address_of(request: HttpRequest) -> str:
    """The client's address; for IPv6 its /64 network, because one home or office has all of it.

    `X-Forwarded-For` is trusted from the right, as far as trusted proxies wrote it (`INTRANET_PROXIES`).
    """
    found = _address(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while found and forwarded and any(found in network for network in settings.INTRANET_PROXIES):
        before = _address(forwarded.pop())
        if before is None:
            break
        found = before
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return str(found or "")


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _keys(request: HttpRequest, name: str) -> dict[str, int]:
    """The limit by key: first name and address, then the address alone."""
    address = address_of(request)
    limits = {f"{address} {username_key(name)}": BY_NAME, address: BY_ADDRESS}
    return {salted_hmac("people.throttle", text, algorithm="sha256").hexdigest(): most for text, most in limits.items()}
