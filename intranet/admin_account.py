"""Wagtail's page of one's account: how its admin looks to oneself, and nothing that the site has a page of its own for.

Name, photo and password are the site's. Its pages check and shrink a photo and take out what it tells of its maker, take a name
of one word, count guesses of the old password and end the links that would set another; Wagtail's panels do none of it.
"""

from typing import Any

from wagtail.admin.views.account import AccountView

OURS = {"name_email", "avatar", "password"}


class AdminAccountView(AccountView):  # type: ignore[misc]
    def get_panels(self) -> list[Any]:
        return [panel for panel in super().get_panels() if panel.name not in OURS]
