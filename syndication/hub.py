"""Notifies a WebSub hub of changes (https://www.w3.org/TR/websub/), if the site has one."""

import logging
from datetime import timedelta
from functools import partial
from http.client import HTTPException
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from syndication.addresses import public_base, public_url
from syndication.documents import WRITERS, hub_url
from syndication.models import Channel

logger = logging.getLogger(__name__)
TIMEOUT_SECONDS = 10
# When the hub does not answer: about two days of retries, then none until the next release.
RETRY_MINUTES = (1, 5, 15, 60, 180, 360, 720, 1440)


def notify(channel: Channel) -> None:
    """After the commit, queue one notification for each of the channel's feeds.

    Each is a task of its own: if the hub refuses one feed, it may still accept the others.
    """
    if hub_url():
        for format in WRITERS:
            transaction.on_commit(partial(ping.enqueue, public_url(f"{channel.path}feed.{format}")))


@task()
def ping(topic: str, failures: int = 0) -> None:
    if not hub_url():
        return
    # Some hubs read `hub.url`, others `hub.topic`.
    form = urlencode({"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}).encode()
    headers = {"User-Agent": f"Commonplace (+{public_base()})"}
    request = Request(hub_url(), data=form, headers=headers)  # noqa: S310 - the address is the operator's own setting
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - as above
            logger.info("The hub answered %s for %s.", answer.status, topic)
    except (OSError, HTTPException) as error:  # no connection, a time-out, an HTTPError, or an answer that is not HTTP
        _try_again(topic, failures + 1, error)


def _try_again(topic: str, failures: int, error: Exception) -> None:
    if failures > len(RETRY_MINUTES):
        logger.error("The hub was not told of %s: %s. No more tries until the next release.", topic, error)
        return
    minutes = RETRY_MINUTES[failures - 1]
    logger.warning("The hub was not told of %s: %s. Next try in %d minutes.", topic, error, minutes)
    ping.using(run_after=timezone.now() + timedelta(minutes=minutes)).enqueue(topic, failures)
