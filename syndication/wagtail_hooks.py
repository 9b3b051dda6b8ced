"""Names what is noted in a page's log: who let it out, and who took it back."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("syndication.release", _("Release to the public"), _("Released to the public"))
    actions.register_action("syndication.withdraw", _("Withdraw from the public"), _("Withdrawn from the public"))
