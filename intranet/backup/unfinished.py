"""The note that a restore is unfinished: read by `/health/`, `prepare`, and the next restore, which completes it."""

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
    """Record which backup is being restored and which old files to delete afterwards, so that it survives
    a power cut.
    """
    with open(note(), "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as stream:
        json.dump({"backup": backup, "leftovers": sorted(leftovers)}, stream)
        stream.flush()
        os.fsync(stream.fileno())


def read() -> tuple[str, set[tuple[str, str]]]:
    """The backup and the files to delete; empty if no restore is unfinished."""
    try:
        noted = json.loads(note().read_text())
        return noted["backup"], {(alias, name) for alias, name in noted["leftovers"]}
    except (OSError, ValueError, KeyError, TypeError):
        return "", set()


def end() -> None:
    note().unlink(missing_ok=True)
