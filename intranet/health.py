"""Whether each part of the site works: `/health/` for load balancers, for monitoring, and for `make run` itself.

Anybody may ask, so the answer names parts and nothing of what they hold, and costs four short queries.
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
from pages import scheduling
from search import asking, probing
from syndication.models import Channel, FeedDocument, Release, ReleasedMedia

logger = logging.getLogger("intranet.health")

LEAST_FREE_FOR_A_SAVE = 2 * 1024 * 1024
LEAST_FREE_BYTES = 100 * 1024 * 1024  # below this, uploads and index segments fail soon


class Unhealthy(Exception):
    """Says in a few words, fit for strangers, what is wrong with a part."""


def database() -> None:
    # Reading goes on where the disk is full or the server is a copy, and every save fails.
    if not _takes_writes() and settings.INTRANET_ROLE != "public":
        raise Unhealthy("cannot be written")


def _takes_writes() -> bool:
    """Asks the database one thing, which fails where it is away."""
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
    """An index has to answer real questions and be up to date, on this machine or on another.

    Where the worker has still to make the first one on this machine, the database answers, and the site is well.
    """
    if problem := probing.problem():
        raise Unhealthy(problem)


def worker() -> None:
    if not leases.living_workers():
        raise Unhealthy("no worker has been seen for half a minute")


def schedule() -> None:
    """Pages go live and expire at the time that was set. One that cannot is not a reason to take the site from its readers."""
    if count := scheduling.late():
        raise Unhealthy(f"{count} late")


def questions() -> None:
    """Searches that the index could not answer a short while ago, so that the database did. The log says why."""
    if count := asking.failures():
        raise Unhealthy(f"{count} failed")


def storage() -> None:
    """The media folder, or the nearest folder above it that exists already, has to take files."""
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
    """The public site's account may read nothing but the tables of releases, and has to be able to read those."""
    for model in (Channel, Release, ReleasedMedia, Release.media.through, FeedDocument):
        model.objects.order_by().values_list("pk", flat=True).first()


def public_files() -> None:
    """The public site writes none, but its pages name the collected static files, and it sends the public copies."""
    collected = getattr(staticfiles_storage, "hashed_files", None)  # none where static files are not collected
    if collected is not None and "css/public.css" not in collected:
        raise Unhealthy("no static files")
    root = Path(settings.INTRANET_PUBLIC_MEDIA_ROOT)
    if root.exists() and not os.access(root, os.R_OK | os.X_OK):
        raise Unhealthy("not readable")


PARTS: dict[str, Callable[[], None]] = {"database": database, "index": index, "worker": worker, "storage": storage}
# The public site has no index and no worker, and says nothing of any.
PUBLIC_PARTS: dict[str, Callable[[], None]] = {"database": releases, "storage": public_files}
# Told, and no reason to answer 503.
NOTES: dict[str, Callable[[], None]] = {"schedule": schedule, "searches": questions}


def cache() -> None:
    """A service of its own that is away costs time and no page, so that it is only told."""
    caches["default"].probe()  # type: ignore[attr-defined]


def notes() -> dict[str, Callable[[], None]]:
    served = hasattr(caches["default"], "probe")  # the memory of the process has nothing to tell
    more = {"cache": cache} if served else {}
    return more if settings.INTRANET_ROLE == "public" else NOTES | more


def state_of(part: Callable[[], None]) -> str:
    """`ok`, or a few words about what is wrong. What an exception says stays in the log: it may hold names and addresses."""
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
    """200 when every part is well, else 503, with a word about each."""
    public = settings.INTRANET_ROLE == "public"
    parts = {name: state_of(part) for name, part in (PUBLIC_PARTS if public else PARTS).items()}
    well = all(state == "ok" for state in parts.values())
    parts |= {name: state_of(part) for name, part in notes().items()}
    return JsonResponse({"status": "ok" if well else "down", **parts}, status=200 if well else 503)
