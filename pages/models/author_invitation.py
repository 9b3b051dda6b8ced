"""Invitations to be named as an author."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuthorInvitation(models.Model):
    """One row per page and person. It outlives the byline, so that people who declined are not named again."""

    class Answer(models.TextChoices):
        NONE = "", _("not answered")
        AGREED = "agreed", _("agreed")
        DECLINED = "declined", _("declined")

    page = models.ForeignKey("pages.BasePage", on_delete=models.CASCADE, related_name="author_invitations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="author_invitations")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=8, choices=Answer, default=Answer.NONE, blank=True)

    class Meta:
        verbose_name = _("author credit")
        verbose_name_plural = _("author credits")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["page", "person"], name="one_naming_a_page_and_person"),
            models.CheckConstraint(
                condition=models.Q(answer__in=["", "agreed", "declined"]), name="naming_answer_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} on {self.page} by {self.by}"
