"""What pictures show, in words: descriptions in a text, and pictures that have none."""

import re
from typing import Any

from django.utils.translation import ngettext

from media.models import Attachment, Picture
from media.uploads import own_or_shown
from text.markup import written_link, written_words

_IMAGE = re.compile(r"<img [^>]*>")
_NUMBER = re.compile(r'src="/media/pictures/(\d{1,12})/')
_SILENT = re.compile(r"!\[\s*\](?=\(<?picture:(\d{1,9})\b)")
#: A form does not ask for more at once.
MAX_ASKED = 50
MAX_NAMED = 5


def undescribed(page: Any) -> list[Picture]:
    """The pictures of `page` without alternative text that are not marked as decoration."""
    silent = (image for image in _IMAGE.findall(page.html) if 'alt=""' in image)
    numbers = {int(found[1]) for image in silent if (found := _NUMBER.search(image))}
    numbers |= {item.pk for item in page.shown_media if isinstance(item, Picture) and not item.description}
    return list(Picture.objects.filter(pk__in=numbers, is_decorative=False).order_by("pk")) if numbers else []


def warning_of(page: Any) -> str:
    found = undescribed(page)
    if not found:
        return ""
    return ngettext(
        "The picture %(names)s has no description, so people who cannot see it miss what it shows. Edit the page and "
        "describe it.",
        "The pictures %(names)s have no description, so people who cannot see them miss what they show. Edit the page "
        "and describe them.",
        len(found),
    ) % {"names": names_of(found)}


def names_of(pictures: list[Picture]) -> str:
    names = [f"“{picture.title}”" for picture in pictures[:MAX_NAMED]]
    return ", ".join([*names, "…"] if len(pictures) > MAX_NAMED else names)


def undescribed_in(text: str, *, space: Any, person: Any) -> dict[int, Picture]:
    """Pictures that a text shows without a description, by number, if `person` may describe them."""
    numbers = list(dict.fromkeys(int(number) for number in _SILENT.findall(text)))[:MAX_ASKED]
    found = own_or_shown(numbers, space=space, person=person) if numbers else {}
    return {number: found[number] for number in numbers if number in found and not found[number].is_decorative}


def with_description(text: str, number: int, alt: str) -> str:
    def described(found: re.Match[str]) -> str:
        return f"![{written_words(alt)}]" if int(found[1]) == number else found[0]

    return _SILENT.sub(described, text)


def describe_picture(picture: Picture, *, alt: str, decorative: bool) -> None:
    if (picture.description, picture.is_decorative) != (alt, decorative):
        picture.description, picture.is_decorative = alt[:255], decorative
        picture.save(update_fields=["description", "is_decorative"])


def written_media(item: Picture | Attachment) -> str:
    """How a picture or a file is put into a text."""
    if isinstance(item, Picture):
        return f"![{written_words(item.description)}](picture:{item.pk})"
    return written_link(item.title, f"file:{item.pk}")
