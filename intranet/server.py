"""The web server process: granian, told what the launcher decided. `python -m intranet.server` needs nothing else."""

import importlib
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

THREADS = 4  # a request waits for the database or the disk now and then; more threads only compete for the interpreter


def die_with_parent() -> None:
    """Stops this process in good order once its parent is gone, however that died, so that no orphan holds the port."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            _alive.wait(1.0)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


_alive = threading.Event()


def load_application(target: str) -> Callable[..., Any]:
    """Runs in the worker process: imports the site there only, so that the server's first process stays small."""
    module, _, name = target.partition(":")
    die_with_parent()
    application: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return application


def serve(target: str) -> None:
    """Serves a WSGI application at HOST and PORT until SIGTERM or Ctrl-C. A worker process that dies is replaced."""
    die_with_parent()
    Server(
        target,
        address=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", "8000")),
        interface=Interfaces.WSGI,
        workers=int(os.environ.get("INTRANET_WORKERS", "1")),
        blocking_threads=THREADS,
        backlog=1024,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=20,
    ).serve(target_loader=load_application)


if __name__ == "__main__":
    threaded = os.environ.get("INTRANET_BACKGROUND", "thread") == "thread"
    serve("intranet.embedded:application" if threaded else "intranet.wsgi:application")
