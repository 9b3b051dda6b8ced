"""The organisation's name, and which background workers are alive."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkerHeartbeat(models.Model):
    """One row per living worker. A worker whose row is old or missing has lost its tasks."""

    worker_id = models.CharField(_("worker"), max_length=64, primary_key=True)
    started_at = models.DateTimeField(_("started at"))
    seen_at = models.DateTimeField(_("last seen at"), db_index=True)

    class Meta:
        verbose_name = _("worker heartbeat")
        verbose_name_plural = _("worker heartbeats")

    def __str__(self) -> str:
        return self.worker_id


class Organisation(models.Model):
    """A single row: the name of the organisation, and the rules by which texts were rendered."""

    name = models.CharField(_("name"), max_length=100, blank=True)
    #: See `intranet.rendered`.
    rendered_by = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name
