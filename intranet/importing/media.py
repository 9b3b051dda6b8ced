"""Pictures and recordings of a corpus, stored once however often they are used."""

import hashlib
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import SimpleUploadedFile

from imaging.checks import NotAPicture, check_picture
from imaging.metadata import strip_metadata
from intranet.importing.entries import BadLine, Unusable, parse, raw_lines
from media.models import Picture, Recording
from media.probes import NotARecording, probe
from people.audiences import audience_token
from people.models import Space


class Media:
    """`spaces` by slug. A picture belongs to the space that uses it first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spaces: dict[str, Space] = {}
        self.bad: list[BadLine] = []
        self._numbers: dict[tuple[str, str], int | None] = {}
        self._described = {fields["file"]: fields for fields in _rows(folder / "images" / "images.jsonl")}

    def picture_number(self, name: str, department: str) -> int | None:
        """The id of the stored picture for a file in `images/`, or None."""
        space = self.spaces.get(department)
        if space is None:
            return None
        key = (audience_token(space, "staff"), name)
        if key not in self._numbers:
            self._numbers[key] = self._store(name, space)
        return self._numbers[key]

    def _store(self, name: str, space: Space) -> int | None:
        path = _file_in(self.folder / "images", name)
        if path is None:
            return None
        content = path.read_bytes()
        with suppress(ValueError):
            content = strip_metadata(content)
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        existing = Picture.objects.filter(file_hash=digest, audience_token=audience_token(space, "staff")).first()
        if existing is not None:
            return existing.pk
        alt = str(self._described.get(name, {}).get("alt") or "")[:255]
        left = Picture.objects.filter(file_hash=digest, space=space, title=alt or path.stem).first()
        if left is not None:
            # Left from an earlier import whose pages are deleted.
            left.audience = "staff"
            left.save()
            return left.pk
        upload = SimpleUploadedFile(path.name, content)
        try:
            checked = check_picture(upload, path.name)
        except NotAPicture as refusal:
            self.bad.append(BadLine(f"images/{name}", 1, str(refusal)))
            return None
        picture = Picture(
            title=alt or path.stem,
            description=alt,
            file=ImageFile(upload, name=checked.name),
            width=checked.width,
            height=checked.height,
            space=space,
        )
        picture.file_size, picture.file_hash = len(content), digest
        picture.save()
        return picture.pk

    def recordings(self) -> list[dict[str, Any]]:
        rows = _rows(self.folder / "audio" / "audio.jsonl")
        return [row for row in rows if _file_in(self.folder / "audio", row["file"])]

    def store_recording(self, fields: dict[str, Any], space: Space) -> Recording:
        """The stored recording for one of `recordings()`, new or existing; raises Unusable."""
        path = self.folder / "audio" / fields["file"]
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        existing = Recording.objects.filter(sha256=digest, space=space).first()
        if existing is not None:
            return existing
        try:
            with path.open("rb") as stream:
                found = probe(stream, path.name)
        except NotARecording as refusal:
            raise Unusable(str(refusal)) from None
        recording = Recording(title=str(fields.get("title") or path.stem)[:255], space=space, sha256=digest)
        recording.media_type, recording.length, recording.duration = found.media_type, found.length, found.duration
        recording.file.save(path.name, ContentFile(content), save=True)
        return recording


def _file_in(folder: Path, name: str) -> Path | None:
    """The file with exactly this name in the folder; a text can name anything, even impossible file names."""
    if PurePosixPath(name).name != name:
        return None
    try:
        return path if (path := folder / name).is_file() else None
    except OSError:
        return None


def _rows(path: Path) -> list[dict[str, Any]]:
    """Descriptions are optional: a line that cannot be read, or names no file, is ignored."""
    rows = []
    if path.is_file():
        for line in raw_lines(path):
            with suppress(Unusable):
                fields = parse(line.content)
                if isinstance(fields.get("file"), str):
                    rows.append(fields)
    return rows
