"""What people follow, how closely, and why."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    ALL = "all", _("Everything")
    NEW = "new", _("Only what is new")
    MENTIONS = "mentions", _("Only what is meant for me")
    MUTED = "muted", _("Nothing")
    # Kept as a row, so that what follows by itself does not come back.
    NONE = "none", _("Not followed")


class Follow(models.Model):
    """A person follows a page, a branch of pages, a space, a person, a tag or a search.

    A blog, a show or a part of a wiki is the branch below its front page.
    """

    class Kind(models.TextChoices):
        PAGE = "page", _("Page")
        BRANCH = "branch", _("Page and the pages below it")
        SPACE = "space", _("Space")
        PERSON = "person", _("Person")
        TAG = "tag", _("Tag")
        SEARCH = "search", _("Search")

    class Why(models.TextChoices):
        HAND = "hand", _("You chose this.")
        WROTE = "wrote", _("You wrote or edited it.")
        COMMENTED = "commented", _("You commented on it.")

    follower = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    # "page:12", "tag:4": what one look-up asks of all kinds. The keys below are what it names.
    target = models.CharField(max_length=600)
    kind = models.CharField(max_length=8, choices=Kind)
    page = models.ForeignKey("pages.BasePage", on_delete=models.CASCADE, null=True, related_name="followed_by")
    space = models.ForeignKey("people.Space", on_delete=models.CASCADE, null=True, related_name="followed_by")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="followed_by"
    )
    tag = models.ForeignKey("taggit.Tag", on_delete=models.CASCADE, null=True, related_name="followed_by")
    search = models.CharField(max_length=500, blank=True, default="")
    level = models.CharField(max_length=8, choices=Level, default=Level.ALL)
    why = models.CharField(max_length=10, choices=Why, default=Why.HAND)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [models.UniqueConstraint(fields=["follower", "target"], name="one_follow_a_person_and_target")]
        indexes = [models.Index(fields=["target", "follower"], name="follow_by_target")]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.target}: {self.level}"

    @property
    def key(self) -> str:
        """What a form posts to change it."""
        return self.target.partition(":")[2]


class DepartmentFollow(models.Model):
    """All members of a space are told of what is new in a space, because its owners chose so; each of them can leave.

    No row per member: who joins later is told too.
    """

    space = models.ForeignKey("people.Space", on_delete=models.CASCADE, related_name="department_follows")
    members_of = models.ForeignKey("people.Space", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("followed for a department")
        verbose_name_plural = _("followed for departments")
        constraints = [
            models.UniqueConstraint(fields=["space", "members_of"], name="one_follow_a_space_and_department")
        ]

    def __str__(self) -> str:
        return f"members of {self.members_of_id} follow {self.space_id}"
