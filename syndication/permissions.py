"""Who can withdraw a release, and who can manage channels."""

from typing import Any

from pages.models import BasePage
from pages.permissions import may_release
from syndication.models import Release


def may_manage_channels(person: Any) -> bool:
    return bool(person.is_active and person.is_authenticated and person.has_perm("syndication.change_channel"))


def may_withdraw(person: Any, release: Release, page: BasePage | None) -> bool:
    """People who can release the page can withdraw it; if the page is gone, people who manage channels."""
    if page is not None and may_release(person, page):
        return True
    return may_manage_channels(person)
