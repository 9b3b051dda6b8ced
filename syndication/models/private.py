"""Private feed links: with one, a feed reader can read whatever its owner can read."""

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

TOKEN_BYTES = 32


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """The stored form of a token. A plain hash is enough: 256 random bits cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


class PrivateFeedQuerySet(models.QuerySet["PrivateFeed"]):
    def working(self) -> "PrivateFeedQuerySet":
        return self.filter(revoked_at=None, owner__is_active=True)

    def of(self, person: Any) -> "PrivateFeedQuerySet":
        return self.filter(owner=person)


class PrivateFeed(models.Model):
    """An empty `space`, `kind`, `tag`, `author` or `search` means all that its owner can read at the time."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="private_feeds")
    uid = models.UUIDField(unique=True, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    label = models.CharField(_("name of the link"), max_length=100, blank=True)
    space = models.ForeignKey(
        "people.Space", verbose_name=_("space"), on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=12, blank=True)
    tag = models.SlugField(_("tag"), max_length=100, blank=True, allow_unicode=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    # The query string of a search, which only the search app can interpret.
    search = models.CharField(_("search"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, editable=False)
    last_client = models.CharField(_("last used by"), max_length=200, blank=True, editable=False)
    # For each format: the ETag of what was last sent, when that last changed, and the state it depended on.
    seen = models.JSONField(default=dict, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects = PrivateFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("feed link")
        verbose_name_plural = _("feed links")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.label or str(self.uid)
