"""One page of a long list without counting the list: a count of all that a reader may see costs more than the page."""

from collections.abc import Iterator, Sequence
from typing import Any


class UncountedPage:
    """Looks like a page of Django's paginator, but knows of the rest only whether there is more.

    `entries` holds up to `size + 1` items; the last is shown by the next page and only tells that there is one.
    """

    def __init__(self, number: int, entries: Sequence[Any], size: int) -> None:
        self.number = number
        self.object_list = list(entries[:size])
        self.more = len(entries) > size

    def __iter__(self) -> Iterator[Any]:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)

    @property
    def has_next(self) -> bool:
        return self.more

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        return self.more or self.number > 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        return self.number - 1
