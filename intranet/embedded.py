"""What a server process does besides answering requests. Import it only when the site is set up."""

import contextlib
import threading

from django.conf import settings
from django.db import DatabaseError

from intranet.organisation import write_file
from intranet.worker.runner import Background
from search.finding import warm


def begin(*, works: bool) -> None:
    """`works`: run background work here too, in threads of this process."""
    if settings.INTRANET_ROLE == "public":
        return
    with contextlib.suppress(DatabaseError, OSError):  # then the product's own name is shown
        write_file()
    threading.Thread(target=warm, name="search-warm", daemon=True).start()
    if works:
        start_background()


def start_background() -> None:
    """Start the worker, and stop it when the server's main thread ends, which is the only sign we get."""
    background = Background()

    def stop_with_main_thread() -> None:
        threading.main_thread().join()
        background.stop()

    background.start()
    # Not daemon threads: the interpreter waits for them, so that the current task is finished.
    threading.Thread(target=stop_with_main_thread, name="commonplace-stop").start()


def work() -> None:
    Background().run_until_told()
