"""The composition root: settings, addresses, home page, commands. It may import anything; nothing imports it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntranetConfig(AppConfig):
    name = "intranet"
    verbose_name = _("Commonplace")

    def ready(self) -> None:
        from database import sqlite

        sqlite.cache_conversion()
