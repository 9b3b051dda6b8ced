"""Slows down who guesses passwords: so many failures by a name from an address, and by an address, in so much time.

Counted in the database, which all processes share whatever the cache is. A name alone is never barred: whoever guesses
at it elsewhere keeps nobody out.
"""

from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import ceil

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from people.models import FailedSignIns

WINDOW = timedelta(minutes=10)
BY_NAME = 10
"""Failures by one name from one address in a window."""
BY_ADDRESS = 100
"""Failures from one address, by any names: an office of many people may share one."""


def seconds_to_wait(request: HttpRequest, name: str) -> int:
    """How long this name must not be tried from here; 0 if it may be now. Costs one short statement."""
    now, limits = timezone.now(), _keys(request, name)
    found = FailedSignIns.objects.filter(key__in=limits, since__gt=now - WINDOW)
    barred = [one.since for one in found if one.count >= limits[one.key]]
    return max((ceil((since + WINDOW - now).total_seconds()) for since in barred), default=0)


def count_failure(request: HttpRequest, name: str) -> None:
    now = timezone.now()
    # All that is too old goes: a guesser with many names leaves nothing behind.
    FailedSignIns.objects.filter(since__lte=now - WINDOW).delete()
    for key in _keys(request, name):
        FailedSignIns.objects.get_or_create(key=key, defaults={"since": now})
        FailedSignIns.objects.filter(key=key).update(count=F("count") + 1)


def forget(request: HttpRequest, name: str) -> None:
    """After signing in, one's own slips count no more. Those from the same address do: they may be of others' names."""
    FailedSignIns.objects.filter(key=next(iter(_keys(request, name)))).delete()


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; the network of 64 bits for IPv6, since a home or an office has one of those.

    `X-Forwarded-For` is believed from the right and only as far as trusted proxies wrote it (`INTRANET_PROXIES`).
    """
    found = _address(request.META.get("REMOTE_ADDR", ""))
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while found and told and any(found in network for network in settings.INTRANET_PROXIES):
        before = _address(told.pop())
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
    """Key and limit: first of the name from this address, then of the address."""
    address = address_of(request)
    limits = {f"{address} {name.casefold()}": BY_NAME, address: BY_ADDRESS}
    return {salted_hmac("people.throttle", text, algorithm="sha256").hexdigest(): most for text, most in limits.items()}
