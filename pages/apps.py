"""The app that knows what a page is, who may see it and what its text means."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from pages import access, signal_handlers
        from people import views

        signal_handlers.connect()
        views.entries_of = access.newest_by
