"""Starts the project's own commands as real processes on the database of the test."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    options = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{options['NAME']}"
    return f"postgresql://{options['USER']}:{options['PASSWORD']}@/{options['NAME']}?host={options['HOST']}"


def environment(**more: str) -> dict[str, str]:
    """What a process needs to see the same database, and nothing that somebody set in the terminal."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "XDG_RUNTIME_DIR"}}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "intranet.settings",
        "INTRANET_VAR": str(settings.INTRANET_VAR),
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def manage(*arguments: str, **more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment(DATABASE_URL=database_url(), **more)
    )


def wait_for(condition: Callable[[], object], what: str, seconds: float = 30) -> None:
    """Polls instead of sleeping a fixed time, so that a quiet machine is quick and a busy one does not fail."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds} s")
