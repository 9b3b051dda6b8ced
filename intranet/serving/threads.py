"""Threads that run what an event loop gives them. `ThreadPoolExecutor` does the same, with two futures and two locks a call."""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any


class Threads:
    def __init__(self, count: int, name: str) -> None:
        self.jobs: SimpleQueue[Any] = SimpleQueue()
        # Daemons, so that a process that fails before it serves ends; one that has served calls `close`.
        self.threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True) for number in range(count)
        ]
        for thread in self.threads:
            thread.start()

    def run(self, function: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        """Called in the loop; the future tells there what the function gave or raised."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self.jobs.put((loop, future, function, arguments))
        return future

    def _work(self) -> None:
        while (job := self.jobs.get()) is not None:
            loop, future, function, arguments = job
            try:
                told: tuple[Any, ...] = (_finish, future, function(*arguments))
            except BaseException as error:
                told = (_fail, future, error)
            try:
                loop.call_soon_threadsafe(*told)
            except RuntimeError:
                return  # the loop has ended, and nobody waits
            del job, future, function, arguments, told

    def close(self) -> None:
        """Waits for what was begun."""
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
