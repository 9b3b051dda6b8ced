"""Restores the files of a backup into the site's storages, in two steps: before and after the rows change."""

import hashlib
import os
import shutil
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages

from intranet.backup import Refused
from intranet.backup.archive import PIECE, Reader
from intranet.importing.progress import Progress

Name = tuple[str, str]  # storage and name of a file
#: Suffix of a file that will replace another one after the rows have changed.
BESIDE = ".restoring"


class Files:
    """The files to restore; identical ones that exist already are left alone."""

    def __init__(self, reader: Reader, members: dict[Name, str]) -> None:
        self.reader = reader
        self.wanted = {name: member for name, member in members.items() if not self._stands(*name, member)}
        self.put_down: list[Name] = []
        self.beside: list[Name] = []

    def _stands(self, alias: str, name: str, member: str) -> bool:
        storage = storages[alias]
        if not storage.exists(name) or storage.size(name) != self.reader.size(member):
            return False
        digest = hashlib.sha256()
        with storage.open(name) as stream:
            while piece := stream.read(PIECE):
                digest.update(piece)
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
                there = name + BESIDE
                storage.delete(there)
                self.beside.append((alias, name))
            self.put_down.append((alias, there))
            with self.reader.open(member) as content:
                if storage.save(there, File(content)) != there:
                    raise Refused(f"Another process is writing {there}. Stop it, then try again.")
            progress.add(self.reader.size(member))
        progress.close()

    def take_back(self) -> None:
        for alias, name in self.put_down:
            storages[alias].delete(name)

    def take_places(self) -> None:
        for alias, name in self.beside:
            storage = storages[alias]
            try:
                os.replace(storage.path(name + BESIDE), storage.path(name))
            except NotImplementedError:
                storage.delete(name)
                with storage.open(name + BESIDE) as content:
                    storage.save(name, content)
                storage.delete(name + BESIDE)
