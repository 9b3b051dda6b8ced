"""Actions that release pages to the public, and that manage channels and private feed links.

Each checks permission first and runs in one transaction.
"""

from dataclasses import dataclass
from typing import IO, Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from desk.alt_texts import names_of, undescribed
from pages import indexing
from pages.access import visible_to
from pages.models import BasePage
from pages.permissions import may_release
from syndication import documents, hub, release_news
from syndication.addresses import PLACEHOLDER, public_url
from syndication.copies import PublicCopy, can_be_copied, public_copy
from syndication.media import drop_unused, store_encoded, store_file, store_picture, store_recording
from syndication.models import Channel, PrivateFeed, Release, ReleasedMedia
from syndication.models.private import hash_token, new_token
from syndication.permissions import may_manage_channels, may_withdraw
from syndication.pictures import artwork_for, artwork_from
from syndication.writers.podcasting import podcast_guid
from text.slugs import free


class ChangedSinceChecked(Exception):
    pass


@transaction.atomic
def release_page(*, person: Any, page: BasePage, channel: Channel, checked: str = "") -> Release:
    """Release `page` to the public in `channel` as it is now; an existing release is renewed, also a withdrawn one.

    `checked` is the version of the copy that the person has read; if the copy is another one by now,
    `ChangedSinceChecked` is raised. Raises `PermissionDenied`, and `ValidationError` if the page cannot be released
    there.
    """
    _check_release(person, page)
    # Two releases into one channel wait for each other, so that the feed has both.
    channel = Channel.objects.select_for_update().get(pk=channel.pk)
    copy = public_copy(page)
    if checked and checked != copy.version:
        raise ChangedSinceChecked
    _check_kind(channel, copy)
    release = Release.objects.filter(channel=channel, uid=page.uid).first()
    is_new = release is None or release.withdrawn_at is not None
    now = timezone.now()
    if release is None:
        release = Release(channel=channel, uid=page.uid, slug=_free_slug(channel, copy.slug), released_at=now)
    shown_before = list(release.media.all()) if release.pk else []
    _fill(release, copy)
    public_media = _PublicMedia.of(copy, release.slug)
    release.html = copy.with_addresses(public_media.address_within(release))
    release.picture = public_media.hero
    release.fingerprint = copy.fingerprint
    release.picture_width, release.picture_height = public_media.hero_pixels
    release.enclosure_url = public_media.sound or (copy.sound.url if copy.sound else "")
    release.updated_at, release.withdrawn_at = now, None
    release.save()
    release.media.set(public_media.media)
    drop_unused(shown_before)
    _publish(channel)
    _mark_public(page, since=page.public_since or now)
    log(instance=page.specific, action="syndication.release", user=person, data={"channel": channel.slug})
    if is_new:
        release_news.announce(page, release, by=person)
    return release


@transaction.atomic
def withdraw(*, person: Any, release: Release) -> None:
    """Withdraw the public copy: it leaves the feeds, its address answers 410, its text and media are erased.

    The internal page, if it still exists, only stops being public.
    """
    page = BasePage.objects.filter(uid=release.uid).first()
    if not may_withdraw(person, release, page):
        raise PermissionDenied
    channel = Channel.objects.select_for_update().get(pk=release.channel_id)
    release = Release.objects.get(pk=release.pk)
    if release.withdrawn_at is not None:
        return
    shown = list(release.media.all())
    release.media.clear()
    release.forget()
    release.withdrawn_at = timezone.now()
    release.save()
    drop_unused(shown)
    _publish(channel)
    if page is not None:
        if not Release.objects.live().filter(uid=page.uid).exists():
            _mark_public(page, since=None)
        log(instance=page.specific, action="syndication.withdraw", user=person, data={"channel": channel.slug})


@transaction.atomic
def create_channel(*, person: Any, channel: Channel, picture: IO[bytes] | None = None) -> Channel:
    if not may_manage_channels(person):
        raise PermissionDenied
    channel.podcast_guid = podcast_guid(public_url(f"{channel.path}feed.rss"))
    _set_picture(channel, picture)
    channel.full_clean()
    channel.save()
    documents.remake(channel)
    return channel


@transaction.atomic
def edit_channel(*, person: Any, channel: Channel, picture: IO[bytes] | None = None) -> Channel:
    """Save changes to a channel. Its short name is its address and never changes. Raises `PermissionDenied`."""
    if not may_manage_channels(person):
        raise PermissionDenied
    stored = Channel.objects.select_for_update().get(pk=channel.pk)
    channel.slug, channel.podcast_guid = stored.slug, stored.podcast_guid
    if picture is not None:
        _set_picture(channel, picture)
    channel.full_clean()
    channel.save()
    if channel.picture != stored.picture:
        drop_unused(ReleasedMedia.objects.filter(sha256=stored.picture.split("/")[1]))
    _publish(channel)
    return channel


