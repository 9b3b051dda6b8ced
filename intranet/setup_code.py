"""The key to a site that nobody has an account on yet: made at its first start, printed there, gone with the first account.

Whoever reaches the site over the network cannot claim it; whoever reads the output of its start, or its folder, can.
It imports no Django application, for the launcher.
"""

import hmac
import os
import secrets
from pathlib import Path
from typing import Any


def _file(settings: Any) -> Path:
    return Path(settings.INTRANET_VAR) / "setup-code"


def make(settings: Any) -> None:
    """Makes the code where there is none."""
    try:
        descriptor = os.open(_file(settings), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secrets.token_urlsafe(24))


def forget(settings: Any) -> None:
    _file(settings).unlink(missing_ok=True)


def address(settings: Any) -> str:
    """Where the site is set up; empty where it has been."""
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
