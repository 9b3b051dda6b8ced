"""CPU time of a server and everything it started, read from /proc."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    # The name in parentheses may hold spaces; what follows the last parenthesis is fields from the third on.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def tree(root: int) -> set[int]:
    """The process and all its descendants that are alive."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                children.setdefault(int(_stat(int(entry.name))[1]), []).append(int(entry.name))
            except OSError:
                continue
    found, waiting = set(), [root]
    while waiting:
        pid = waiting.pop()
        found.add(pid)
        waiting += children.get(pid, [])
    return found


def seconds(*roots: int) -> float:
    """User and system time of the trees, with that of children that have ended and were waited for."""
    total = 0
    for root in roots:
        for pid in tree(root):
            try:
                total += sum(int(value) for value in _stat(pid)[11:15])
            except OSError:
                continue
    return total / TICK


def resident_megabytes(*roots: int) -> float:
    """Memory that the trees hold, shared pages counted once a process as everybody counts them."""
    pages = 0
    for root in roots:
        for pid in tree(root):
            try:
                pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            except OSError:
                continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
