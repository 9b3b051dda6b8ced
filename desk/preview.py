"""A page as it will be, made of its form; nothing is stored."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import format_html

from desk.hints import advice_on
from limits import TEXT_BYTES
from pages import derive, tagging, texts
from pages.permissions import may_release
from people.audiences import audience_token

#: Makes the public text of an unsaved page; the layer that releases pages registers it.
_public_text: list[Callable[[Any], Any]] = []


def register(public_text: Callable[[Any], Any]) -> None:
    _public_text[:] = [public_text]


def of_form(form: Any, page: Any, *, stored: Any) -> dict[str, Any]:
    """`form` has been checked, and what is wrong in it is left out; `page` is an unsaved page of the kind; `stored` is
    the page that is edited, or None.
    """
    typed = form.cleaned_data
    page.title, page.summary = typed.get("title") or form.data.get("title", ""), typed.get("summary", "")
    page.language = typed.get("language") or form.data.get("language", "")
    page.labels = [{"slug": tagging.address_of(name), "name": name} for name in typed.get("tags") or []]
    page.byline = [derive.named(person) for person in typed.get("authors") or []]
    body = typed.get("body", form.data.get("body", ""))
    html = html_of(body, page, writer=form.person, space=form.space, audience=typed.get("audience", ""), stored=stored)
    pictures = [picture for name in form.picture_fields if (picture := form.kept_picture(name))]
    return {
        "page": page,
        "html": html,
        "picture": pictures[0] if pictures else None,
        "picture_url": pictures[0].rendition_url(800) if pictures else "",
        "hints": advice_on(body, str(html), language=page.language, person=form.person),
        "public": _public(page, stored, form.person),
    }


def _public(page: Any, stored: Any, person: Any) -> Any:
    """For who can release it, or where the public has a copy: others need not wait for it."""
    if not _public_text or not page.kind.is_item:
        return None
    return _public_text[0](page) if may_release(person, page) or (stored and stored.public_since) else None


def html_of(body: str, page: Any, *, writer: Any, space: Any, audience: str = "", stored: Any) -> Any:
    page.space = space
    page.audience = audience or (stored.audience if stored is not None else "staff")
    page.audience_token = audience_token(page.space, page.audience)
    page.live = False
    page.body = body[:TEXT_BYTES]
    try:
        return texts.text_of(page, writer=writer).html
    except ValidationError as problem:
        return format_html("<p>{}</p>", problem.messages[0])
