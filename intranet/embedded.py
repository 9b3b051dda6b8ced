"""The WSGI application of `make run`: the site, and its background work as threads of the same process."""

import threading

from intranet.worker.runner import Background
from intranet.wsgi import application

__all__ = ["application"]


def _stop_with_main_thread(background: Background) -> None:
    """The server leaves its main function when it is told to stop, which is all that it tells its application."""
    threading.main_thread().join()
    background.stop()


background = Background()
background.start()
# Not daemons: the interpreter waits for them, so that the task at hand is finished.
threading.Thread(target=_stop_with_main_thread, args=(background,), name="commonplace-stop").start()
