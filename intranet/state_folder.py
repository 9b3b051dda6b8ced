"""One at a time in a folder of state: `make run`, or a restore."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class InUse(Exception):
    """Somebody else is there, in one line."""


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Raises `InUse` where another process has the folder. The kernel lets go of a process that died."""
    with (folder / ".running").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            who = lock.read(300).strip() or "starting"
            raise InUse(
                f"INTRANET_VAR={str(folder)!r} is in use by another Commonplace ({who}). Stop that one, or set INTRANET_VAR."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        yield
