"""People, the spaces they share, and memberships."""

from typing import Any
from zlib import crc32

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.keys import FoldedField, SortKeyField, TitleKeyField, UsernameKeyField, validate_leading, validate_seen
from people.querysets import JoinRequestQuerySet, MembershipQuerySet, PersonManager, SpaceQuerySet
from people.written import renamed
from text import phrases
from text.invisible import is_seen, one_line

#: The audience token of all staff.
STAFF = "staff"


#: What bylines and mentions show of a person.
NAMES = frozenset({"username", "first_name", "last_name", "is_active"})


def space_token(space_id: int) -> str:
    return f"space:{space_id}"


def person_token(person_id: int | None) -> str:
    """The token of what only this person can see. It is in nobody's set of tokens; see `media.access`."""
    return f"person:{person_id or 0}"


# A single hyphen is not a slug, because `/-/` begins the actions of a page.
validate_space_slug = RegexValidator(r"^(?!-+$)[a-z0-9][a-z0-9-]*$", _("Use lower case letters, numbers and hyphens."))


class Person(AbstractUser):
    """A member of staff; signs in with `username`, whose case does not matter."""

    job_title = models.CharField(_("job title"), max_length=200, blank=True)
    about = models.TextField(_("about"), blank=True, max_length=4000)
    photo = models.ImageField(_("photo"), upload_to="photos/", blank=True)
    skills = models.JSONField(_("skills"), default=list, blank=True)
    # WCAG 2.2, 2.1.4: single-key shortcuts can be turned off.
    uses_shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)
    writes_visually = models.BooleanField(_("writes in the visual mode"), default=False)
    # Counted here, because every request reads this row; `news` keeps it.
    unread_notices = models.PositiveIntegerField(_("unread notifications"), default=0, editable=False)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    # The latest look at the home page, and the end of the visit before: what came since is marked as new.
    seen_at = models.DateTimeField(null=True, editable=False)
    seen_before = models.DateTimeField(null=True, editable=False)
    username_key = UsernameKeyField(of=("username",), unique=True)
    email_key = TitleKeyField(of=("email",), db_index=True)
    sort_key = SortKeyField(of=("first_name", "last_name", "username"), db_index=True)
    words = FoldedField(of=("first_name", "last_name", "username", "job_title", "skills"))

    objects = PersonManager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_key", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.first_name, self.last_name = one_line(self.first_name), one_line(self.last_name)
        if self._state.adding and self.username:
            try:
                validate_leading(self.username)
            except ValidationError as problem:
                raise ValidationError({"username": problem.messages}) from None
        twin = type(self).objects.named([self.username]).exclude(pk=self.pk)
        if self.username and twin.exists():
            # The unique key is not a form field, so Django could not show the error at an input.
            raise ValidationError({"username": _("This username is taken. Choose another.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Bylines and mentions contain names, so they are updated in the same transaction.
        fields = kwargs.get("update_fields")
        if self._state.adding or (fields is not None and NAMES.isdisjoint(fields)):
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            before = type(self).objects.filter(pk=self.pk).values(*NAMES).first()
            super().save(*args, **kwargs)
            if before and any(getattr(self, name) != value for name, value in before.items()):
                renamed(self, before["username"])

    @property
    def name(self) -> str:
        full = self.get_full_name()
        return full if is_seen(full) else self.username

    @property
    def initials(self) -> str:
        words = self.name.split()
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()

    @property
    def tint(self) -> int:
        """One of the six colours of initials, from 1: always the same for the same person."""
        return crc32(self.username.encode()) % 6 + 1

    def get_absolute_url(self) -> str:
        return reverse("people:person", args=[self.username])


class Space(models.Model):
    """A department, community or project. Three independent policies say who can see it, join it and write in it."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("Department")
        COMMUNITY = "community", _("Community")
        PROJECT = "project", _("Project")

    class See(models.TextChoices):
        STAFF = "staff", phrases.ALL_STAFF
        MEMBERS = "members", _("Members only")

    class Join(models.TextChoices):
        OPEN = "open", _("Anyone can join")
        REQUEST = "request", _("On request")
        INVITED = "invited", _("By invitation")

    class Write(models.TextChoices):
        MEMBERS = "members", _("Members")
        EDITORS = "editors", _("Editors and owners")

    class Comment(models.TextChoices):
        READERS = "readers", _("Everyone who can read the page")
        MEMBERS = "members", _("Members")
        NOBODY = "nobody", _("No one")

    class Approval(models.TextChoices):
        NONE = "none", _("No one: people who can write publish themselves")
        ONE = "one", _("People who can approve. They publish their own pages themselves")
        SECOND = "second", _("People who can approve, but never what they have written themselves")

    slug = models.SlugField(_("short name"), max_length=80, unique=True, validators=[validate_space_slug])
    name = models.CharField(_("name"), max_length=200, validators=[validate_seen])
    sort_key = SortKeyField(of=("name",))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.DEPARTMENT)
    description = models.TextField(_("description"), blank=True, max_length=1000)
    see = models.CharField(phrases.WHO_CAN_SEE, max_length=8, choices=See, default=See.STAFF)
    join = models.CharField(_("who can join"), max_length=8, choices=Join, default=Join.REQUEST)
    write = models.CharField(_("who can write"), max_length=8, choices=Write, default=Write.MEMBERS)
    comment = models.CharField(_("who can comment"), max_length=8, choices=Comment, default=Comment.READERS)
    # Mailboxes are read on telephones and by other servers, so a space can keep its texts out of them.
    mails_titles_only = models.BooleanField(_("e-mails contain only titles"), default=False)
    approval = models.CharField(
        _("who approves pages before they are published"), max_length=8, choices=Approval, default=Approval.NONE
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    members = models.ManyToManyField(Person, through="Membership", related_name="spaces")

    objects = SpaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("space")
        verbose_name_plural = _("spaces")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(see__in=["staff", "members"]), name="space_see_is_known"),
            models.CheckConstraint(condition=~models.Q(slug="-"), name="space_slug_is_not_a_hyphen"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/spaces/{self.slug}/"

    def asked_by(self, person: Any) -> bool:
        """Whether `person` has an open request to join; no query if the space takes no requests."""
        return self.join == self.Join.REQUEST and self.join_requests.filter(person=person).exists()

    @property
    def audience_token(self) -> str:
        """The widest audience that a page in this space can have."""
        return STAFF if self.see == self.See.STAFF else space_token(self.pk)


class Membership(models.Model):
    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        # Reads and comments, and writes no pages.
        COMMENTER = "commenter", _("Commenter")
        EDITOR = "editor", _("Editor")
        OWNER = "owner", _("Owner")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)
    # Of an editor; owners can in any case.
    approves = models.BooleanField(_("can approve"), default=False)
    joined_at = models.DateTimeField(_("joined at"), auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["person", "space"], name="one_membership_a_person_and_space"),
            models.CheckConstraint(
                condition=models.Q(role__in=["member", "commenter", "editor", "owner"]), name="membership_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.space} as {self.get_role_display()}"


class JoinRequest(models.Model):
    """A request to join a space whose owners decide; they answer by adding a membership or by deleting it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="join_requests")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="join_requests")
    reason = models.CharField(_("why"), max_length=500, blank=True)
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("join request")
        verbose_name_plural = _("join requests")
        ordering = ["requested_at"]
        constraints = [
            models.UniqueConstraint(fields=["person", "space"], name="one_request_a_person_and_space"),
        ]

    def __str__(self) -> str:
        return f"{self.person} asks to join {self.space}"


class FailedSignIns(models.Model):
    """Failed sign-ins per name and address, and per address; see `people.throttle`."""

    # A keyed hash, because people sometimes type their password as the name.
    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("failed sign-ins")
        verbose_name_plural = _("failed sign-ins")

    def __str__(self) -> str:
        return f"{self.count} since {self.since:%Y-%m-%d %H:%M}"


class AccountLink(models.Model):
    """A link to set a password, once; see `people.tokens`."""

    class Purpose(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        RESET = "reset", _("New password")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="account_links")
    purpose = models.CharField(max_length=12, choices=Purpose)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("account link")
        verbose_name_plural = _("account links")

    def __str__(self) -> str:
        return f"{self.purpose} of {self.person_id}"


class FormKey(models.Model):
    """A submitted form and its result, so that a second submission does nothing (`people.once`)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    digest = models.CharField(max_length=64)
    url = models.CharField(max_length=2000, blank=True, default="")
    # The saved page and revision; no foreign keys, because `pages` is a higher layer.
    page = models.BigIntegerField(null=True)
    revision = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("submitted form")
        verbose_name_plural = _("submitted forms")
        constraints = [models.UniqueConstraint(fields=["person", "key", "digest"], name="one_form_is_taken_once")]

    def __str__(self) -> str:
        return f"{self.key} of {self.person_id}"
