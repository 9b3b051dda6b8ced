"""Readable addresses, one per URL pattern that can be filled in: `python -m bench.addresses SPACE`.

Prints, as JSON, `[reader, address, number of queries]` of each that answers 200 to a member of the space or else to an
administrator, and the patterns that nobody can read in this way.
"""

import json
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import django

# Signing in and out, and what a reader is not shown.
LEFT_OUT = ("sign-", "-/", "admin/login", "admin/logout", "admin/password", "admin/failwhale", "admin/test404")
READERS = ("mary", "ada")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
SEARCH = "q=service+policy"


def main(space: str) -> None:
    django.setup()
    logging.disable()  # of addresses that only some may read
    from django.conf import settings
    from django.urls import get_resolver

    settings.ALLOWED_HOSTS = ["testserver"]
    fixed = {
        f"/search/?{SEARCH}",
        f"/search.json?{SEARCH}",
        "/search/suggest.json?q=ser",
        f"/search/?{SEARCH}&kind=wiki&page=3",
        "/?mine=1",
        f"/spaces/{space}/blog/?page=3",
        f"/spaces/{space}/blog/?tag=service",
        f"/spaces/{space}/blog/?year=2022",
        f"/spaces/{space}/wiki/-/changes/?minor=1",
        f"/spaces/{space}/wiki/-/pages/?page=3",
        "/public/bench/feed.rss",
        "/public/bench/?page=3",
        f"/admin/pages/search/?{SEARCH}",
    }
    values = known(space)
    unread = set()
    for route in routes(get_resolver().url_patterns):
        address = filled(route, values)
        if address is None or route.startswith(LEFT_OUT):
            unread.add(route)
        else:
            fixed.add(address)
    found = []
    for address in sorted(fixed):
        asked = queries(address)
        if asked is None:
            unread.add(address)
        else:
            found.append((*asked, address))
    print(json.dumps({"found": found, "unread": sorted(unread)}))


def known(space: str) -> dict[str, Any]:
    """A value for each name of a parameter, the first of its kind in the space."""
    from blog.models import BlogPostPage
    from media.models import Attachment, Picture
    from pages.models import BasePage, Change
    from people.models import Person
    from podcasts.models import EpisodePage
    from syndication.models import Channel, Release
    from syndication.models.private import PrivateFeed, hash_token
    from wiki.models import WikiPage

    post = BlogPostPage.objects.filter(space__slug=space, live=True).order_by("pk")[0]
    page = WikiPage.objects.filter(space__slug=space, live=True, depth__gt=5).order_by("pk")[0]
    episode = EpisodePage.objects.filter(space__slug=space, live=True).order_by("pk")[0]
    release = Release.objects.filter(channel__slug="bench").order_by("pk")[0]
    token = "a-private-feed-of-the-bench"
    PrivateFeed.objects.get_or_create(
        token_hash=hash_token(token), defaults={"owner": Person.objects.get(username="mary"), "uid": page.uid}
    )
    first = {model: model.objects.order_by("pk").first() for model in (Attachment, Picture)}
    media = {f"media/{name}/": item for name, item in zip(("files", "pictures"), first.values(), strict=True) if item}
    return {
        "space": space,
        "slug": post.slug,
        "path": page.get_absolute_url().removeprefix(f"/spaces/{space}/").strip("/"),
        "show": episode.url_path.split("/")[-3],
        "episode": episode.slug,
        "username": "mary",
        "channel": Channel.objects.get(slug="bench").slug,
        "format": "rss",
        "token": token,
        "uid": post.uid,
        "revision": {
            model: Change.objects.filter(page=one).values_list("revision_id", flat=True)[0]
            for model, one in (("blog", post), ("wiki:", page), ("podcasts", episode))
        },
        "public/": {"slug": release.slug},
        "admin/pages": {
            "page_id": post.pk,
            "pk": post.pk,
            "parent_page_id": BasePage.objects.get(url_path=f"/home/spaces/{space}/blog/").pk,
        },
        "media": media,
    }


def filled(route: str, values: dict[str, Any]) -> str | None:
    """The address of a route, or None if a parameter has no value."""
    own = dict(values)
    for start in ("public/", "admin/pages", "admin/choose-page"):
        if route.startswith(start):
            own |= values.get(start, {}) or values["admin/pages"]
    own["revision"] = next((pk for part, pk in values["revision"].items() if part in route), None)
    for start, item in values["media"].items():
        if route.startswith(start):
            return str(item.get_absolute_url()) if hasattr(item, "get_absolute_url") else None
    if route.startswith("publish/"):
        own["uid"] = values["uid"]
    missing = False

    def value(part: re.Match[str]) -> str:
        nonlocal missing
        name = part[1] or part[2]
        missing = missing or own.get(name) is None
        return str(own.get(name, ""))

    address = PARAMETER.sub(value, route).replace("^", "").replace("$", "").replace("\\.", ".")
    return None if missing or set("<(*\\") & set(address) else f"/{address}"


def queries(address: str) -> tuple[str, int] | None:
    """Who can read it, and with how many queries once caches are filled."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from people.models import Person

    for reader in READERS:
        client = Client(raise_request_exception=False)
        client.force_login(Person.objects.get(username=reader))
        if client.get(address).status_code != 200:
            continue
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return reader, len(asked)
    return None


def routes(patterns: Any, before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


if __name__ == "__main__":
    main(sys.argv[1])
