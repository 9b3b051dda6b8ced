"""What waits to be written into the index, and what curators decide."""

from django.db import models
from django.utils import timezone

from search.curation.models import (
    Asked,
    AskedKey,
    ChosenAnswer,
    CurationStamp,
    QueryTask,
    RankingChoice,
    WordGroup,
)

__all__ = [
    "Asked",
    "AskedKey",
    "ChosenAnswer",
    "CurationStamp",
    "Keeper",
    "OutboxEntry",
    "QueryTask",
    "RankingChoice",
    "Taking",
    "WordGroup",
]


class OutboxEntry(models.Model):
    """An object whose document in the index is out of date. Written in the transaction of the change itself, so that no
    change is lost and none is indexed that was rolled back; taken away by the indexer once the index holds it."""

    key = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "outbox entry"
        verbose_name_plural = "outbox entries"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.key


class Keeper(models.Model):
    """A host that keeps an index of its own from the one outbox. The name lies in the folder of its index."""

    host = models.CharField(max_length=40, unique=True)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "index keeper"
        verbose_name_plural = "index keepers"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.host


class Taking(models.Model):
    """An entry that the index of one host holds, while other hosts have still to take it.

    Not "all up to this number": transactions end in another order than that in which their rows were numbered.
    """

    keeper = models.ForeignKey(Keeper, models.CASCADE, related_name="takings")
    entry = models.ForeignKey(OutboxEntry, models.CASCADE, related_name="takings")

    class Meta:
        verbose_name = "taking"
        verbose_name_plural = "takings"
        constraints = [models.UniqueConstraint(fields=["entry", "keeper"], name="search_taking_once")]

    def __str__(self) -> str:
        return f"{self.keeper_id} {self.entry_id}"
