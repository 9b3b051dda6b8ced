"""Public channels, whose pages are released copies, and private feeds for staff."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SyndicationConfig(AppConfig):
    name = "syndication"
    verbose_name = _("Public channels and feeds")

    def ready(self) -> None:
        from desk import preview
        from people.accounts import deactivated
        from syndication import signal_handlers
        from syndication.draft_copy import draft_copy

        # So that the feed links do not come back when the account does.
        deactivated.connect(_end_feeds, dispatch_uid="syndication.end_feeds")
        preview.register(draft_copy)
        signal_handlers.connect()
        post_migrate.connect(_remake_feeds, sender=self, dispatch_uid="syndication.remake_feeds")


def _remake_feeds(using: str, **kwargs: Any) -> None:
    """Each start migrates first, so this notices that the public site has moved or has another hub."""
    from django.db import connections

    from syndication.documents import remake_stale
    from syndication.models import FeedDocument

    if FeedDocument._meta.db_table in connections[using].introspection.table_names():
        remake_stale()


def _end_feeds(person: Any, **kwargs: Any) -> None:
    from django.utils import timezone

    from syndication.models import PrivateFeed

    PrivateFeed.objects.filter(owner=person, revoked_at=None).update(revoked_at=timezone.now())
