"""The rooms of every space, for tabs and breadcrumbs."""

from typing import Any

from django import template

from pages import kinds

register = template.Library()

# "/home/spaces/<space>/<room>/" split at its slashes.
ROOM_IN_ADDRESS = 4


@register.simple_tag
def rooms_of_spaces() -> tuple[kinds.Room, ...]:
    return kinds.rooms()


@register.filter
def room_of(page: Any) -> str:
    """The slug of the room of a page; "" for none."""
    return str(page.url_path.split("/")[ROOM_IN_ADDRESS]) if page else ""
