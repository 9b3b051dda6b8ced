"""What happened, who was told of it and why, and who was not."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why a person is told, the strongest first: of several, the first is stored and shown."""

    MENTIONED = "mentioned", _("You are mentioned")
    NAMED = "named", _("You are named as an author")
    REPLY = "reply", _("It answers you")
    ASKED = "asked", _("You are asked to decide")
    ANSWERED = "answered", _("You asked for it")
    MEMBER = "member", _("It is about your membership")
    WROTE = "wrote", _("You wrote the page")
    COMMENTED = "commented", _("You commented on the page")
    PAGE = "page", _("You follow the page")
    BRANCH = "branch", _("You follow the pages it is among")
    SPACE = "space", _("You follow the space")
    PERSON = "person", _("You follow the person")
    TAG = "tag", _("You follow one of its tags")
    SEARCH = "search", _("You follow a search that finds it")
    DEPARTMENT = "department", _("An owner of the space chose to tell everyone in a space of yours")


RANK = {reason: place for place, reason in enumerate(Reason.values)}
#: These wait for the person's answer or are about the person's own rights, so muting does not hide them.
INSISTENT = frozenset({Reason.NAMED, Reason.ASKED, Reason.ANSWERED, Reason.MEMBER})
#: Meant for this person, rather than for all who follow.
PERSONAL = INSISTENT | {Reason.MENTIONED, Reason.REPLY}


class Event(models.Model):
    """Something that happened. It stores no words of a page: whoever shows it reads them from the page, at that moment.

    The row is also the queue of the background worker, until `told_at` is set (`news.telling`).
    """

    # What happened, so that it is recorded once however often it is tried: "change:17", "join:4".
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=32)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    # What it is about, and whose readers may know of it; a page, or else a space, or else its recipients alone.
    page = models.ForeignKey("pages.BasePage", on_delete=models.CASCADE, null=True, related_name="events")
    space = models.ForeignKey("people.Space", on_delete=models.CASCADE, null=True, related_name="events")
    # Who could read the page then.
    audience_token = models.CharField(max_length=32, blank=True, default="")
    # Numbers that its kind needs, such as the id of a revision or comment.
    data = models.JSONField(default=dict)
    # Who is told whatever they follow: ids of people by reason.
    to = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    # Up to which person the worker has come, and when it was done.
    told_to = models.PositiveBigIntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["id"], name="event_to_tell", condition=models.Q(told_at__isnull=True)),
            models.Index(fields=["page", "-id"], name="event_newest_of_page"),
        ]

    def __str__(self) -> str:
        return self.key


class Notice(models.Model):
    """One person is told of one event, once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="notices")
    reason = models.CharField(max_length=12, choices=Reason)
    # Notices with the same thread are one row of the inbox.
    thread = models.CharField(max_length=64)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [models.UniqueConstraint(fields=["person", "event"], name="one_notice_a_person_and_event")]
        indexes = [
            models.Index(fields=["person", "thread"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} for {self.person_id}: {self.reason}"


class LeftOut(models.Model):
    """Somebody who would have been told of an event and was not, with the reason, for those who ask about it later."""

    class Why(models.TextChoices):
        OWN = "own", _("It was their own doing.")
        MUTED = "muted", _("They muted it.")
        LEVEL = "level", _("They follow it, but chose to be told of less.")
        DOOR = "door", _("They could not read it then.")
        ACCOUNT = "account", _("Their account was not active.")
        CHOICE = "choice", _("They chose not to be told of this kind.")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="left_out")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=8, choices=Why)

    class Meta:
        verbose_name = _("person left out")
        verbose_name_plural = _("people left out")
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="left_out_once")]

    def __str__(self) -> str:
        return f"{self.event_id} not for {self.person_id}: {self.why}"


class Delivery(models.Model):
    """A notice on one of the ways out of the site (`news.ways`). The text is made when it is sent, never stored."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        DROPPED = "dropped", _("not sent")
        FAILED = "failed", _("failed")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    way = models.CharField(max_length=16)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    # Why it was not sent, in a word of the way: "read", "door", "refused".
    why = models.CharField(max_length=32, blank=True, default="")
    # What the other side answered when it could not be sent.
    answer = models.CharField(max_length=300, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["notice", "way"], name="one_delivery_a_notice_and_way")]
        indexes = [
            models.Index(fields=["way", "due_at"], name="delivery_due", condition=models.Q(state="waiting")),
            models.Index(fields=["-done_at"], name="delivery_failed", condition=models.Q(state="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} by {self.way}: {self.state}"


def strongest(reasons: Any) -> str:
    return str(min(reasons, key=lambda reason: RANK[reason]))
