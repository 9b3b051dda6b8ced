"""A page as it will be, made of its form; nothing is stored."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import format_html

from limits import TEXT_BYTES
from pages import derive, tagging, texts
from people.audiences import audience_token


def of_form(form: Any, page: Any, *, stored: Any) -> dict[str, Any]:
    """`form` is valid; `page` is an unsaved page of the kind; `stored` is the page that is edited, or None."""
    typed = form.cleaned_data
    labels = [{"slug": tagging.address_of(name), "name": name} for name in typed["tags"]]
    byline = [derive.named(person) for person in typed["authors"]]
    shown = {name: typed[name] for name in ("title", "summary", "language")}
    html = html_of(typed["body"], page, space=form.space, audience=typed["audience"], stored=stored)
    return {**shown, "labels": labels, "byline": byline, "html": html}


def html_of(body: str, page: Any, *, space: Any, audience: str = "", stored: Any) -> Any:
    page.space = space
    page.audience = audience or (stored.audience if stored is not None else "staff")
    page.audience_token = audience_token(page.space, page.audience)
    page.live = False
    page.body = body[:TEXT_BYTES]
    try:
        return texts.text_of(page).html
    except ValidationError as problem:
        return format_html("<p>{}</p>", problem.messages[0])
