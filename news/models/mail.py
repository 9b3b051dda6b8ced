"""What each person chose to get by e-mail, what they stopped, digests, and how many e-mails went out."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.models.event import INSISTENT, Reason


class Group(models.TextChoices):
    """Reasons that a person chooses about together."""

    MEANT = "meant", _("Someone mentions you or answers you")
    ASKED = "asked", _("Someone asks you to decide, or decides what you asked for")
    RIGHTS = "rights", _("You are named as an author, or your membership changes")
    MINE = "mine", _("Something happens to a page that you wrote or commented on")
    FOLLOWED = "followed", _("Something happens to what you follow")
    DEPARTMENT = "department", _("An owner of a space tells everyone in a space of yours")


class How(models.TextChoices):
    MAIL = "mail", _("Inbox, and e-mail at once")
    DIGEST = "digest", _("Inbox, and the digest")
    HERE = "here", _("Inbox only")
    NOTHING = "nothing", _("Nothing")


GROUPS: dict[str, Group] = {
    Reason.MENTIONED: Group.MEANT,
    Reason.REPLY: Group.MEANT,
    Reason.ASKED: Group.ASKED,
    Reason.ANSWERED: Group.ASKED,
    Reason.NAMED: Group.RIGHTS,
    Reason.MEMBER: Group.RIGHTS,
    Reason.WROTE: Group.MINE,
    Reason.COMMENTED: Group.MINE,
    **dict.fromkeys(
        (Reason.PAGE, Reason.BRANCH, Reason.SPACE, Reason.PERSON, Reason.TAG, Reason.SEARCH), Group.FOLLOWED
    ),
    Reason.DEPARTMENT: Group.DEPARTMENT,
}
#: What waits for a person's answer, or is about their rights, cannot be turned off altogether.
ALWAYS_HERE = frozenset(GROUPS[reason] for reason in INSISTENT)
DEFAULTS: Mapping[str, How] = {
    Group.MEANT: How.MAIL,
    Group.ASKED: How.MAIL,
    Group.RIGHTS: How.MAIL,
    Group.MINE: How.DIGEST,
    Group.FOLLOWED: How.DIGEST,
    Group.DEPARTMENT: How.DIGEST,
}
MAX_ANSWER = 300


class Preferences(models.Model):
    """How a person is told. Who has no row gets the defaults."""

    class Every(models.TextChoices):
        DAY = "day", _("Every day")
        WEEK = "week", _("Every week")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="preferences"
    )
    # `How` by `Group`, as far as the person chose.
    chosen = models.JSONField(default=dict)
    digest_every = models.CharField(_("how often"), max_length=4, choices=Every, default=Every.DAY)
    digest_weekday = models.PositiveSmallIntegerField(
        _("on which day, if weekly"), choices=Weekday, default=Weekday.MONDAY
    )
    digest_hour = models.PositiveSmallIntegerField(_("at what time"), default=8)
    # An address that a mail server refused for good, and what the server said. Another address is tried again.
    refused_address = models.CharField(max_length=254, blank=True, default="")
    refused_answer = models.CharField(max_length=MAX_ANSWER, blank=True, default="")
    refused_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notification choices")
        verbose_name_plural = _("notification choices")

    def __str__(self) -> str:
        return f"choices of {self.person_id}"

    @property
    def is_weekly(self) -> bool:
        return self.digest_every == self.Every.WEEK

    def how(self, reason: str) -> str:
        group = GROUPS[reason]
        return str(self.chosen.get(group, DEFAULTS[group]))

    def refuses(self, address: str) -> bool:
        return bool(self.refused_address) and self.refused_address == address


class MailStop(models.Model):
    """E-mail that a person stopped by the link in it. What they are told in the inbox stays the same."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_stops")
    # "digest", "page:12", or a group in a space: "followed:3" (`news.mail.choices.scope_of`).
    scope = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("stopped e-mail")
        verbose_name_plural = _("stopped e-mails")
        constraints = [models.UniqueConstraint(fields=["person", "scope"], name="one_stop_a_person_and_scope")]

    def __str__(self) -> str:
        return f"{self.scope} for {self.person_id}"


class DigestRun(models.Model):
    """One digest of one person. What is in it is fixed when the row is made: what waited then, up to a notice."""

    class State(models.TextChoices):
        OPEN = "open", _("waiting")
        SENT = "sent", _("sent")
        EMPTY = "empty", _("nothing left to send")
        FAILED = "failed", _("failed")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests")
    # The day it was planned for, where the person is.
    day = models.DateField()
    upto = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    # What the mail server answered.
    answer = models.CharField(max_length=MAX_ANSWER, blank=True, default="")

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="one_digest_a_person_and_day")]
        indexes = [
            models.Index(fields=["due_at"], name="digest_due", condition=models.Q(state="open")),
            models.Index(fields=["-done_at"], name="digest_failed", condition=models.Q(state="failed")),
        ]

    def __str__(self) -> str:
        return f"digest of {self.person_id} on {self.day}: {self.state}"


class MailMinute(models.Model):
    """How many e-mails a mail server took in one minute: for the rate, and for whoever looks whether they move."""

    minute = models.DateTimeField(primary_key=True)
    sent = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("e-mails in a minute")
        verbose_name_plural = _("e-mails in a minute")

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M}: {self.sent}"

    @classmethod
    def of(cls, moment: Any) -> Any:
        return moment.replace(second=0, microsecond=0)
