"""The WSGI application of `make run`: the site, and its background work as threads of the same process."""

import threading

from intranet.wsgi import application

__all__ = ["application"]


def start_background() -> None:
    """Starts the worker, and has it stopped when the server leaves its main function, which is all that it tells us."""
    from intranet.worker.runner import Background  # its models can be imported only now that the application is set up

    background = Background()

    def stop_with_main_thread() -> None:
        threading.main_thread().join()
        background.stop()

    background.start()
    # Not daemons, none of them: the interpreter waits for them, so that the task at hand is finished.
    threading.Thread(target=stop_with_main_thread, name="commonplace-stop").start()


start_background()
