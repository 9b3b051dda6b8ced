"""Whoosh's files through the memory map: no copy of the index in a process, hardly any open file."""

from __future__ import annotations

import mmap
import os
from io import BytesIO
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

SMALL = 65_536
"""Bytes; a smaller file is read whole, which costs less than a mapping and a descriptor."""


class MappedStorage(FileStorage):
    """Files for readers. `StructFile` over an `mmap` reads pages on demand, where Whoosh would copy the whole map."""

    def open_file(self, name: str, **kwargs: Any) -> StructFile:
        with open(os.path.join(self.folder, name), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size <= SMALL:
                return StructFile(BytesIO(file.read()), name=name, **kwargs)
            return StructFile(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), name=name, **kwargs)  # type: ignore[arg-type]