def create_private_feed(*, person: Any, feed: PrivateFeed) -> str:
    """Save a new feed link of `person` and return its token, which cannot be read again."""
    if not person.is_active:
        raise PermissionDenied
    token = new_token()
    feed.owner, feed.uid, feed.token_hash = person, uuid4(), hash_token(token)
    feed.save()
    return token


def revoke_private_feed(*, person: Any, feed: PrivateFeed) -> None:
    if feed.owner_id != person.pk:
        raise PermissionDenied
    PrivateFeed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=timezone.now())


@dataclass(frozen=True, slots=True)
class _PublicMedia:
    pictures: dict[int, ReleasedMedia]
    recordings: dict[int, ReleasedMedia]
    files: dict[int, ReleasedMedia]
    hero: str
    hero_pixels: tuple[int | None, int | None]
    sound: str
    media: list[ReleasedMedia]

    @classmethod
    def of(cls, copy: PublicCopy, stem: str) -> "_PublicMedia":
        pictures = {pk: store_picture(picture, stem) for pk, picture in copy.pictures.items()}
        recordings = {pk: store_recording(recording, stem) for pk, recording in copy.recordings.items()}
        files = {pk: store_file(file) for pk, file in copy.attachments.items()}
        media = [*pictures.values(), *recordings.values(), *files.values()]
        hero = sound = ""
        pixels: tuple[int | None, int | None] = (None, None)
        if copy.picture:
            media.append(store_picture(copy.picture, stem))
            hero, pixels = PLACEHOLDER + media[-1].path, media[-1].pixels
        if copy.sound and copy.sound.recording:
            media.append(store_recording(copy.sound.recording, stem))
            sound = PLACEHOLDER + media[-1].path
        return cls(pictures, recordings, files, hero, pixels, sound, media)

    def address_within(self, release: Release) -> Any:
        own = {"picture": self.pictures, "recording": self.recordings, "file": self.files}

        def address(kind: str, rest: str) -> str:
            if kind in own:
                return PLACEHOLDER + own[kind][int(rest)].path
            return PLACEHOLDER + (release.path if kind == "self" else "") + rest

        return address


def _check_release(person: Any, page: BasePage) -> None:
    if not may_release(person, page) or not visible_to(person, BasePage.objects.filter(pk=page.pk)).exists():
        raise PermissionDenied
    if not can_be_copied(page):
        raise ValidationError(_("You cannot release this page, because it is a draft or only lists other pages."))
    if silent := undescribed(page.specific):
        raise ValidationError(needs_descriptions(silent))


def needs_descriptions(pictures: list[Any]) -> str:
    """What is to be done before everyone on the internet reads the page, people who cannot see among them."""
    return ngettext(
        "Before you release this page, describe the picture %(names)s or mark it as decoration.",
        "Before you release this page, describe the pictures %(names)s or mark them as decoration.",
        len(pictures),
    ) % {"names": names_of(pictures)}


def _check_kind(channel: Channel, copy: PublicCopy) -> None:
    """A podcast has only episodes: directories refuse a feed if one of its items has no recording."""
    others = Release.objects.live().filter(channel=channel).exclude(uid=copy.uid)
    if copy.sound and others.filter(enclosure_url="").exists():
        raise ValidationError(
            _("“%(channel)s” is a channel for text. Release episodes in a podcast channel."),
            params={"channel": channel},
        )
    if not copy.sound and others.exclude(enclosure_url="").exists():
        raise ValidationError(
            _("“%(channel)s” is a podcast channel. Release text in another channel."), params={"channel": channel}
        )


def _fill(release: Release, copy: PublicCopy) -> None:
    for name in (
        *("kind", "title", "summary", "authors", "tags"),
        *("language", "source", "season", "number", "picture_alt"),
    ):
        setattr(release, name, getattr(copy, name))
    sound = copy.sound
    release.enclosure_type = sound.media_type if sound else ""
    release.enclosure_length = sound.length if sound else 0
    release.enclosure_duration = sound.duration if sound else None


def _free_slug(channel: Channel, wanted: str) -> str:
    taken = set(Release.objects.filter(channel=channel, slug__startswith=wanted).values_list("slug", flat=True))
    return free(wanted, taken.__contains__)


def _publish(channel: Channel) -> None:
    channel.save(update_fields=["updated_at"])
    documents.remake(channel)
    hub.notify(channel)


def _mark_public(page: BasePage, *, since: Any) -> None:
    BasePage.objects.filter(pk=page.pk).update(public_since=since)
    page.public_since = since
    indexing.pages_changed([page.pk])


def _set_picture(channel: Channel, picture: IO[bytes] | None) -> None:
    encoded = artwork_from(picture) if picture is not None else artwork_for(channel.title)
    channel.picture = store_encoded(encoded, channel.slug).path
