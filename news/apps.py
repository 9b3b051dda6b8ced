"""What people are told: events, who is told of each and why, what they follow, and the inbox."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsConfig(AppConfig):
    name = "news"
    verbose_name = _("Notifications")
