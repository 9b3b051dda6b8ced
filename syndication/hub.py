"""Tells a WebSub hub that a channel changed (https://www.w3.org/TR/websub/), if the site has one."""

import logging
from functools import partial
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.db import transaction
from django_tasks import task

from syndication.addresses import public_url
from syndication.documents import WRITERS, hub_url
from syndication.models import Channel

logger = logging.getLogger(__name__)
TIMEOUT_SECONDS = 10


def tell(channel: Channel) -> None:
    """Once the transaction is done, have the worker tell the hub of each of the channel's feeds."""
    if hub_url():
        topics = [public_url(f"{channel.path}feed.{format}") for format in WRITERS]
        transaction.on_commit(partial(ping.enqueue, topics))


@task()
def ping(topics: list[str]) -> None:
    """Hubs differ in the name they read: both `hub.url` and `hub.topic` are sent."""
    for topic in topics:
        form = urlencode({"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}).encode()
        request = Request(hub_url(), data=form)  # noqa: S310 - the address is the operator's own setting
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - as above
            logger.info("The hub answered %s for %s.", answer.status, topic)
