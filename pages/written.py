"""Implements `people.written`: the pages a person wrote, for her profile, and updates when her name changes."""

from typing import Any

from pages import dependents
from pages.access import visible_to
from pages.locking import writing_pages
from pages.models import BasePage


class WrittenPages:
    def newest_by(self, reader: Any, author: Any, count: int) -> list[Any]:
        written = BasePage.objects.filter(page_authors__person=author)
        return list(visible_to(reader, written).newest_first().for_list()[:count])

    @writing_pages()
    def renamed(self, person: Any, username: str) -> None:
        dependents.person_changed(person, username)
