"""The rooms of every space, for tabs and breadcrumbs."""

from django import template

from pages import kinds

register = template.Library()


@register.simple_tag
def rooms_of_spaces() -> tuple[kinds.Room, ...]:
    return kinds.rooms()
