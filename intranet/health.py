"""The state of each part of the site: `/health/` for load balancers, monitoring and `make run`.

It is open to anyone, so it names parts but nothing in them, and costs four short queries.
"""

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from intranet.backup import unfinished
from intranet.worker import leases
from news.mail import state
from pages import scheduling
from search import asking, probing
from syndication.models import Channel, FeedDocument, Release, ReleasedMedia

logger = logging.getLogger("intranet.health")

LEAST_FREE_FOR_A_SAVE = 2 * 1024 * 1024
LEAST_FREE_BYTES = 100 * 1024 * 1024  # below this, uploads and index segments will soon fail


class Unhealthy(Exception):
    pass


def database() -> None:
    # On a full disk or a read-only replica, reading works but every save fails.
    if not _takes_writes() and settings.INTRANET_ROLE != "public":
        raise Unhealthy("cannot be written")


def _takes_writes() -> bool:
    """One query, which fails if the database is away."""
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            return bool(cursor.fetchone()[0] == "off")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    file = Path(connection.settings_dict["NAME"])
    can_write = os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)
    return can_write and shutil.disk_usage(file.parent).free >= LEAST_FREE_FOR_A_SAVE


def index() -> None:
    """The index has to answer real queries and be up to date, on this machine or another.

    Until the worker has made the first index on this machine, the database answers searches, and the site is healthy.
    """
    if problem := probing.problem():
        raise Unhealthy(problem)


def worker() -> None:
    if not leases.living_workers():
        raise Unhealthy("no worker has been seen for half a minute")


def schedule() -> None:
    """Scheduled pages must not be late, but that is not a reason to take the site down."""
    if count := scheduling.late():
        raise Unhealthy(f"{count} late")


def questions() -> None:
    """Recent searches that the index could not answer, so that the database did. The log has the reasons."""
    if count := asking.failures():
        raise Unhealthy(f"{count} failed")


def mail() -> None:
    """Notifications that no mail server takes. Administrators see which at `/mail/`."""
    if problem := state.problem():
        raise Unhealthy(problem)


def storage() -> None:
    """Files can be written to the media folder, or to its nearest existing parent."""
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    if unfinished.is_noted():
        raise Unhealthy("a restore is unfinished")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Unhealthy("not writable")
    if shutil.disk_usage(folder).free < LEAST_FREE_BYTES:
        raise Unhealthy("nearly full")


def releases() -> None:
    """The public site's account may read only the tables of releases, and must be able to."""
    for model in (Channel, Release, ReleasedMedia, Release.media.through, FeedDocument):
        model.objects.order_by().values_list("pk", flat=True).first()


def public_files() -> None:
    """The public site writes no files, but needs the collected static files and the public copies."""
    collected = getattr(staticfiles_storage, "hashed_files", None)  # missing if static files are not collected
    if collected is not None and "css/public.css" not in collected:
        raise Unhealthy("no static files")
    root = Path(settings.INTRANET_PUBLIC_MEDIA_ROOT)
    if root.exists() and not os.access(root, os.R_OK | os.X_OK):
        raise Unhealthy("not readable")


PARTS: dict[str, Callable[[], None]] = {"database": database, "index": index, "worker": worker, "storage": storage}
# The public site has no index and no worker.
PUBLIC_PARTS: dict[str, Callable[[], None]] = {"database": releases, "storage": public_files}
# Reported, but not a reason to answer 503.
NOTES: dict[str, Callable[[], None]] = {"schedule": schedule, "searches": questions}


def cache() -> None:
    """Without its cache the site is slower but works, so this is only reported."""
    caches["default"].probe()  # type: ignore[attr-defined]


def notes() -> dict[str, Callable[[], None]]:
    served = hasattr(caches["default"], "probe")  # the in-process cache cannot fail
    more = {"cache": cache} if served else {}
    if settings.INTRANET_ROLE == "public":
        return more
    return NOTES | ({"mail": mail} if settings.INTRANET_SENDS_MAIL else {}) | more


def state_of(part: Callable[[], None]) -> str:
    """`ok`, or what is wrong. Messages of exceptions go only to the log, because they may contain names
    and addresses.
    """
    try:
        part()
    except Unhealthy as down:
        return str(down)
    except Exception:
        logger.exception("%s is down", part.__name__)
        return "down"
    return "ok"


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    public = settings.INTRANET_ROLE == "public"
    parts = {name: state_of(part) for name, part in (PUBLIC_PARTS if public else PARTS).items()}
    well = all(state == "ok" for state in parts.values())
    parts |= {name: state_of(part) for name, part in notes().items()}
    return JsonResponse({"status": "ok" if well else "down", **parts}, status=200 if well else 503)
