"""People, and the spaces that they share."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from people import signal_handlers  # noqa: PLC0415 - models are not ready before

        signal_handlers.connect()
