"""Refuses to start a site that others can reach while anyone can sign in with the password from the documentation."""

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from intranet.demo import texts
from intranet.settings.environment import PUBLISHED_PASSWORD


@contextlib.contextmanager
def unready() -> Iterator[None]:
    """Django warns of queries before its apps are set up; these are meant."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def refuse_published_password(settings: object) -> None:
    """Raise if such a person is active. A database that is missing or away has nobody."""
    if not settings.INTRANET_EXPOSED or settings.INTRANET_ROLE == "public":  # type: ignore[attr-defined]
        return
    database = settings.DATABASES["default"]  # type: ignore[attr-defined]
    if database["ENGINE"].endswith("sqlite3") and not Path(database["NAME"]).exists():
        return  # connecting would create it
    names = [row["username"] for row in texts.table("people")]
    places = ", ".join(["%s"] * len(names))
    # In SQL, because it runs before the site is set up.
    statement = f"SELECT username, password FROM people_person WHERE is_active AND username IN ({places})"  # noqa: S608
    try:
        with unready(), connection.cursor() as cursor:
            cursor.execute(statement, names)
            found = cursor.fetchall()
    except DatabaseError:
        return
    finally:
        connection.close()
    # The demo content gives all of them the same hash, and checking one takes half a second.
    published = {one for one in {password for _name, password in found} if check_password(PUBLISHED_PASSWORD, one)}
    open_to_all = sorted(name for name, password in found if password in published)
    if open_to_all:
        raise ImproperlyConfigured(
            f"others can reach this site (HOST, INTRANET_URL), and {', '.join(open_to_all)} can sign in with the published"
            f" password: run manage.py changepassword {open_to_all[0]} (and so on), or start it with another INTRANET_VAR"
            " or DATABASE_URL and INTRANET_DEMO=0."
        )
