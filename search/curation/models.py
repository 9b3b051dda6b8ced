"""What curators decide, and what is counted of what is asked."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CurationStamp(models.Model):
    """One row. Its mark is new whenever a curator changes something: processes compare it with what they remember.

    Random rather than counted, so that no state of a database that was rolled back or restored is taken for another.
    """

    stamp = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.stamp


class WordGroup(models.Model):
    """Words that mean the same. `forms` holds them as they are written; where it works one way, the first finds the others."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    forms = models.JSONField(_("words"), default=list)
    one_way = models.BooleanField(_("only the first word finds the others"), default=False)
    meaning = models.CharField(_("meaning"), max_length=200, blank=True)
    note = models.CharField(_("why"), max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED, db_index=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("group of words")
        verbose_name_plural = _("groups of words")
        ordering = ["pk"]
        permissions = [("curate_search", "Look after search: words, chosen answers, weights, report")]

    def __str__(self) -> str:
        return ", ".join(self.forms)


class ChosenAnswer(models.Model):
    """A page that a curator puts on top of a query, or leaves out of it. `query` is folded words, `key` a key of the index."""

    class Verdict(models.TextChoices):
        PIN = "pin", _("shown first")
        BAR = "bar", _("left out")

    query = models.CharField(_("query"), max_length=200)
    key = models.CharField(max_length=200)
    verdict = models.CharField(_("what happens to it"), max_length=3, choices=Verdict.choices, default=Verdict.PIN)
    note = models.CharField(_("note"), max_length=200, blank=True)
    until = models.DateField(_("last day"), null=True, blank=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    chosen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("chosen answer")
        verbose_name_plural = _("chosen answers")
        ordering = ["query", "pk"]
        constraints = [models.UniqueConstraint(fields=["query", "key"], name="one_verdict_for_a_page_and_query")]

    def __str__(self) -> str:
        return f"{self.query}: {self.key} {self.verdict}"


class RankingChoice(models.Model):
    """Weights as somebody set them; the newest row counts, and one that holds nothing means the defaults."""

    weights = models.JSONField(default=dict)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    chosen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("choice of weights")
        verbose_name_plural = _("choices of weights")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.weights)


class QueryCount(models.Model):
    """How often words were searched for on one day. Nothing says by whom: see docs/features/search.md, "What is counted".

    The row of a day without words counts the searches whose words are not kept. `marks` tell the askers of a week apart
    until there are enough of them, or the week is over; `persons` is their number, and never more than enough.
    """

    day = models.DateField()
    query = models.CharField(max_length=120, blank=True)
    searches = models.PositiveIntegerField(default=0)
    empty = models.PositiveIntegerField(default=0)
    watched = models.PositiveIntegerField(default=0)
    followed = models.PositiveIntegerField(default=0)
    hits = models.PositiveIntegerField(default=0)
    persons = models.PositiveSmallIntegerField(default=0)
    marks = models.JSONField(default=list)

    class Meta:
        verbose_name = _("searches of a day")
        verbose_name_plural = _("searches of a day")
        ordering = ["day", "query"]
        constraints = [models.UniqueConstraint(fields=["day", "query"], name="one_row_for_a_day_and_query")]

    def __str__(self) -> str:
        return f"{self.day} {self.query}: {self.searches}"


class QueryCountKey(models.Model):
    """The secret of one week, with which the marks of its askers are made. It is deleted when the week is over."""

    week = models.DateField(unique=True)
    key = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.week)
