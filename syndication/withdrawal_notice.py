"""A sentence with links to the public copies of pages that are about to be unpublished or deleted.

People who can withdraw the copies get a link for each, others are told whom to ask.
"""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from people.permissions import RELEASE, has_right
from syndication.models import Release
from text import phrases

MAX_NAMED = 10


def public_copies_notice(person: Any, pages: Any) -> Any:
    uids = list(pages.exclude(public_since=None).values_list("uid", flat=True))
    found = Release.objects.live().filter(uid__in=uids).select_related("channel").order_by("title", "pk")
    releases = list(found[: MAX_NAMED + 1]) if uids else []
    if not releases:
        return ""
    words = _("The public can still read these copies until someone withdraws them:")
    if not has_right(person, RELEASE):
        address = f"{reverse('people:directory')}?may=release"
        return format_html('{} <a href="{}">{}</a>', words, address, _("ask someone who can release pages."))
    links = [
        (reverse("syndication:withdraw", args=[one.uid, one.channel.slug]), _("Withdraw “%s”") % one.title)
        for one in releases[:MAX_NAMED]
    ]
    if len(releases) > MAX_NAMED:
        links.append((reverse("syndication:channel_list"), str(phrases.ALL_CHANNELS)))
    return format_html("{} {}", words, format_html_join(", ", '<a href="{}">{}</a>', links))
