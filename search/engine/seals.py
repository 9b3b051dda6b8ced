"""Sizes and checksums of what was written, so that what a disk lost or turned is noticed and not believed.

Beside the files of each segment lies one that names them, `MAIN_x.sums`; the list of segments, `_MAIN_n.toc`, ends with
its own checksum. Whoosh reads past neither, and removes the one with its segment.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable
from struct import Struct

from search.engine.adapter import CorruptIndexError

SUMS = ".sums"
_CHECKSUM = Struct("!I")
_READ = 1 << 20


def checksum(path: str) -> int:
    total = 0
    with open(path, "rb") as file:
        while part := file.read(_READ):
            total = zlib.crc32(part, total)
    return total


def flush(path: str) -> None:
    """Returns when the disk holds a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def seal_segment(folder: str, segment: str, *, durable: bool) -> None:
    """Writes the sizes and checksums of a segment that is complete, and with `durable` waits until the disk holds all of it."""
    sums: dict[str, tuple[int, int]] = {}
    for name in sorted(os.listdir(folder)):
        if name.startswith(segment + "."):
            path = os.path.join(folder, name)
            sums[name] = os.path.getsize(path), checksum(path)
            if durable:
                flush(path)
    with open(os.path.join(folder, segment + SUMS), "w") as file:
        json.dump(sums, file)
        file.flush()
        if durable:
            os.fsync(file.fileno())


def _sums(folder: str, segment: str) -> dict[str, tuple[int, int]]:
    try:
        with open(os.path.join(folder, segment + SUMS)) as file:
            return {str(name): (int(size), int(total)) for name, (size, total) in json.load(file).items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise CorruptIndexError(f"{segment}: its checksums cannot be read") from error


def check_sizes(folder: str, segment: str) -> None:
    """For every reader, before it opens a segment: a `stat` a file.

    Raises:
        CorruptIndexError: a file is shorter or longer than it was written.
        OSError: a file is missing.
    """
    for name, (size, _total) in _sums(folder, segment).items():
        if os.path.getsize(os.path.join(folder, name)) != size:
            raise CorruptIndexError(f"{name} has not the size with which it was written")


def check_contents(folder: str, segments: Iterable[str]) -> None:
    """For the indexer, when it starts and now and then: reads every byte. Raises as `check_sizes` does."""
    for segment in segments:
        check_sizes(folder, segment)
        for name, (_size, total) in _sums(folder, segment).items():
            if checksum(os.path.join(folder, name)) != total:
                raise CorruptIndexError(f"{name} is not as it was written")


def seal_list(path: str, *, durable: bool) -> None:
    """Adds its checksum to a list of segments that nobody reads yet."""
    with open(path, "r+b") as file:
        file.write(_CHECKSUM.pack(zlib.crc32(file.read())))
        file.flush()
        if durable:
            os.fsync(file.fileno())


def check_list(name: str, stored: bytes) -> None:
    """Raises `CorruptIndexError` for a list of segments that is not whole."""
    if (
        len(stored) < _CHECKSUM.size
        or _CHECKSUM.pack(zlib.crc32(stored[: -_CHECKSUM.size])) != stored[-_CHECKSUM.size :]
    ):
        raise CorruptIndexError(f"{name} is not as it was written")
