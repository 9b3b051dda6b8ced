"""The organisation's name, for the header and title of every page.

It is in the database, so that backups have it, and in a file in INTRANET_VAR: checking whether that has changed takes
microseconds, where the row would cost a query.
"""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from intranet.models import Organisation

PRODUCT = "Commonplace"
_read: dict[str, Any] = {"stamp": None, "name": PRODUCT}


def _file() -> Path:
    return Path(settings.INTRANET_VAR) / "organisation"


def name() -> str:
    file = _file()
    try:
        stat = os.stat(file)
        stamp = (str(file), stat.st_mtime_ns, stat.st_ino)
        if stamp != _read["stamp"]:
            _read.update(stamp=stamp, name=file.read_text(encoding="utf-8")[:200].strip() or PRODUCT)
    except OSError:
        return PRODUCT
    return str(_read["name"])


@transaction.atomic
def rename(new: str) -> None:
    """Save the name; "" restores the product's own."""
    Organisation.objects.update_or_create(pk=1, defaults={"name": new})
    transaction.on_commit(write_file)


def write_file() -> None:
    """Copy the name from the database to the file: after a change, a start or a restore."""
    stored = Organisation.objects.filter(pk=1).values_list("name", flat=True).first() or ""
    file = _file()
    if not stored:
        file.unlink(missing_ok=True)
        return
    if file.exists() and file.read_text(encoding="utf-8") == stored:
        return
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.write_text(stored, encoding="utf-8")
    fresh.replace(file)
