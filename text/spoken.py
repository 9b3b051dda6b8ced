"""The text of a recording for search: one string, and the second at which each part is said."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spoken:
    """`places` are the offsets of the parts in `text`, in order, `seconds` when each is said; empty without times."""

    text: str
    places: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()

    @classmethod
    def of(cls, parts: Iterable[tuple[str, int | None]]) -> Spoken:
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
        part = bisect_right(self.places, place) - 1
        return self.seconds[part] if part >= 0 else None


def clock(seconds: float) -> str:
    """1:02:03 or 2:03, as on a player."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
