"""Several hosts, each with an index of its own, and one outbox: an entry goes when the last of them has taken it.

Where there is one host, which is nearly always, entries are deleted as soon as it has written them, and nothing else is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.db.models import Count, QuerySet
from django.utils import timezone

from search import engines
from search.models import Keeper, OutboxEntry, Taking

ABSENT = timedelta(days=3)
"""A host that was not seen for so long is waited for no more; when it comes back it builds its index again."""
BEAT_SECONDS = 60.0
ROWS = 500


def host() -> str:
    """The name of this host, from the folder of its index; made at the first asking. \"\" where nothing can be written."""
    if engines.is_remote():
        # One index for all hosts.
        return "shared"
    file = Path(engines.path()) / "host"
    try:
        return file.read_text()
    except OSError:
        name = secrets.token_hex(16)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file, "x") as made:
            made.write(name)
    except FileExistsError:
        return file.read_text()
    except OSError:
        return ""
    return name


def register() -> Keeper:
    """The row of this host. One that comes to others has missed what they took, so it asks for a rebuild."""
    name = host()
    keeper = Keeper.objects.filter(host=name).first()
    if keeper is None:
        others = Keeper.objects.exists()
        keeper, made = Keeper.objects.get_or_create(host=name)
        if made and others:
            engines.store().ask_for_rebuild()
    return keeper


def beat() -> None:
    """Says that this host is there, and forgets those that have not been for long."""
    keeper = register()
    now = timezone.now()
    Keeper.objects.filter(pk=keeper.pk).update(seen_at=now)
    if Keeper.objects.filter(seen_at__lt=now - ABSENT).delete()[0]:
        _forget(OutboxEntry.objects.filter(takings__isnull=False))


def waiting() -> QuerySet[OutboxEntry]:
    """What this host's index does not hold, oldest first."""
    return OutboxEntry.objects.exclude(takings__keeper__host=host()).order_by("pk")


def taken(keeper: Keeper, pks: Sequence[int]) -> None:
    """Notes that this host's index holds these entries, and removes those that all hosts have taken."""
    alone = not Keeper.objects.exclude(pk=keeper.pk).exists()
    for start in range(0, len(pks), ROWS):
        some = pks[start : start + ROWS]
        entries = OutboxEntry.objects.filter(pk__in=some)
        if alone:
            entries.delete()
        else:
            Taking.objects.bulk_create([Taking(keeper=keeper, entry_id=pk) for pk in some], ignore_conflicts=True)
            _forget(entries)


def _forget(entries: QuerySet[OutboxEntry]) -> None:
    done = entries.annotate(times=Count("takings", distinct=True)).filter(times__gte=Keeper.objects.count())
    OutboxEntry.objects.filter(pk__in=list(done.values_list("pk", flat=True))).delete()
