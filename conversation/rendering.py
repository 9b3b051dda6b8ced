"""The text of a comment as HTML: the Markdown of pages, without what a short text next to others cannot have.

Its HTML is the same for all readers and is not rendered again when other pages change. So a `[[link]]` leads to the
wiki, which asks what the reader can see, and pictures and files are not shown.
"""

import re
from typing import Any
from urllib.parse import urlencode

from people.keys import username_key
from people.models import Person
from text import markup

MAX_QUOTED = 1_000
_HEADING = re.compile(r"<(/?)h[1-6](?: [^>]*)?>")
# Addresses inside a text would be the same in each comment of a page.
_OWN_ID = re.compile(r'(<[a-z]+(?: [^<>]*?)?) id="[^"]*"')
_LINK_TO_ID = re.compile(r'(<a(?: [^<>]*?)?) href="#[^"]*"')


class CommentContext(markup.RenderContext):
    def __init__(self, space: Any) -> None:
        self.space_slug = space.slug if space is not None else ""
        self._people: dict[str, Person] = {}
        self.mentioned: list[Person] = []

    def prepare(self, wanted: markup.Wanted) -> None:
        if wanted.usernames:
            self._people = {person.username_key: person for person in Person.objects.named(wanted.usernames)}
            self.mentioned = [person for person in self._people.values() if person.is_active]

    def resolve_link(self, target: str) -> markup.Link:
        space, title = self.place_of(target)
        return markup.Link(f"/spaces/{space}/wiki/-/to/?{urlencode({'title': title})}" if space else "", known=False)

    def resolve_person(self, username: str) -> Person | None:
        return self._people.get(username_key(username))


def render(body: str, space: Any) -> tuple[markup.Rendered, list[Person]]:
    """HTML and plain text, and the people who are mentioned. Raises `markup.TextTooLong`."""
    context = CommentContext(space)
    rendered = markup.render(body, context=context)
    html = _HEADING.sub(lambda found: "</strong></p>" if found[1] else "<p><strong>", rendered.html)
    html = _LINK_TO_ID.sub(r"\1", _OWN_ID.sub(r"\1", html))
    return markup.Rendered(html, rendered.plain), context.mentioned


def quoted(body: str) -> str:
    """The beginning of an answer that quotes this text."""
    lines = body.strip()[:MAX_QUOTED].splitlines()
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
