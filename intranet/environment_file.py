"""Loads settings from the file that systemd uses, so that commands in a terminal have the same ones.

    INTRANET_ENV_FILE=/etc/commonplace.env .venv/bin/python manage.py createsuperuser

Standard library only: `intranet.bootstrap` needs it before anything is installed.
"""

import os


class Unreadable(Exception):
    pass


def load() -> None:
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
    """As in systemd: quotes around the whole value are removed."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        inner = value[1:-1]
        return inner.replace('\\"', '"').replace("\\\\", "\\") if value[0] == '"' else inner
    return value
