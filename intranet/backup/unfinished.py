"""The note that a restore was begun and not ended: `/health/` and `prepare` ask for it, the next restore goes on from it."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


def note() -> Path:
    return Path(settings.INTRANET_VAR) / "restore-unfinished"


def is_noted() -> bool:
    return note().exists()


def begin(backup: str, leftovers: Iterable[tuple[str, str]]) -> None:
    """Notes, so that it outlives a loss of power, which backup is put in place and which files of the old site go then."""
    with open(note(), "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as stream:
        json.dump({"backup": backup, "leftovers": sorted(leftovers)}, stream)
        stream.flush()
        os.fsync(stream.fileno())


def read() -> tuple[str, set[tuple[str, str]]]:
    """Which backup it is, and the files that were to go; nothing where no restore is unfinished."""
    try:
        noted = json.loads(note().read_text())
        return noted["backup"], {(alias, name) for alias, name in noted["leftovers"]}
    except (OSError, ValueError, KeyError, TypeError):
        return "", set()


def end() -> None:
    note().unlink(missing_ok=True)
