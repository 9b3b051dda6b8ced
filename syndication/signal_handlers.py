"""Renames spaces in their releases: a name that staff can no longer see does not stay public."""

from typing import Any

from django.db.models import Q
from django.db.models.signals import post_save, pre_save

from pages.models import BasePage
from people.models import Space
from syndication import documents
from syndication.copies import source_of
from syndication.models import Channel, Release


def connect() -> None:
    pre_save.connect(_remember_name, sender=Space, dispatch_uid="syndication.remember_name")
    post_save.connect(_space_saved, sender=Space, dispatch_uid="syndication.space_saved")


def _remember_name(instance: Space, raw: bool, **kwargs: Any) -> None:
    if not raw and instance.pk:
        before = Space.objects.filter(pk=instance.pk).first()
        instance._source_before = source_of(before)  # type: ignore[attr-defined]


def _space_saved(instance: Space, created: bool, raw: bool, **kwargs: Any) -> None:
    before, now = getattr(instance, "_source_before", ""), source_of(instance)
    if created or raw or not before or before == now:
        return
    rename_source(instance, before, now)


def rename_source(space: Space, before: str, now: str) -> None:
    """Replace `before` with `now` in releases of the space's pages, and of pages that have left it or are deleted.

    If another open space has that name, the releases of its pages are not changed.
    """
    pages = BasePage.objects.all()
    elsewhere = pages.filter(space__name=before, space__see=Space.See.STAFF).exclude(space=space)
    own = Q(uid__in=pages.filter(space=space).values("uid")) | ~Q(uid__in=elsewhere.values("uid"))
    releases = Release.objects.live().filter(own, source=before)
    channels = list(Channel.objects.filter(pk__in=releases.values("channel")))
    releases.update(source=now)
    for channel in channels:
        documents.remake(channel)
