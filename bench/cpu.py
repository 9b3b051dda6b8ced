"""CPU time and memory of a process tree, from /proc."""

import os
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    # The name in parentheses may have spaces; after the last parenthesis comes the third field.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def parent(pid: int) -> int:
    return int(_stat(pid)[1])


def tree(root: int) -> set[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                children.setdefault(parent(int(entry.name)), []).append(int(entry.name))
            except OSError:
                continue
    found, waiting = set(), [root]
    while waiting:
        pid = waiting.pop()
        found.add(pid)
        waiting += children.get(pid, [])
    return found


def seconds(*roots: int) -> float:
    """User and system time of the trees, with that of children that have ended."""
    return spent(set().union(*map(tree, roots)))


def spent(pids: set[int]) -> float:
    """The same of processes that are known, without looking through all those of the machine."""
    total = 0.0
    for pid in pids:
        try:
            # The clock of another process (CPUCLOCK_SCHED of clock_gettime): /proc counts in ticks of 10 ms.
            total += time.clock_gettime(~pid << 3 | 2)
            total += sum(int(value) for value in _stat(pid)[13:15]) / TICK
        except OSError:
            continue
    return total


def resident_megabytes(*roots: int) -> float:
    """Resident memory of the trees. Shared pages count once per process."""
    pages = 0
    for root in roots:
        for pid in tree(root):
            try:
                pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            except OSError:
                continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
