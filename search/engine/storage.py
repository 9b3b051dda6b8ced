"""Whoosh's files without a copy of the index in a process: small ones read, postings read where they are asked for, the rest mapped."""

from __future__ import annotations

import mmap
import os
from io import BytesIO, FileIO
from typing import Any

from search.engine.adapter import FileStorage, StructFile
from search.engine.seals import check_list

SMALL = 65_536
"""Bytes; a smaller file is read whole, which costs less than a mapping and a descriptor."""


POSTINGS = ".pst"
"""The largest file. A word's postings are read from it in one piece, and what was read does not count as this process's memory."""


class Unmapped:
    """The bytes of an open file, which may be sliced by several threads at once."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __getitem__(self, part: slice) -> bytes:
        return os.pread(self.descriptor, part.stop - part.start, part.start)


class OpenFile(FileIO):
    """A file that is closed when the last reader lets go of it, as a map is."""

    def __del__(self) -> None:
        self.close()


class MappedStorage(FileStorage):
    """Files for readers. `StructFile` over an `mmap` reads pages on demand, where Whoosh would copy the whole map."""

    def contents(self, name: str) -> mmap.mmap | bytes:
        """The bytes of a file, which may be sliced: copied if they are few, from the map if they are many."""
        with open(os.path.join(self.folder, name), "rb") as file:
            if os.fstat(file.fileno()).st_size <= SMALL:
                return file.read()
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def open_file(self, name: str, **kwargs: Any) -> StructFile:
        path = os.path.join(self.folder, name)
        if name.endswith(POSTINGS) and os.path.getsize(path) > SMALL:
            return StructFile(OpenFile(path), name=name, **kwargs)  # type: ignore[arg-type]
        found = self.contents(name)
        if name.endswith(".toc"):
            check_list(name, bytes(found))
        return StructFile(BytesIO(found) if isinstance(found, bytes) else found, name=name, **kwargs)  # type: ignore[arg-type]
