"""Writing pages: forms, edit conflicts, history, and forms that could not be saved."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Writing")

    def ready(self) -> None:
        from desk.admin_editor import widget_for  # noqa: PLC0415 - models are not ready before
        from desk.drafts import use_up  # noqa: PLC0415 - models are not ready before
        from pages import admin_forms  # noqa: PLC0415 - models are not ready before
        from people import once  # noqa: PLC0415 - models are not ready before

        once.register(use_up)
        admin_forms.register(widget_for)
