"""The web server process: granian with our settings. `python -m intranet.server` needs nothing else.

python -m intranet.server               listens on HOST and PORT; ends with an error if they are taken
python -m intranet.server --take-over   beside a running server, to be stopped once this one answers
"""

import argparse
import gc
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
from granian.server.mp import MPServer, WorkerProcess

from intranet import capacity, facts
from intranet.serving import listening
from intranet.serving.limits import Limits
from intranet.serving.load import Load, shared_counts

logger = logging.getLogger("intranet.server")

SITE = "intranet.wsgi:application"
BACKLOG = 1024
TOLD_WITHIN = 0.1  # seconds for a worker to notice that it must stop
STOP_WITHIN = 20  # seconds for a process to finish its requests


def die_with_parent() -> None:
    """Stop this process once its parent is gone, however it died, so that no orphan holds the port."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            _alive.wait(1.0)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


_alive = threading.Event()


def read_site(target: str) -> Any:
    """Import the site before forking, so that the processes share its memory."""
    module, _, name = target.partition(":")
    gc.disable()
    application = getattr(importlib.import_module(module), name)
    from django.urls import get_resolver

    _ = get_resolver().url_patterns  # all views
    gc.collect()
    # The collector writes to what it looks at, which would then no longer be shared.
    gc.freeze()
    gc.enable()
    return application


def front_of(
    target: str,
    *,
    application: Any,
    listener: socket.socket,
    take_over: bool,
    works: bool,
    counts: memoryview,
    place: int,
) -> Any:
    """Runs in each process that answers requests.

    A server that takes over begins to listen here, when it can answer; until then the old one gets everything.
    """
    die_with_parent()
    application = application or read_site(target)
    from intranet.serving.front import Front  # reads the settings, too
    from intranet.serving.persons import is_signed_in

    if target == SITE:
        from intranet import embedded

        embedded.begin(works=works)
    front = Front(application, Limits.of_environment(), is_signed_in, Load(counts, place))
    listener.listen(BACKLOG)
    if take_over:
        listening.take_all(listener)
    listening.tell_systemd("READY=1")
    logger.info("process %d answers", os.getpid())
    return front


def work() -> None:
    die_with_parent()
    from intranet import embedded

    embedded.work()


class OneListener(MPServer):
    """Granian on a socket that we bound: its own silently shares the port with any process of this account."""

    listener: socket.socket
    is_passed: bool  # another process holds it too, and passes it to the next server
    works: bool  # start one more process, for background work

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        super()._spawn_workers(spawn_target, target_loader)
        if self.works:
            worker = self._spawn_worker(self.workers, spawn_target, target_loader)
            worker.start()
            self.wrks.append(worker)

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any) -> WorkerProcess:  # type: ignore[override]
        if idx == self.workers:
            return WorkerProcess(self, idx, work, ())
        return super()._spawn_worker(idx, target, partial(callback_loader, place=idx))

    def _init_shared_socket(self) -> None:
        # Forked processes have the same descriptor, so connections survive the death of a worker.
        self._ssp, self._sso = None, None
        self._shd = SocketHolder(self.listener.fileno(), False, self.backlog)  # type: ignore[call-arg, assignment]
        self._sfd = self.listener.fileno()  # type: ignore[assignment]

    def _drop_shared_socket(self) -> None:
        """Nothing: a worker whose socket is closed before it was told to stop never ends."""

    def _stop_workers(self) -> None:
        for worker in self.wrks:
            worker.terminate()
        time.sleep(TOLD_WITHIN)
        if self.is_passed:
            self.listener.close()
        else:
            listening.stop(self.listener)
        super()._stop_workers()


def serve(target: str, *, take_over: bool = False, works: bool = False) -> None:
    """Serve a WSGI application at HOST and PORT until SIGTERM or Ctrl-C. Worker processes that die are replaced.

    `works`: do background work too, in threads of a single process or in an extra one beside several.
    """
    die_with_parent()
    capacity.share_arenas()
    limits = Limits.of_environment()
    count = capacity.server_processes()
    host, port = os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or "8000")
    passed = listening.passed()
    listener = passed or listening.bind(host, port, share=take_over)
    listening.prepare(listener, unread_seconds=limits.unread_seconds)
    if not take_over:
        listener.listen(BACKLOG)  # connections wait while the site loads
    _allow_files(limits.connections * 2)
    # With a single worker there is nothing to share, and the main process stays small.
    application = read_site(target) if count > 1 else None
    multiprocessing.set_start_method("fork", force=True)
    server = OneListener(
        target,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=int(limits.header_seconds * 1000)),
        websockets=False,
        workers=count,
        backlog=BACKLOG,
        backpressure=limits.connections,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=STOP_WITHIN,
    )
    server.listener, server.is_passed, server.works = listener, passed is not None, works and count > 1
    loader = partial(
        front_of,
        application=application,
        listener=listener,
        take_over=take_over,
        works=works and count == 1,
        counts=shared_counts(count),
    )
    server.serve(target_loader=loader)


def _allow_files(wanted: int) -> None:
    """Each connection is an open file, and so is a file that it is sent."""
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
        # Checked before there are processes, each of which would report it again.
        serve(SITE, take_over=take_over, works=facts.read().INTRANET_BACKGROUND == "thread")
    except (ImproperlyConfigured, listening.Taken) as error:
        sys.exit(f"commonplace: {error}")


if __name__ == "__main__":
    main()
