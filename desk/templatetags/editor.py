"""`{% editor_words %}`: what the script of the editor says, as JSON in the page."""

from django import template
from django.conf import settings
from django.utils.html import json_script
from django.utils.safestring import SafeString

from desk.editor_words import editor_words as words

register = template.Library()


@register.simple_tag
def most_bytes() -> int:
    """Of a file that is sent into a text."""
    return int(settings.INTRANET_MAX_UPLOAD_BYTES)


@register.simple_tag
def editor_words() -> SafeString:
    return json_script(words(), "editor-words")
