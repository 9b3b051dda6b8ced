"""Readable addresses, one per URL pattern that can be filled in: `python -m bench.addresses SPACE`."""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import django

LEFT_OUT = ("admin/", "media/", "sign-", "feeds/", "health/")


def main(space: str) -> None:
    django.setup()
    from django.urls import get_resolver

    from blog.models import BlogPostPage
    from syndication.models import Release
    from wiki.models import WikiPage

    post = BlogPostPage.objects.filter(space__slug=space, live=True).order_by("pk")[0]
    page = WikiPage.objects.filter(space__slug=space, live=True, depth__gt=5).order_by("pk")[0]
    known = {
        "space": space,
        "slug": post.slug,
        "path": page.get_absolute_url().removeprefix(f"/spaces/{space}/").strip("/"),
        "username": "ada",
        "channel": "bench",
        "format": "rss",
    }
    released = Release.objects.filter(channel__slug="bench").order_by("pk")[0].slug
    # Pages that need a query string, and the feed.
    found = {"/search/?q=service", "/search.json?q=service", "/?mine=1", "/public/bench/feed.rss"}
    for route in routes(get_resolver().url_patterns):
        values = {**known, "slug": released} if route.startswith("public/") else known
        address = re.sub(r"<(?:\w+:)?(\w+)>", lambda part, values=values: values.get(part[1], "<>"), route)  # type: ignore[misc]
        if not set("<(") & set(address) and not route.startswith(LEFT_OUT):
            found.add(f"/{address}")
    print(json.dumps(sorted(found)))


def routes(patterns: Any, before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


if __name__ == "__main__":
    main(sys.argv[1])
