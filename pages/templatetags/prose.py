"""The text of a page as its reader sees it: each heading with a link to itself, and one to edit its section."""

import re
from html import unescape
from typing import Any
from urllib.parse import quote

from django import template
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

_HEADING = re.compile(r'<h([1-6]) id="([^"]+)">(.*?)</h\1>', re.DOTALL)


@register.simple_tag
def prose(page: Any, may_edit: bool = False) -> SafeString:
    """`page.html` with tools beside its headings: not in them, so that screen readers list the words alone."""
    if not page.headings:
        return mark_safe(page.html)  # noqa: S308 - sanitised when it was saved
    link, edit, word = _("Link to “%s”"), _("Edit section “%s”"), _("Edit")
    address = page.get_absolute_url()

    def with_tools(found: re.Match[str]) -> str:
        name = escape(" ".join(unescape(strip_tags(found[3])).split()))
        tools = f'<a class="anchor" href="#{found[2]}" aria-label="{link % name}">#</a>'
        if may_edit:
            place = quote(unescape(found[2]), safe="")
            tools += f'<a href="{address}-/section/{place}/" aria-label="{edit % name}">{word}</a>'
        return f'<div class="heading">{found[0]}<span class="heading-tools">{tools}</span></div>'

    return mark_safe(_HEADING.sub(with_tools, page.html))  # noqa: S308 - sanitised when it was saved; names are escaped
