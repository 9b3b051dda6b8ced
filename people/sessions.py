"""Sessions in the database, loaded with one fixed statement.

Each request of a signed-in reader loads a session and a person. Django builds that SQL each time, which costs more than
running it; only the name in `SESSION_ENGINE` depends on this module.
"""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.db import connections, router
from django.utils import timezone

from database.statements import rows


class SessionStore(DatabaseSessionStore):
    def _get_session_from_db(self) -> Any:
        connection = connections[router.db_for_read(self.model)]
        table = self.model._meta.db_table
        found = rows(
            connection,
            f"SELECT session_data FROM {table} WHERE session_key = %s AND expire_date > %s",  # noqa: S608 - our table
            [self.session_key, connection.ops.adapt_datetimefield_value(timezone.now())],
        )
        if not found:
            self._session_key = None
            return None
        return self.model(session_key=self.session_key, session_data=found[0][0])
