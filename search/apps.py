"""The app that finds things."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Search")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.core.signals import request_finished

        from pages import searches
        from search import counting, documents, engines, feeds, outbox

        documents.register_own()
        outbox.connect()
        searches.register(feeds.SearchFeeds())
        engines.stop_needless_tasks()
        request_finished.connect(counting.after_response, dispatch_uid="search.counting")
