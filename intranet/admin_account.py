"""Wagtail's account page without the panels for which the site has its own pages.

Those pages check, shrink and strip a photo, accept a name of one word, count guesses of the old password and end links
that would set another; Wagtail's panels do none of that.
"""

from typing import Any

from wagtail.admin.views.account import AccountView

OURS = {"name_email", "avatar", "password"}


class AdminAccountView(AccountView):  # type: ignore[misc]
    def get_panels(self) -> list[Any]:
        return [panel for panel in super().get_panels() if panel.name not in OURS]
