"""The secret for setting up a site without accounts: made and printed at its first start, deleted with the first
account.

People who can only reach the site over the network cannot claim it; people who can read its output or state folder can.
Imports no Django app, for the launcher.
"""

import hmac
import os
import secrets
from pathlib import Path
from typing import Any


def _file(settings: Any) -> Path:
    return Path(settings.INTRANET_VAR) / "setup-code"


def make(settings: Any) -> None:
    try:
        descriptor = os.open(_file(settings), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secrets.token_urlsafe(24))


def forget(settings: Any) -> None:
    _file(settings).unlink(missing_ok=True)


def address(settings: Any) -> str:
    """The address to set up the site, or "" if that is done."""
    try:
        code = _file(settings).read_text().strip()
    except OSError:
        return ""
    return f"{settings.INTRANET_URL}/-/setup/{code}/" if code else ""


def is_right(settings: Any, code: str) -> bool:
    try:
        wanted = _file(settings).read_text().strip()
    except OSError:
        return False
    return bool(wanted) and hmac.compare_digest(wanted.encode(), code.encode())
