"""Language and direction of a text that differs from the page around it (WCAG 3.1.2)."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info

register = template.Library()


@register.simple_tag
def written_in(language: str | None) -> SafeString:
    """Attributes `lang` and `dir` for a text in `language`; the browser finds the direction by its letters.

    Right-to-left languages are marked explicitly, because the text may begin with a name in Latin letters.
    """
    return attributes(language or "", get_language() or "en")


@register.filter
def titled(page: Any) -> SafeString:
    return format_html("<bdi{}>{}</bdi>", written_in(page.language), page.title)


def attributes(language: str, around: str) -> SafeString:
    if not language or not language.replace("-", "").isalnum():
        return mark_safe(' dir="auto"')
    lang = "" if language == around else f' lang="{language}"'
    return mark_safe(f'{lang} dir="{"rtl" if is_right_to_left(language) else "auto"}"')  # noqa: S308 - letters and hyphens only


def is_right_to_left(language: str) -> bool:
    try:
        return bool(get_language_info(language)["bidi"])
    except KeyError:
        return language.partition("-")[0] in {"ar", "fa", "he", "ur"}
