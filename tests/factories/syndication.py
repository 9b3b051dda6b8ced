"""Makes channels, releases and recordings through the same actions that people use."""

import io
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image

from media.models import Picture, Recording
from people.models import Person, Space
from syndication.actions import create_channel, release_page
from syndication.models import Channel, Release
from tests.factories.sounds import mp3


def make_channel(person: Person, slug: str = "news", **fields: Any) -> Channel:
    fields.setdefault("title", slug.replace("-", " ").title())
    fields.setdefault("description", "What we have to say.")
    fields.setdefault("author", "Department of Examples")
    return create_channel(person=person, channel=Channel(slug=slug, **fields))


def make_release(person: Person, page: Any, channel: Channel) -> Release:
    return release_page(person=person, page=page, channel=channel)


def make_picture(
    space: Space, *, title: str = "A door", size: tuple[int, int] = (64, 48), colour: str = "navy"
) -> Picture:
    """A JPEG with a place in its EXIF block, kept as it came from a telephone: nobody relies on what an upload takes out."""
    exif = Image.Exif()
    exif[0x010E] = "taken in the secret bunker"
    content = io.BytesIO()
    Image.new("RGB", size, colour).save(content, "JPEG", exif=exif)
    picture = Picture(title=title, description="What it shows", space=space)
    # Django reads width and height from the file as it is set.
    picture.file = ImageFile(content, name="original.jpg")
    picture.save()
    with open(picture.file.path, "wb") as stored:
        stored.write(content.getvalue())
    return picture


def make_recording(space: Space, *, title: str = "A talk", seconds: float = 2.0) -> Recording:
    content = mp3(seconds)
    recording = Recording(title=title, space=space, media_type="audio/mpeg", length=len(content), duration=seconds)
    recording.file.save("talk.mp3", ContentFile(content), save=False)
    recording.sha256 = recording.digest()
    recording.save()
    return recording
