"""The app that holds the gate: what the public reads is a copy that somebody let out, and private feeds for staff."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SyndicationConfig(AppConfig):
    name = "syndication"
    verbose_name = _("Public channels and feeds")
