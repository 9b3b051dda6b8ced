"""`{% form_key %}` for forms that create something: submitting twice creates it once (`people.once`)."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from people import once

register = template.Library()


@register.simple_tag(takes_context=True)
def form_key(context: Any, is_bound: bool = True) -> SafeString:
    """A form shown again with errors keeps its key; if a page has two forms, each says whether it was posted."""
    request = context.get("request")
    key = once.key_of(request) if is_bound and request is not None and request.method == "POST" else None
    return format_html('<input type="hidden" name="{}" value="{}">', once.FIELD, key or once.new_key())
