"""`{% drafts form as kept %}`: the drafts of a form, at its beginning; shows one in it if the reader asked for it.

`{% ago moment %}`: how long ago something was saved, with the full time on hover and for screen readers.
"""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from desk import drafts as desk_drafts

register = template.Library()


@register.simple_tag(takes_context=True)
def drafts(context: Any, form: Any) -> desk_drafts.Opened | None:
    """The view may have looked already (`desk.writing`), and put the result into the context as `kept`."""
    if context.get("kept") is not None:
        return context["kept"]  # type: ignore[no-any-return]
    request = getattr(context, "request", None)
    if request is None or not request.user.is_authenticated:
        return None
    kept = desk_drafts.opened(request, form=form)
    if kept.draft is not None:
        desk_drafts.fill(form, kept.draft)
    return kept


@register.simple_tag
def ago(moment: datetime) -> SafeString:
    whole = date_format(localtime(moment), "j F Y, H:i")
    long_enough = now() - moment >= timedelta(minutes=1)
    words = _("%(time)s ago") % {"time": timesince(moment, depth=1)} if long_enough else _("just now")
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), whole, words)
