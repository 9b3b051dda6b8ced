"""Released copies of pages, without foreign keys to anything internal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from syndication.models.channel import Channel


class ReleaseQuerySet(models.QuerySet["Release"]):
    def live(self) -> "ReleaseQuerySet":
        """Those that the public can read: not withdrawn."""
        return self.filter(withdrawn_at=None)

    def newest_first(self) -> "ReleaseQuerySet":
        return self.order_by("-released_at", "-pk")


class ReleasedMedia(models.Model):
    # Equal content has one row.
    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    #: Width and height in pixels of a picture that was just stored; not a column.
    pixels: tuple[int | None, int | None] = (None, None)

    class Meta:
        verbose_name = _("released media file")
        verbose_name_plural = _("released media files")
        constraints = [models.CheckConstraint(condition=models.Q(size__gt=0), name="released_media_is_not_empty")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """The address on the public site. It has the hash of the content, so that caches never serve an old version."""
        return f"media/{self.sha256}/{self.name}"

    @property
    def storage_name(self) -> str:
        return f"{self.sha256[:2]}/{self.sha256}"


class Release(models.Model):
    """The public copy of one page in one channel, as of its release or last renewal.

    Addresses in `html` and `enclosure_url` that begin with `public:` are relative to the base of the public site.
    """

    uid = models.UUIDField(_("permanent id"), help_text=_("The uid of the page; the guid in every feed."))
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="releases")
    slug = models.SlugField(_("short name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12)
    title = models.CharField(_("title"), max_length=255)
    summary = models.TextField(_("summary"), blank=True)
    html = models.TextField(_("text"), blank=True)
    authors = models.JSONField(_("authors"), default=list)
    tags = models.JSONField(_("tags"), default=list)
    language = models.CharField(_("language"), max_length=12)
    source = models.CharField(_("source"), max_length=200, blank=True)
    picture = models.CharField(max_length=200, blank=True)
    picture_alt = models.CharField(max_length=255, blank=True)
    # In pixels, so that the text does not jump when the picture loads; NULL for releases older than these columns.
    picture_width = models.PositiveIntegerField(null=True)
    picture_height = models.PositiveIntegerField(null=True)
    enclosure_url = models.CharField(max_length=1000, blank=True)
    enclosure_type = models.CharField(max_length=100, blank=True)
    enclosure_length = models.PositiveBigIntegerField(default=0)
    enclosure_duration = models.PositiveIntegerField(null=True)
    season = models.PositiveIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    fingerprint = models.CharField(
        max_length=64,
        blank=True,
        default="",
        help_text=_("Identifies the released copy. If it differs, the page has changed."),
    )
    released_at = models.DateTimeField(_("released at"))
    updated_at = models.DateTimeField(_("renewed at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    media = models.ManyToManyField(ReleasedMedia, related_name="releases")

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        indexes = [models.Index(fields=["channel", "withdrawn_at", "-released_at"], name="release_newest_of_channel")]
        constraints = [
            models.UniqueConstraint(fields=["channel", "uid"], name="one_release_a_page_and_channel"),
            models.UniqueConstraint(fields=["channel", "slug"], name="one_release_a_channel_and_slug"),
            models.CheckConstraint(
                condition=models.Q(updated_at__gte=models.F("released_at")), name="release_is_renewed_after_it_is_made"
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.slug

    # What remains of a withdrawn release, to answer 410 at its address.
    COLUMNS_OF_WITHDRAWN = frozenset({"id", "uid", "channel", "slug", "released_at", "updated_at", "withdrawn_at"})

    def forget(self) -> None:
        """Empty all columns except those listed above, so that a column added later is erased too."""
        for field in self._meta.concrete_fields:
            if field.name not in self.COLUMNS_OF_WITHDRAWN:
                setattr(self, field.attname, field.get_default())

    @property
    def path(self) -> str:
        return f"{self.channel.slug}/{self.slug}/"
