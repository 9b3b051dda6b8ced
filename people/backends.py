"""Loads the user of a session with one fixed statement (see `people.sessions`)."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import connections, router
from django.db.models import BooleanField

from database.statements import rows
from people.models import Person

# The columns that every request needs; the others are deferred.
NEEDED = {
    *("id", "username", "password", "first_name", "last_name", "is_superuser", "is_staff", "is_active"),
    *("uses_shortcuts", "writes_visually", "time_zone", "unread_notices"),
}
FIELDS = [field for field in Person._meta.concrete_fields if field.attname in NEEDED]
COLUMNS = [field.attname for field in FIELDS]
STATEMENT = f"SELECT {', '.join(COLUMNS)} FROM {Person._meta.db_table} WHERE id = %s"  # noqa: S608 - our own names


class PersonBackend(ModelBackend):
    """Django's backend, with a faster `get_user`. A deactivated person is signed out at the next request."""

    def get_user(self, user_id: Any) -> Any:
        alias = router.db_for_read(Person)
        found = rows(connections[alias], STATEMENT, [user_id])
        if not found:
            return None
        # SQLite has no booleans.
        values = [
            bool(value) if isinstance(field, BooleanField) else value
            for field, value in zip(FIELDS, found[0], strict=True)
        ]
        person = Person.from_db(alias, COLUMNS, values)
        return person if self.user_can_authenticate(person) else None
