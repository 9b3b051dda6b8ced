"""One result for all concurrent callers, so that a thousand cost as much as one."""

import asyncio
from collections.abc import Callable
from typing import Any


class Shared:
    """Shares the result of `ask` with all callers within `seconds` of its start, or until it is done.

    Never more than one call is under way. For use in one event loop.
    """

    def __init__(self, ask: Callable[[], asyncio.Future[Any]], seconds: float) -> None:
        self.ask, self.seconds = ask, seconds
        self.asked: asyncio.Future[Any] | None = None
        self.began = 0.0

    async def get(self, otherwise: Any, within: float) -> Any:
        """The result, or `otherwise` if it fails or does not come `within` this many seconds."""
        now = asyncio.get_running_loop().time()
        if self.asked is None or (self.asked.done() and now - self.began > self.seconds):
            self.asked, self.began = self.ask(), now
        asked = self.asked
        # A caller that stops waiting must not cancel it for the others.
        await asyncio.wait([asked], timeout=within)
        return otherwise if not asked.done() or asked.exception() is not None else asked.result()
