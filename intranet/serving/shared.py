"""One answer for all who ask the same thing at the same time, so that a thousand askers cost what one costs."""

import asyncio
from collections.abc import Callable
from typing import Any


class Shared:
    """Shares what `ask` brings with all who ask within `seconds` after it was begun, or while it takes longer.

    Never more than one question is under way. Used from one event loop.
    """

    def __init__(self, ask: Callable[[], asyncio.Future[Any]], seconds: float) -> None:
        self.ask, self.seconds = ask, seconds
        self.asked: asyncio.Future[Any] | None = None
        self.began = 0.0

    async def get(self, otherwise: Any, within: float) -> Any:
        """The answer, or `otherwise` where none comes `within` so many seconds, or none at all."""
        now = asyncio.get_running_loop().time()
        if self.asked is None or (self.asked.done() and now - self.began > self.seconds):
            self.asked, self.began = self.ask(), now
        asked = self.asked
        # Who stops waiting must not stop it for the others.
        await asyncio.wait([asked], timeout=within)
        return otherwise if not asked.done() or asked.exception() is not None else asked.result()
