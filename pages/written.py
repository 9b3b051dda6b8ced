"""Lists what a person wrote, for the profile in the app below (`people.written`)."""

from typing import Any

from pages.access import visible_to
from pages.models import BasePage


class WrittenPages:
    def newest_by(self, reader: Any, author: Any, count: int) -> list[Any]:
        written = BasePage.objects.filter(page_authors__person=author)
        return list(visible_to(reader, written).newest_first().for_list()[:count])
