"""What people are told: events, who is told of each and why, what they follow, and the inbox."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsConfig(AppConfig):
    name = "news"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from news import page_news, space_news, ways  # noqa: PLC0415 - models are not ready before
        from news.mail.queueing import ByDigest, ByMail  # noqa: PLC0415 - models are not ready before
        from pages import announcing as about_pages  # noqa: PLC0415 - models are not ready before
        from people import announcing as about_people  # noqa: PLC0415 - models are not ready before

        about_pages.register(page_news.PageNews())
        about_people.register(space_news.SpaceNews())
        ways.register(ByMail())
        ways.register(ByDigest())
