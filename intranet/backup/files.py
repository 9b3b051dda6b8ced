"""Restores the files of a backup into the site's storages, in two steps: before and after the rows change."""

import hashlib
import os
import shutil
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages

from intranet.backup import Refused
from intranet.backup.archive import CHUNK_BYTES, Reader
from intranet.importing.progress import Progress

Name = tuple[str, str]  # storage and name of a file
#: Suffix of a file that will replace another one after the rows have changed.
REPLACEMENT_SUFFIX = ".restoring"


class Files:
    """The files to restore; identical ones that exist already are left alone."""

    def __init__(self, reader: Reader, members: dict[Name, str]) -> None:
        self.reader = reader
        self.wanted = {name: member for name, member in members.items() if not self._is_stored(*name, member)}
        self.stored: list[Name] = []
        self.replacements: list[Name] = []

    def _is_stored(self, alias: str, name: str, member: str) -> bool:
        storage = storages[alias]
        if not storage.exists(name) or storage.size(name) != self.reader.size(member):
            return False
        digest = hashlib.sha256()
        with storage.open(name) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
        return digest.hexdigest() == self.reader.sums[member]

    def put(self, stream: IO[str] | None) -> None:
        """Store each file under its name if that is free, else beside it: the old site stays intact."""
        needed = sum(self.reader.size(member) for member in self.wanted.values())
        rows = sum(self.reader.size(member) for member in self.reader.sums if member.startswith("rows/"))
        free = shutil.disk_usage(settings.INTRANET_VAR).free
        if needed + rows > free:
            raise Refused(f"The disk has {free / 1e6:,.0f} MB left, and the backup needs {(needed + rows) / 1e6:,.0f}.")
        progress = Progress("files", needed, stream, unit="B")
        for (alias, name), member in self.wanted.items():
            storage, there = storages[alias], name
            if storage.exists(name):
                there = name + REPLACEMENT_SUFFIX
                storage.delete(there)
                self.replacements.append((alias, name))
            self.stored.append((alias, there))
            with self.reader.open(member) as content:
                if storage.save(there, File(content)) != there:
                    raise Refused(f"Another process is writing {there}. Stop it, then try again.")
            progress.add(self.reader.size(member))
        progress.close()

    def remove_new(self) -> None:
        for alias, name in self.stored:
            storages[alias].delete(name)

    def replace_old(self) -> None:
        for alias, name in self.replacements:
            storage = storages[alias]
            try:
                os.replace(storage.path(name + REPLACEMENT_SUFFIX), storage.path(name))
            except NotImplementedError:
                storage.delete(name)
                with storage.open(name + REPLACEMENT_SUFFIX) as content:
                    storage.save(name, content)
                storage.delete(name + REPLACEMENT_SUFFIX)
