"""`manage.py`: Django's commands, with one line instead of a traceback if the settings are wrong."""

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import InterfaceError, OperationalError, ProgrammingError

from intranet import environment_file

ROOT = Path(__file__).resolve().parent.parent
# Commands that create a site, or need none.
WITHOUT_A_SITE = {
    "prepare",
    "restore",
    "migrate",
    "check",
    "help",
    "version",
    "collectstatic",
    "makemigrations",
    "makemessages",
    "compilemessages",
    "diffsettings",
}
UNPREPARED = ("no such table", "no such column", "does not exist")


def main(arguments: list[str]) -> None:
    command = next((word for word in arguments[1:] if not word.startswith("-")), "help")
    try:
        environment_file.load()
        if command not in WITHOUT_A_SITE:
            refuse_to_begin_a_site(command)
        from intranet import settings  # reports a wrong setting first

        if arguments[1:] == ["prepare"] and is_prepared(settings):
            print("commonplace: nothing to prepare")
            return
        execute_from_command_line(arguments)
    except (ImproperlyConfigured, environment_file.Unreadable) as error:
        sys.exit(f"commonplace: {error}")
    except (OperationalError, InterfaceError, ProgrammingError) as error:
        if "--traceback" in arguments:
            raise
        sys.exit(f"commonplace: {one_line(error)}")


def is_prepared(settings: object) -> bool:
    """Checked at each restart of a service; a second faster than setting up Django."""
    from intranet import exposure, preparation

    exposure.refuse_published_password(settings)
    return preparation.is_prepared(settings)


def refuse_to_begin_a_site(command: str) -> None:
    """Without settings, an empty site beside the real one would only look like the answer."""
    if os.environ.get("DATABASE_URL", "").strip() or os.environ.get("DJANGO_SETTINGS_MODULE") != "intranet.settings":
        return
    folder = Path(os.environ.get("INTRANET_VAR", "").strip() or ROOT / "var").expanduser()
    if not folder.exists():
        raise ImproperlyConfigured(
            f"there is no site for {command!r}: DATABASE_URL is not set, and the folder {folder} (INTRANET_VAR) does not"
            " exist. Set INTRANET_ENV_FILE to the file with the settings, or begin a site with manage.py prepare."
        )


def one_line(error: Exception) -> str:
    from django.conf import settings

    database = settings.DATABASES["default"]
    if str(database["ENGINE"]).endswith("sqlite3"):
        where = f"SQLite, {database['NAME']}"
    else:
        host = ":".join(str(database[part]) for part in ("HOST", "PORT") if database[part])
        where = f"PostgreSQL, {database['NAME']} at {host or 'the default socket'}"
    named = "DATABASE_URL" if os.environ.get("DATABASE_URL", "").strip() else "DATABASE_URL is not set"
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    if any(words in reason for words in UNPREPARED):
        return f"the database ({where}; {named}) is not prepared: run manage.py prepare. It said: {reason}"
    return f"the database ({where}; {named}) does not answer: {reason}"
