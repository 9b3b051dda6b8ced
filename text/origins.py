"""Which version each line of a text comes from, as `git blame` tells it."""

from collections.abc import Iterable
from typing import TypeVar

from limits import BLAMED_PAIRS
from text.matching import Work, matching_blocks

Version = TypeVar("Version")


def origins(versions: Iterable[tuple[Version, str]]) -> list[Version]:
    """For each line of the newest version, the oldest one since which it has been there; `versions` from the newest.

    Older versions are not read once every line is known to be newer, or once the comparing has cost too much.
    """
    work = Work(BLAMED_PAIRS)
    found: list[Version] = []
    current: list[str] | None = None
    # For each line of the version at hand: its number in the newest one, if it has stayed until then.
    stayed: list[int | None] = []
    for version, text in versions:
        lines = text.splitlines()
        if current is None:
            found, stayed = [version] * len(lines), list(range(len(lines)))
        elif lines != current:
            before: list[int | None] = [None] * len(lines)
            for old, new, size in matching_blocks(lines, current, work):
                before[old : old + size] = stayed[new : new + size]
            if work.is_used_up:
                break
            stayed = before
        open_lines = [number for number in stayed if number is not None]
        if not open_lines:
            break
        for number in open_lines:
            found[number] = version
        current = lines
    return found
