"""Which pictures of a page say nothing to people who do not see them: asked before readers get the page."""

import re
from typing import Any

from django.utils.translation import ngettext

from media.models import Picture

_IMAGE = re.compile(r"<img [^>]*>")
_NUMBER = re.compile(r'src="/media/pictures/(\d{1,12})/')


def undescribed(page: Any) -> int:
    """Count the pictures in the text and the fields of `page` that have no alternative text and are not said to be decoration."""
    silent = (image for image in _IMAGE.findall(page.html) if 'alt=""' in image)
    numbers = {int(found[1]) for image in silent if (found := _NUMBER.search(image))}
    numbers |= {item.pk for item in page.shown_media if isinstance(item, Picture) and not item.description}
    return Picture.objects.filter(pk__in=numbers, is_decorative=False).count() if numbers else 0


def warning_of(page: Any) -> str:
    """What to tell whoever lets readers see `page`; nothing where all is described."""
    number = undescribed(page)
    if not number:
        return ""
    return ngettext(
        "A picture on this page has no description, so people who cannot see it miss what it shows. Edit "
        "the page and describe it.",
        "%(number)s pictures on this page have no description, so people who cannot see them miss what "
        "they show. Edit the page and describe them.",
        number,
    ) % {"number": number}
