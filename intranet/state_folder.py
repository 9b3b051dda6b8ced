"""A lock on the state folder: for `make run` or a restore."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class InUse(Exception):
    pass


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Raise `InUse` if another process has the folder. The kernel releases the lock of a process that died."""
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
