"""What waits to be written into the index, and what curators decide."""

from django.db import models
from django.utils import timezone

from search.curation.models import (
    ChosenAnswer,
    CurationStamp,
    QueryCount,
    QueryCountKey,
    RankingChoice,
    WordGroup,
)

__all__ = [
    "ChosenAnswer",
    "CurationStamp",
    "OutboxEntry",
    "QueryCount",
    "QueryCountKey",
    "RankingChoice",
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
