"""What is said in a recording, as search needs it: one text, and the second at which each part of it is said."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spoken:
    """`places` are where the parts of the text begin, in order, and `seconds` when each is said; none without times."""

    text: str
    places: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()

    @classmethod
    def of(cls, parts: Iterable[tuple[str, int | None]]) -> Spoken:
        """From texts with the second of each, or None."""
        texts: list[str] = []
        places: list[int] = []
        seconds: list[int] = []
        length = 0
        for text, second in parts:
            if second is not None:
                places.append(length)
                seconds.append(second)
            texts.append(text)
            length += len(text) + 1
        return cls("\n".join(texts), tuple(places), tuple(seconds))

    def second_at(self, place: int) -> int | None:
        """When the character at a place of the text is said, in seconds from the beginning."""
        part = bisect_right(self.places, place) - 1
        return self.seconds[part] if part >= 0 else None


def clock(seconds: float) -> str:
    """1:02:03 or 2:03, as on a player."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
