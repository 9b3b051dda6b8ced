"""Cores and memory of this machine, and how many server processes to run on it."""

import contextlib
import ctypes
import os
from pathlib import Path

MAX_PROCESSES = 4
BYTES_PER_PROCESS = 450 * 1024 * 1024  # including its share of everything else: two on a machine with 1 GB
CGROUP_LIMITS = ("memory.max", "memory/memory.limit_in_bytes")  # of a container: version 2, version 1
M_ARENA_MAX = -8  # mallopt(3)


def server_processes() -> int:
    """`INTRANET_WORKERS`, else one per core as far as memory allows: Python uses one core per process."""
    if wanted := os.environ.get("INTRANET_WORKERS", "").strip():
        return int(wanted)
    return max(1, min(MAX_PROCESSES, cores(), memory() // BYTES_PER_PROCESS))


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory(cgroup: Path = Path("/sys/fs/cgroup")) -> int:
    """Bytes of memory of this machine, or of this container."""
    found = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for name in CGROUP_LIMITS:
        with contextlib.suppress(OSError, ValueError):  # there is none, or it is "max"
            found = min(found, int((cgroup / name).read_text()))
    return found


def share_arenas() -> None:
    """Make all threads share one heap: glibc would keep one per thread, and free none of them."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
