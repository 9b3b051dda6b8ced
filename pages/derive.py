"""Derived columns of a page: byline, labels and excerpt."""

from typing import Any

from django.utils.text import Truncator

from text.collation import sort_key


def excerpt(plain: str, words: int = 40) -> str:
    return Truncator(plain[: words * 30]).words(words)


def named(person: Any) -> dict[str, Any]:
    """A person in a byline. People who have left have no profile to link to."""
    return {"username": person.username, "name": person.name} | ({} if person.is_active else {"gone": True})


def byline(page: Any) -> list[dict[str, str]]:
    return [
        named(author.person)
        for author in sorted(page.page_authors.all(), key=lambda author: (author.sort_order or 0, author.pk or 0))
    ]


def labels(page: Any) -> list[dict[str, str]]:
    items = page.tagged_items.all()
    found = [{"slug": item.tag.slug, "name": item.label or item.tag.name} for item in items]
    return sorted(found, key=lambda label: sort_key(label["name"]))
