"""A public channel and its feed documents."""

import uuid
from collections.abc import Iterable

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from syndication.writers.itunes import CATEGORIES
from text.collation import sort_key

# Taken by addresses of the public site itself.
RESERVED_SLUGS = frozenset({"-", "media", "static", "health", "feeds"})

validate_channel_slug = RegexValidator(
    rf"^(?!(?:{'|'.join(sorted(RESERVED_SLUGS))})$)[a-z0-9][a-z0-9-]*$",
    _("Use lower case letters, numbers and hyphens. The site itself uses a few words, such as “media”."),
)


def by_title(channels: Iterable["Channel"]) -> list["Channel"]:
    return sorted(channels, key=lambda channel: sort_key(channel.title))


class Channel(models.Model):
    """One thing the public can subscribe to. If any release is an episode, it is a podcast."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("short name"), max_length=80, unique=True, validators=[validate_channel_slug])
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), max_length=1000)
    language = models.CharField(_("language"), max_length=12, default="en")
    author = models.CharField(
        _("published by"), max_length=200, help_text=_("The organisation or department shown as the author.")
    )
    category = models.CharField(
        _("category"),
        max_length=60,
        default="Government",
        choices=[(name, name) for name in CATEGORIES],
        help_text=_("The category podcast directories list it in."),
    )
    explicit = models.BooleanField(_("contains explicit language"), default=False)
    owner_email = models.EmailField(
        _("contact address for podcast directories"),
        blank=True,
        help_text=_("This address is public. Podcast directories write to it to check that the podcast is yours."),
    )
    picture = models.CharField(_("address of the picture on the public site"), max_length=200, editable=False)
    podcast_guid = models.UUIDField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(slug__in=RESERVED_SLUGS), name="channel_slug_is_not_reserved"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def path(self) -> str:
        return f"{self.slug}/"


class FeedDocument(models.Model):
    """A feed as the bytes to send, remade in the transaction of each change."""

    class Format(models.TextChoices):
        RSS = "rss", "RSS"
        ATOM = "atom", "Atom"
        JSON = "json", "JSON Feed"

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="documents")
    format = models.CharField(max_length=4, choices=Format)
    # Public address and hub, which are both part of the document: see `documents.made_for`.
    made_for = models.CharField(max_length=1000)
    body = models.BinaryField()
    gzipped = models.BinaryField()
    etag = models.CharField(max_length=64)
    last_modified = models.DateTimeField()

    class Meta:
        verbose_name = _("feed document")
        verbose_name_plural = _("feed documents")
        constraints = [
            models.UniqueConstraint(fields=["channel", "format"], name="one_document_a_channel_and_format"),
            models.CheckConstraint(
                condition=models.Q(format__in=["rss", "atom", "json"]), name="feed_document_format_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id}/feed.{self.format}"
