"""Evens out the requests of the server processes, which share one listening socket.

Whoever wakes first accepts all waiting connections, and with keep-alive they stay: of 64 readers, one of two processes
often got all. The busier one therefore ends some connections after its response; their clients connect again.
"""

import mmap

#: More requests at a time than the least busy process. Closing costs a client a round trip, so not for a few.
UNEVEN_BY = 8
BYTES_PER_COUNT = 4


def shared_counts(processes: int) -> memoryview:
    """How many requests each process is answering. Made before the fork; each process writes only its own."""
    return memoryview(mmap.mmap(-1, processes * BYTES_PER_COUNT)).cast("i")


class Load:
    def __init__(self, counts: memoryview, place: int) -> None:
        self.counts, self.place = counts, place
        self.counts[place] = 0  # what a process left that died

    def add(self, number: int) -> None:
        self.counts[self.place] += number

    def is_uneven(self) -> bool:
        return self.counts[self.place] - min(self.counts) > UNEVEN_BY
