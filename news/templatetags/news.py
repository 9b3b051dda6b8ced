"""`{% bell %}`: the link to the inbox with the number of unread notifications; in the head of every page.

`{% follow kind thing %}`: the button to follow a space, person, tag or search.
"""

from typing import Any
from urllib.parse import quote

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString

from news import follows, reading
from news.models import Follow, Level

register = template.Library()


@register.simple_tag(takes_context=True)
def unread(context: template.Context) -> int:
    """The number from the person's row, after the page that is being shown has been read: the head of it comes first."""
    person = context["request"].user
    page = context.get("page")
    if person.unread_notices and hasattr(page, "url_path") and page.get_absolute_url() == context["request"].path:
        reading.opened(person, page)
    return int(person.unread_notices)


@register.simple_tag(takes_context=True)
def follow(context: template.Context, kind: str, thing: Any) -> SafeString:
    """Costs one query. The form works without a script; `return` leads back to the page that shows it."""
    request = context["request"]
    key = getattr(thing, "pk", thing)
    level = follows.level_of(request.user, follows.target(kind, key))
    values = {
        "kind": kind,
        "key": key,
        "follows": level not in {Level.NONE, Level.MUTED},
        "level": Level.NEW if kind != Follow.Kind.PAGE else Level.ALL,
        "back": request.get_full_path(),
    }
    return SafeString(get_template("components/follow.html").render(values, request))


@register.simple_tag
def followed(row: Follow) -> dict[str, str]:
    """How a followed thing is called, and its address."""
    if row.kind == Follow.Kind.SEARCH:
        return {"title": follows.title_of_search(row.search), "url": f"/search/?{row.search}"}
    if row.tag is not None:
        return {"title": f"#{row.tag.name}", "url": f"/search/?tag={quote(row.tag.slug)}"}
    thing = row.page or row.space or row.person
    if thing is None:
        return {"title": "", "url": ""}
    return {"title": str(getattr(thing, "title", None) or thing.name), "url": thing.get_absolute_url()}
