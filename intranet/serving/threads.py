"""Threads that run calls from an event loop. `ThreadPoolExecutor` does too, with two futures and two locks per call."""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any


class Threads:
    def __init__(self, count: int, name: str) -> None:
        self.jobs: SimpleQueue[Any] = SimpleQueue()
        # Daemon threads, so that a process that fails at the start can end; otherwise `close` is called.
        self.threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True) for number in range(count)
        ]
        for thread in self.threads:
            thread.start()

    def run(self, function: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        """Called in the event loop; the future gets the result or exception there."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self.jobs.put((loop, future, function, arguments))
        return future

    def _work(self) -> None:
        while (job := self.jobs.get()) is not None:
            loop, future, function, arguments = job
            try:
                outcome: tuple[Any, ...] = (_finish, future, function(*arguments))
            except BaseException as error:
                outcome = (_fail, future, error)
            try:
                loop.call_soon_threadsafe(*outcome)
            except RuntimeError:
                return  # the loop has ended, so nobody is waiting
            del job, future, function, arguments, outcome

    def close(self) -> None:
        for _ in self.threads:
            self.jobs.put(None)
        for thread in self.threads:
            thread.join()


def _finish(future: asyncio.Future[Any], result: Any) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
