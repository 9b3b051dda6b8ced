"""Django's PostgreSQL backend, but that a connection in use is not asked whether it works, and that statements of
`database.statements` are prepared.

On the view of an article these two are 2.7 of 7.7 ms of CPU time, server and database together (`make bench`).
"""

import select
import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base as django_base

base: Any = django_base  # its stubs know half of it

CHECK_AFTER = 10.0  # seconds without a request; networks drop connections that are silent for minutes


class PreparedCursor(base.ServerBindingCursor):  # type: ignore[misc]
    """Sends values apart from the statement, whose plan the server then keeps."""

    def execute(self, query: Any, params: Any = None) -> Any:
        try:
            return super().execute(query, params, prepare=True)
        except psycopg.errors.FeatureNotSupported:
            # "cached plan must not change result type": a migration changed the table. Only a new connection helps.
            self.connection.close()
            raise


class DatabaseOperations(base.DatabaseOperations):  # type: ignore[misc]
    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> Any:
        """What tests and logs show: the cursor itself remembers only the name of what is prepared."""
        if isinstance(cursor, PreparedCursor):
            return self.compose_sql(sql, params)
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]
    ops_class = DatabaseOperations
    health_check_done: bool
    _asked_at = 0.0

    def prepared_cursor(self) -> Any:
        """Like `cursor()`, for a statement whose text is always the same."""
        if self.settings_dict["OPTIONS"].get("prepare_threshold") is None:
            return self.cursor()
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(PreparedCursor(self.connection))

    def close_if_health_check_failed(self) -> None:
        """Django asks `SELECT 1` before the first statement of each request. A server that went away has closed the
        socket, which costs nothing to see; only a connection that was idle for a while is asked."""
        if self.connection is not None and self.health_check_enabled and not self.health_check_done:
            now = time.monotonic()
            in_use, self._asked_at = now - self._asked_at < CHECK_AFTER, now
            if in_use and _is_quiet(self.connection):
                self.health_check_done = True
        super().close_if_health_check_failed()


def _is_quiet(connection: psycopg.Connection[Any]) -> bool:
    """Open, and nothing has come on it since the last answer: neither its end nor a word that the server shuts down."""
    try:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        return not poll.poll(0)
    except psycopg.Error:
        return False
