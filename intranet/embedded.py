"""The WSGI application of `make run`: the site, with its background work in threads of the same process."""

import threading

from intranet.wsgi import application

__all__ = ["application"]


def start_background() -> None:
    """Start the worker, and stop it when the server's main thread ends, which is the only sign we get."""
    from intranet.worker.runner import Background  # needs the application to be set up

    background = Background()

    def stop_with_main_thread() -> None:
        threading.main_thread().join()
        background.stop()

    background.start()
    # Not daemon threads: the interpreter waits for them, so that the current task is finished.
    threading.Thread(target=stop_with_main_thread, name="commonplace-stop").start()


start_background()
