"""Who may let something out, take it back, and look after channels."""

from typing import Any

from pages.models import BasePage
from pages.permissions import may_release
from syndication.models import Release


def may_manage_channels(person: Any) -> bool:
    """Make and change channels: the site's administrators and whoever was given Django's right to change channels."""
    return bool(person.is_active and person.is_authenticated and person.has_perm("syndication.change_channel"))


def may_withdraw(person: Any, release: Release, page: BasePage | None) -> bool:
    """Whoever may release the page may take it back; when the page is gone, whoever looks after the channels may."""
    if page is not None and may_release(person, page):
        return True
    return may_manage_channels(person)
