"""The backup file: a zip with a manifest, and SHA-256 checksums for `sha256sum -c`.

README.txt           what this is
rows/TABLE.jsonl     one row per line, as JSON
media/STORAGE/NAME   uploads ("default") and public copies ("public"), as they are
manifest.json        format, migrations, tables, settings
SHA256SUMS           the checksum of each of these
"""

import fcntl
import hashlib
import json
import os
import re
import stat
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from intranet.backup import Refused

FORMAT = 1
CHUNK_BYTES = 1 << 20
#: In bytes, for one row, the manifest or the checksums: the most that is in memory at a time.
MAX_LINE_BYTES = 512 << 20
MANIFEST, SUMS, README = "manifest.json", "SHA256SUMS", "README.txt"
ROWS = re.compile(r"rows/[a-z0-9_]+\.jsonl")
MEDIA = re.compile(r"media/([a-z]+)/(.+)")
SUM = re.compile(r"([0-9a-f]{64})  (.+)")

Progress = Callable[[int], Any]


def is_safe(name: str) -> bool:
    """Whether a file name stays in its folder, and fits on a line."""
    return name.isprintable() and "\\" not in name and not any(part in {"", ".", ".."} for part in name.split("/"))


class Writer:
    def __init__(self, stream: IO[bytes]) -> None:
        self.zip = zipfile.ZipFile(stream, "w")
        self.sums: dict[str, str] = {}

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *exception: object) -> None:
        # After a failure the file is thrown away; a full disk may prevent even closing it.
        with suppress(OSError):
            self.zip.close()

    @contextmanager
    def member(self, name: str, *, packed: bool = True) -> Iterator[Callable[[bytes], None]]:
        """Yields a function that writes bytes of the member."""
        entry = zipfile.ZipInfo(name, time.localtime()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        entry.external_attr = (stat.S_IFREG | 0o600) << 16
        digest = hashlib.sha256()
        with self.zip.open(entry, "w", force_zip64=True) as stream:

            def write(chunk: bytes) -> None:
                digest.update(chunk)
                stream.write(chunk)

            yield write
        self.sums[name] = digest.hexdigest()

    def add(self, name: str, content: bytes) -> None:
        with self.member(name) as write:
            write(content)

    def end(self, manifest: dict[str, Any]) -> None:
        self.add(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False).encode())
        self.add(SUMS, "".join(f"{digest}  {name}\n" for name, digest in self.sums.items()).encode())
        self.zip.close()


