"""Warns about pictures without alternative text."""

import re
from typing import Any

from django.utils.translation import ngettext

from media.models import Picture

_IMAGE = re.compile(r"<img [^>]*>")
_NUMBER = re.compile(r'src="/media/pictures/(\d{1,12})/')


def undescribed(page: Any) -> int:
    """The number of pictures of `page` without alternative text that are not marked as decoration."""
    silent = (image for image in _IMAGE.findall(page.html) if 'alt=""' in image)
    numbers = {int(found[1]) for image in silent if (found := _NUMBER.search(image))}
    numbers |= {item.pk for item in page.shown_media if isinstance(item, Picture) and not item.description}
    return Picture.objects.filter(pk__in=numbers, is_decorative=False).count() if numbers else 0


def warning_of(page: Any) -> str:
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
