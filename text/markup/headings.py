"""The outline of a text: heading levels without gaps below the page's title, and unique ids."""

from limits import TEXT_HEADINGS
from text.markup.anchors import heading_id
from text.markup.rendered import Heading


class Outline:
    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self._typed_levels: list[int] = []
        self._seen: dict[str, int] = {}

    def add(self, typed_level: int, text: str) -> Heading:
        heading: Heading = {"level": self._level(typed_level), "id": self._unique(heading_id(text)), "text": text}
        if text and len(self.headings) < TEXT_HEADINGS:
            self.headings.append(heading)
        return heading

    def _level(self, typed: int) -> int:
        while self._typed_levels and self._typed_levels[-1] >= typed:
            self._typed_levels.pop()
        self._typed_levels.append(typed)
        return min(len(self._typed_levels) + 1, 6)

    def _unique(self, anchor: str) -> str:
        name = anchor
        while name in self._seen:
            # Continuing from the last number keeps thousands of equal headings linear.
            name = f"{anchor}-{self._seen[anchor]}"
            self._seen[anchor] += 1
        self._seen[name] = 1
        return name
