"""Public copies of pictures, recordings and files, stored in a folder of their own under the hash of their content."""

import hashlib
import mimetypes
from collections.abc import Iterable
from functools import partial
from typing import IO

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.db import transaction

from media.models import Attachment, Picture, Recording
from syndication.models import Channel, ReleasedMedia
from syndication.pictures import Encoded, without_metadata
from text.slugs import slug_or

CHUNK_BYTES = 1 << 20


def public_storage() -> Storage:
    return storages["public"]


def store_picture(picture: Picture, stem: str) -> ReleasedMedia:
    with picture.file.open("rb") as stream:
        return store_encoded(without_metadata(stream), stem)


def store_encoded(encoded: Encoded, stem: str) -> ReleasedMedia:
    media = _store(ContentFile(encoded.content), f"{stem}.{encoded.ending}", encoded.media_type)
    media.pixels = encoded.pixels
    return media


def store_recording(recording: Recording, stem: str) -> ReleasedMedia:
    ending = recording.public_name.rpartition(".")[2]
    with recording.file.open("rb") as stream:
        return _store(stream, f"{stem}.{ending}", recording.media_type)


def store_file(file: Attachment) -> ReleasedMedia:
    """Under its own name, which people see when they save it."""
    stem, _dot, ending = file.filename.rpartition(".")
    name = f"{slug_or(stem or ending, 'file', longest=100)}.{ending.lower()}"
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    with file.file.open("rb") as stream:
        return _store(stream, name, media_type)


def _store(stream: IO[bytes] | File, name: str, media_type: str) -> ReleasedMedia:
    digest = hashlib.sha256()
    size = 0
    for chunk in iter(lambda: stream.read(CHUNK_BYTES), b""):
        digest.update(chunk)
        size += len(chunk)
    media, _made = ReleasedMedia.objects.get_or_create(
        sha256=digest.hexdigest(), defaults={"name": name, "media_type": media_type, "size": size}
    )
    storage = public_storage()
    if not storage.exists(media.storage_name):
        stream.seek(0)
        storage.save(media.storage_name, stream if isinstance(stream, File) else File(stream))
    return media


def drop_unused(media: Iterable[ReleasedMedia]) -> None:
    """Delete media that no release and no channel uses; their files go after the commit."""
    for each in media:
        if not _is_used(each):
            name, sha256 = each.storage_name, each.sha256
            each.delete()
            transaction.on_commit(partial(_delete_file, name, sha256))


def _is_used(media: ReleasedMedia) -> bool:
    return media.releases.exists() or Channel.objects.filter(picture=media.path).exists()


def _delete_file(name: str, sha256: str) -> None:
    # Somebody may have released the same content since.
    if not ReleasedMedia.objects.filter(sha256=sha256).exists():
        public_storage().delete(name)