@contextmanager
def written_whole(path: Path, *, force: bool) -> Iterator[IO[bytes]]:
    """A new file beside `path`, readable by this account only, renamed to `path` once it is complete on disk."""
    if path.exists() and not force:
        raise Refused(f"{path} already exists. Choose another name, or overwrite it with --force.")
    _sweep(path)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            _take_name(partial, path, force=force)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    finally:
        partial.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Remove partial files of killed backups to the same name; one in progress holds its lock."""
    for left in path.parent.glob(f".{path.name}.*.partial"):
        with suppress(OSError), left.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()


def _take_name(partial: Path, path: Path, *, force: bool) -> None:
    if not force:
        try:
            # Unlike a rename, a link never replaces a file that was created since.
            os.link(partial, path)
            return
        except FileExistsError:
            raise Refused(
                f"{path} was created while the backup ran. It was not overwritten; run the backup again."
            ) from None
        except OSError:
            # Some file systems have no links.
            if path.exists():
                raise Refused(
                    f"{path} was created while the backup ran. It was not overwritten; run the backup again."
                ) from None
    os.replace(partial, path)


class Reader:
    """An archive whose structure is valid: only expected members, each a plain file with a checksum.

    Raises `Refused` otherwise. Contents are checked by `verify`, and while they are read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile) as error:
            raise Refused(f"{path} is not a backup, or is damaged: {error}.") from None
        try:
            self.members = {entry.filename: entry for entry in self.zip.infolist()}
            if not {MANIFEST, SUMS} <= set(self.members):
                raise Refused(f"{path} is not a backup of Commonplace: {MANIFEST} or {SUMS} is missing.")
            self.sums: dict[str, str] = {}
            self.manifest = self._manifest()
            self._check_members()
            self._read_sums()
        except BaseException:
            self.zip.close()
            raise

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *exception: object) -> None:
        self.zip.close()

    def _manifest(self) -> dict[str, Any]:
        try:
            manifest = json.loads(self._whole(MANIFEST))
            version = int(manifest["format"])
            if manifest["program"] != "Commonplace":
                raise KeyError
        except (ValueError, KeyError, TypeError):
            raise Refused(
                f"{self.path} is not a backup of Commonplace, or is damaged: its manifest cannot be read."
            ) from None
        if version > FORMAT:
            raise Refused(
                f"{self.path} has format {version}, and this version of Commonplace reads up to {FORMAT}: use a newer one."
            )
        return manifest

    def _check_members(self) -> None:
        entries = self.zip.infolist()
        if len(entries) != len(self.members):
            raise Refused(f"{self.path} is damaged: two of its files have the same name.")
        # Members that overlap are how a small file expands into a large one.
        if sum(entry.compress_size for entry in entries) > self.path.stat().st_size:
            raise Refused(f"{self.path} is refused: its members are larger than the file.")
        for entry in entries:
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if entry.is_dir() or kind not in {0, stat.S_IFREG}:
                raise Refused(f"{self.path} is refused: {entry.filename!r} is not a plain file.")
            media = MEDIA.fullmatch(entry.filename)
            known = entry.filename in {MANIFEST, SUMS, README} or ROWS.fullmatch(entry.filename) or media
            if not known or not is_safe(entry.filename):
                raise Refused(f"{self.path} is refused: {entry.filename!r} does not belong in a backup.")
            if entry.flag_bits & 1 or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise Refused(
                    f"{self.path} is refused: {entry.filename!r} is compressed in a way that backups do not use."
                )
            if media and entry.compress_type != zipfile.ZIP_STORED:
                raise Refused(
                    f"{self.path} is refused: {entry.filename!r} is compressed, which media files in a backup never are."
                )

    def _read_sums(self) -> None:
        text = self._whole(SUMS)
        # Identifies the backup.
        self.mark = hashlib.sha256(text).hexdigest()
        for line in text.decode(errors="replace").split("\n")[:-1]:
            found = SUM.fullmatch(line)
            if not found:
                raise Refused(f"{self.path} is damaged: {SUMS} cannot be read.")
            self.sums[found[2]] = found[1]
        if odd := set(self.sums) ^ (set(self.members) - {SUMS}):
            raise Refused(f"{self.path} is damaged: {min(odd)!r} is missing, or has no checksum.")

    def _whole(self, name: str) -> bytes:
        if self.members[name].file_size > MAX_LINE_BYTES:
            raise Refused(f"{self.path} is refused: {name} is too large.")
        return b"".join(self.chunks(name))

    def size(self, name: str) -> int:
        return self.members[name].file_size

    def open(self, name: str) -> IO[bytes]:
        return self.zip.open(name)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a member; raises `Refused` at the end if the checksum does not match."""
        digest = hashlib.sha256()
        try:
            with self.open(name) as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    digest.update(chunk)
                    yield chunk
        except (
            OSError,
            EOFError,
            ValueError,
            RuntimeError,
            NotImplementedError,
            zipfile.BadZipFile,
            zlib.error,
        ) as error:
            raise Refused(f"{self.path} is damaged: {name} cannot be read ({error}).") from None
        if self.sums.get(name, digest.hexdigest()) != digest.hexdigest():
            raise Refused(f"{self.path} is damaged: {name} does not match its checksum.")

    def lines(self, name: str) -> Iterator[bytes]:
        rest = b""
        for chunk in self.chunks(name):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            if len(rest) > MAX_LINE_BYTES:
                raise Refused(f"{self.path} is refused: {name} holds a row that is too large.")
        if rest:
            raise Refused(f"{self.path} is damaged: {name} ends in the middle of a row.")

    def verify(self, progress: Progress) -> None:
        for name in self.sums:
            for chunk in self.chunks(name):
                progress(len(chunk))

    def media(self) -> list[tuple[str, str, str]]:
        found = (MEDIA.fullmatch(name) for name in self.sums)
        return [(one[0], one[1], one[2]) for one in found if one]
