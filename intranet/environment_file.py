"""Reads settings from the file that systemd reads them from, so that commands on a terminal have the same.

INTRANET_ENV_FILE=/etc/commonplace.env .venv/bin/python manage.py createsuperuser

Standard library only: `intranet.bootstrap` asks for it before anything else is installed.
"""

import os


class Unreadable(Exception):
    """Why not, in one line."""


def load() -> None:
    """Adds what the file sets to the environment. What is set there already goes before the file."""
    path = os.environ.get("INTRANET_ENV_FILE", "").strip()
    if not path:
        return
    try:
        with open(path, encoding="utf-8") as stream:
            lines = stream.read().splitlines()
    except OSError as error:
        raise Unreadable(f"INTRANET_ENV_FILE={path!r} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Unreadable(f"INTRANET_ENV_FILE={path!r} is not a text file.") from None
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line[0] in "#;":
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip().isidentifier():
            raise Unreadable(f"INTRANET_ENV_FILE={path!r}, line {number}, is not NAME=value.")
        os.environ.setdefault(name.strip(), unquoted(value.strip()))


def unquoted(value: str) -> str:
    """As systemd has it: quotes around all of a value do not belong to it."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        inner = value[1:-1]
        return inner.replace('\\"', '"').replace("\\\\", "\\") if value[0] == '"' else inner
    return value
