"""Comments on pages, reactions, and what a person has read or saved for later.

None of these has an audience of its own: each belongs to a page, and who can read the page can read it.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversation.querysets import CommentQuerySet

PERSON, PAGE = settings.AUTH_USER_MODEL, settings.WAGTAIL_PAGE_MODEL


class Comment(models.Model):
    """A comment, or an answer to one. Threads have any depth; they are shown two levels deep."""

    page = models.ForeignKey(PAGE, on_delete=models.CASCADE, related_name="comments")
    person = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="answers")
    # The first comment of the thread, which for that one is itself: one index has all threads in order.
    thread = models.BigIntegerField(default=0)
    body = models.TextField()
    html = models.TextField(blank=True, default="")
    plain = models.TextField(blank=True, default="")
    # The space whose wiki `[[links]]` in `html` lead to.
    linked_space = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Of the whole thread, so that a list needs no join.
    is_resolved = models.BooleanField(default=False)
    resolved_by = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    tally = models.JSONField(default=dict)  # derived from `Reaction`

    objects = CommentQuerySet.as_manager()
    # What a page's usage lists in Wagtail's admin others can see.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            models.Index(fields=["page", "is_resolved", "thread", "id"], name="comment_of_page"),
            models.Index(fields=["person", "-at"], name="comment_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} on {self.page_id}"

    def get_absolute_url(self) -> str:
        return f"/comments/{self.pk}/"

    @property
    def anchor(self) -> str:
        return f"comment-{self.pk}"

    @property
    def is_answer(self) -> bool:
        return self.parent_id is not None


class CommentVersion(models.Model):
    """What a comment said before it was edited."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="versions")
    body = models.TextField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of a comment")
        verbose_name_plural = _("versions of comments")

    def __str__(self) -> str:
        return f"{self.comment_id} until {self.at:%Y-%m-%d %H:%M}"


class Reaction(models.Model):
    """One sign of one person, to a page or to a comment on it."""

    class Kind(models.TextChoices):
        THANKS = "thanks", _("Thanks")
        AGREE = "agree", _("Agree")
        CELEBRATE = "celebrate", _("Celebrate")
        QUESTION = "question", _("Question")

    page = models.ForeignKey(PAGE, on_delete=models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="reactions")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [
            models.UniqueConstraint(
                fields=["page", "person", "kind"],
                condition=models.Q(comment=None),
                name="one_reaction_a_page_person_and_kind",
            ),
            models.UniqueConstraint(
                fields=["comment", "person", "kind"],
                condition=models.Q(comment__isnull=False),
                name="one_reaction_a_comment_person_and_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["thanks", "agree", "celebrate", "question"]),
                name="reaction_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class Discussion(models.Model):
    """What belongs to the conversation on a page as a whole; most pages have no row."""

    page = models.OneToOneField(PAGE, on_delete=models.CASCADE, primary_key=True, related_name="+")
    is_closed = models.BooleanField(default=False)
    tally = models.JSONField(default=dict)  # derived from `Reaction`

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")

    def __str__(self) -> str:
        return f"on {self.page_id}"


class Visit(models.Model):
    """The newest comment that a person has been shown on a page. Only ever raised, and nobody else can see it."""

    page = models.ForeignKey(PAGE, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    seen = models.BigIntegerField()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [models.UniqueConstraint(fields=["page", "person"], name="one_visit_a_page_and_person")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.page_id}"


class Bookmark(models.Model):
    """A page that a person saved for later. Nobody else can see it."""

    page = models.ForeignKey(PAGE, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("bookmark")
        verbose_name_plural = _("bookmarks")
        constraints = [models.UniqueConstraint(fields=["person", "page"], name="one_bookmark_a_person_and_page")]

    def __str__(self) -> str:
        return f"{self.page_id} of {self.person_id}"
