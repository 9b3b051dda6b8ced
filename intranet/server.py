"""The web server process: granian, told what the launcher decided. `python -m intranet.server` needs nothing else.

python -m intranet.server               listens on HOST and PORT; where somebody does already, it says so and ends
python -m intranet.server --take-over   beside the server that is there, which is to be stopped once this one answers
"""

import argparse
import importlib
import logging
import multiprocessing
import os
import resource
import signal
import socket
import sys
import threading
import time
from functools import partial
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from intranet.serving import listening
from intranet.serving.limits import Limits

logger = logging.getLogger("intranet.server")

BACKLOG = 1024
TOLD_WITHIN = 0.1  # seconds in which a worker hears that it is to stop
STOP_WITHIN = 20  # seconds that a process gets to finish its requests


def die_with_parent() -> None:
    """Stops this process in good order once its parent is gone, however that died, so that no orphan holds the port."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            _alive.wait(1.0)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


_alive = threading.Event()


def load_application(target: str, *, listener: socket.socket, take_over: bool) -> Any:
    """Runs in the worker process: imports the site there only, so that the server's first process stays small.

    A server that takes over listens from here on, when it can answer: until then all goes to the old one.
    """
    module, _, name = target.partition(":")
    die_with_parent()
    application = getattr(importlib.import_module(module), name)
    from intranet.serving.front import Front  # what reads the settings, too
    from intranet.serving.persons import is_signed_in

    front = Front(application, Limits.of_environment(), is_signed_in)
    listener.listen(BACKLOG)
    if take_over:
        listening.take_all(listener)
    listening.tell_systemd("READY=1")
    logger.info("process %d answers", os.getpid())
    return front


class OneListener(MPServer):
    """Granian's server on a socket that we bound: its own shares the port with anybody of this account, silently."""

    listener: socket.socket
    is_passed: bool  # somebody else holds it, too, and passes it to the next server

    def _init_shared_socket(self) -> None:
        # Processes that are forked have it at the same number. A worker that dies leaves nobody refused.
        self._ssp, self._sso = None, None
        self._shd = SocketHolder(self.listener.fileno(), False, self.backlog)  # type: ignore[call-arg, assignment]
        self._sfd = self.listener.fileno()  # type: ignore[assignment]

    def _drop_shared_socket(self) -> None:
        """Not before the workers were told to stop: one whose socket fails under it never ends by itself."""

    def _stop_workers(self) -> None:
        for worker in self.wrks:
            worker.terminate()
        time.sleep(TOLD_WITHIN)
        if self.is_passed:
            self.listener.close()
        else:
            listening.stop(self.listener)
        super()._stop_workers()


def serve(target: str, *, take_over: bool = False) -> None:
    """Serves a WSGI application at HOST and PORT until SIGTERM or Ctrl-C. A worker process that dies is replaced."""
    die_with_parent()
    limits = Limits.of_environment()
    host, port = os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or "8000")
    passed = listening.passed()
    listener = passed or listening.bind(host, port, share=take_over)
    listening.prepare(listener, unread_seconds=limits.unread_seconds)
    if not take_over:
        listener.listen(BACKLOG)  # who comes while the site is loaded waits, and is not refused
    _allow_files(limits.connections * 2)
    multiprocessing.set_start_method("fork", force=True)
    server = OneListener(
        target,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=int(limits.header_seconds * 1000)),
        websockets=False,
        workers=int(os.environ.get("INTRANET_WORKERS", "1")),
        backlog=BACKLOG,
        backpressure=limits.connections,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=STOP_WITHIN,
    )
    server.listener, server.is_passed = listener, passed is not None
    server.serve(target_loader=partial(load_application, listener=listener, take_over=take_over))


def _allow_files(wanted: int) -> None:
    """Every connection is an open file, and so is what it is sent."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def main() -> None:
    parser = argparse.ArgumentParser(prog="intranet.server")
    parser.add_argument("--take-over", action="store_true", help="share the port with the server that listens there")
    take_over = parser.parse_args().take_over
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")
    try:
        # Asked before there are processes, each of which would say it again.
        from intranet import settings
        from intranet.exposure import refuse_published_password

        refuse_published_password(settings)
        threaded = os.environ.get("INTRANET_BACKGROUND", "thread") == "thread"
        serve("intranet.embedded:application" if threaded else "intranet.wsgi:application", take_over=take_over)
    except (ImproperlyConfigured, listening.Taken) as error:
        sys.exit(f"commonplace: {error}")


if __name__ == "__main__":
    main()
