"""Pictures, recordings and files: checked, stripped of metadata, stored, resized, and served by audience."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    name = "media"
    verbose_name = _("Media")

    def ready(self) -> None:
        from imaging import signatures  # noqa: PLC0415 - models are not ready before

        signatures.register()
