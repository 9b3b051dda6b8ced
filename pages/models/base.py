"""The base page. Every kind of content is one, so that one table can list what a person can read, newest first."""

import uuid
from functools import partial
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.models import get_all_child_relations, get_serializable_data_for_fields
from modelsearch import index
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import COMMENTS_RELATION_NAME, AbstractPage
from wagtail.models.pages import AbstractPageMeta

from database.prepared import Prepared
from media.models import Picture
from pages import columns, derive, writer
from pages.feed_entry import FeedEntry
from pages.kinds import ContentKind, kind_of_type
from pages.log_entries import log_change
from pages.models.in_wagtail import PageInWagtail
from pages.models.parts import PageTag
from pages.querysets import BasePageManager
from pages.tagging import PageTagsField
from people.audiences import STAFF, space_token
from people.keys import SortKeyField, TitleKeyField
from people.models import Space
from text import markup, phrases
from text.invisible import is_seen, one_line
from text.slugs import slug_or


class BasePage(PageInWagtail):
    """A page of any kind. The shared columns are in one table, so that lists of all kinds need no join.

    Columns marked *derived* are computed when the page is written, never typed: see `pages.saving`.
    """

    class Audience(models.TextChoices):
        STAFF = "staff", phrases.EVERYONE_IN_SPACE
        SPACE = "space", phrases.ONLY_MEMBERS

    uid = models.UUIDField(_("permanent id"), default=uuid.uuid4, unique=True, editable=False)
    space = models.ForeignKey(
        Space, verbose_name=_("space"), on_delete=models.PROTECT, null=True, editable=False, related_name="pages"
    )
    audience = models.CharField(_("who can read this"), max_length=8, choices=Audience, default=Audience.STAFF)
    # Without an index: most pages are for all staff, so that looking them up by it reads most of the table.
    audience_token = models.CharField(max_length=32, editable=False, default="")  # derived
    byline = models.JSONField(default=list, editable=False)  # derived
    labels = models.JSONField(default=list, editable=False)  # derived
    # To find pages by title, and to sort them.
    title_key = TitleKeyField(of=("title",))
    sort_key = SortKeyField(of=("title",))
    summary = models.TextField(_("summary"), blank=True, max_length=1000)
    language = models.CharField(_("language"), max_length=12, default="en", choices=settings.INTRANET_CONTENT_LANGUAGES)
    review_date = models.DateField(_("review by"), null=True, blank=True)
    public_since = models.DateTimeField(_("public since"), null=True, blank=True, editable=False)
    source_path = models.CharField(
        _("imported from"), max_length=500, null=True, blank=True, unique=True, editable=False, default=None
    )
    body = models.TextField(_("text"), blank=True)
    html = models.TextField(editable=False, blank=True, default="")  # derived
    plain = models.TextField(editable=False, blank=True, default="")  # derived
    headings = models.JSONField(editable=False, default=list)  # derived
    tags = PageTagsField(verbose_name=_("tags"), through=PageTag, blank=True)

    objects = BasePageManager()

    kind: ClassVar[ContentKind] = ContentKind()
    # A copy is another page, with its own identity, in the space it is put into, and not public.
    exclude_fields_in_copy = ["uid", "source_path", "space", "public_since", "go_live_at", "expire_at", "expired"]
    # References are in Markdown, stored as `PageLink`; Wagtail's reference index would cost a task per save.
    wagtail_reference_index_ignore = True

    search_fields = [
        *AbstractPage.search_fields,
        index.SearchField("summary"),
        index.SearchField("plain"),
        index.FilterField("audience_token"),
        index.FilterField("space"),
        index.FilterField("language"),
        index.FilterField("uid"),
        index.FilterField("source_path"),
    ]
    content_panels = [
        *AbstractPage.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        InlinePanel("page_authors", label=_("author")),
        FieldPanel("tags"),
    ]
    promote_panels = [*AbstractPage.promote_panels, FieldPanel("language"), FieldPanel("review_date")]

    class Meta(AbstractPageMeta):
        # Wagtail's own, which it adds only if none are listed, and the one to release pages.
        permissions = [
            ("bulk_delete_basepage", "Delete pages with children"),
            ("lock_basepage", "Lock/unlock pages you've locked"),
            ("publish_basepage", "Publish any page"),
            ("unlock_basepage", "Unlock any page"),
            ("release_basepage", "Release pages to the public"),
        ]
        indexes = [
            models.Index(fields=["url_path"], name="page_by_address"),
            models.Index(fields=["space", "title_key"], name="page_by_title"),
            models.Index(fields=["space", "sort_key", "id"], name="page_of_space_sorted"),
            # Lists read these from the newest on until they are full. Partial, because for SQLite `WHERE live`
            # is not a comparison that an index on the column could answer.
            models.Index(fields=["-first_published_at", "-id"], name="page_newest", condition=models.Q(live=True)),
            models.Index(
                fields=["space", "-first_published_at", "-id"],
                name="page_newest_of_space",
                condition=models.Q(live=True),
            ),
            # For the counts in each view of a blog, from the index alone; SQLite needs `live` in it.
            models.Index(
                fields=["space", "content_type", "audience_token", "latest_revision_created_at", "id", "live"],
                name="page_state_of_space",
                condition=models.Q(live=True),
            ),
            # Lists show drafts separately; they are few.
            models.Index(fields=["space", "sort_key"], name="page_draft_of_space", condition=models.Q(live=False)),
            models.Index(fields=["space"], name="page_public_of_space", condition=models.Q(public_since__isnull=False)),
            # Queried every few seconds; few pages ever expire.
            models.Index(fields=["expire_at"], name="page_expires", condition=models.Q(expire_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(audience__in=["staff", "space"]), name="page_audience_is_known"),
        ]

    @property
    def specific_kind(self) -> ContentKind:
        """The kind, even if only the base row was loaded."""
        return kind_of_type(self.cached_content_type.pk)

    @property
    def edited_at(self) -> Any:
        return self.last_published_at or self.latest_revision_created_at or self.first_published_at

    def feed_entry(self) -> FeedEntry:
        """The page for feeds; kinds with sound, a link or a number add those."""
        return FeedEntry(
            uid=self.uid,
            kind=self.kind.name,
            title=self.title,
            url=self.get_absolute_url(),
            summary=self.summary or derive.excerpt(self.plain),
            html=self.html,
            authors=tuple(author["name"] for author in self.byline),
            tags=tuple(label["name"] for label in self.labels),
            language=self.language,
            published_at=self.first_published_at,
            updated_at=self.last_published_at or self.first_published_at,
        )

    def lead_picture(self) -> Picture | None:
        """The picture above the text; it may cost a query."""
        return None

    @property
    def media_tokens(self) -> set[str]:
        """The audiences whose media the page can show, because they include all its readers. Writers of the space read a draft."""
        writers = {space_token(self.space_id)} if self.space_id and not self.live else set()
        return {STAFF, self.audience_token, *writers}

    def media_in(self, name: str) -> Any:
        """The picture or recording in this field, or None if some readers of the page may not see it.

        That happens if it stayed in another space when the page was moved.
        """
        item = getattr(self, name)
        return item if item is not None and item.audience_token in self.media_tokens else None

    @property
    def shown_media(self) -> list[Any]:
        return [item for name in self.kind.media_fields if (item := getattr(self, name)) is not None]

    @property
    def transcript_text(self) -> str:
        """The page's transcript as typed; "" for kinds without one."""
        return str(getattr(self, self.kind.transcript_field)) if self.kind.transcript_field else ""

    def save(self, clean: bool = True, user: Any = None, log_action: Any = False, **kwargs: Any) -> Any:
        """Every write to a page comes here, and goes on to `pages.saving`.

        With `update_fields`, single bookkeeping columns are written as they are.
        """
        whole_page = partial(super().save, clean=clean, user=user, log_action=log_action, **kwargs)
        if kwargs.get("update_fields") is not None:
            return whole_page()

        def store(address_stays: bool) -> Any:
            if address_stays and not clean and not log_action:
                # Wagtail would query the page again to see whether its address changes.
                return super(AbstractPage, self).save(**kwargs)
            if not self._state.adding or log_action is None:
                return whole_page()
            stored = whole_page(log_action=None)
            log_change(self, "wagtail.create", by=user or self.owner)
            return stored

        return writer.writer().write(self, store)

    def take_place(self, row: Any, *, above: str) -> None:
        """Take over the row's position in the tree, and the address that follows; `above` is the parent's."""
        for name in columns.PLACE:
            setattr(self, name, getattr(row, name))
        self.__dict__.pop("_cached_parent_obj", None)
        self.url_path = f"{above}{self.slug}/" if above else "/"  # type: ignore[has-type]

    def _set_core_field_defaults(self) -> None:
        # Called for every save: forms, admin, drafts, API.
        title: str = self.title or ""  # type: ignore[has-type]
        self.title = one_line(title)
        if not is_seen(self.title):
            raise ValidationError({"title": phrases.ENTER_TITLE})
        if not self.slug and (  # type: ignore[has-type]
            self.path or getattr(self, "_cached_parent_obj", None)
        ):
            # Wagtail's own would drop what is not ASCII.
            self.slug = self._get_autogenerated_slug(slug_or(self.title, "page"))
        if self.locale_id is None and (parent := self.get_parent()) is not None:  # type: ignore[has-type]
            self.locale_id = parent.locale_id  # Wagtail reads the page above again
        super()._set_core_field_defaults()

    def full_clean(self, exclude: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("validate_constraints", False)  # the only one repeats the choices
        super().full_clean(exclude=columns.NOT_TYPED.union(exclude or ()), **kwargs)
        if set(self.slug) == {"-"}:
            raise ValidationError({"slug": _("An address needs a letter or a number.")})
        self._check_body()

    def _check_body(self) -> None:
        """Refuse a text that cannot be rendered before anything is written, with the error at its field."""
        try:
            markup.check(self.body)
        except markup.TextTooLong as problem:
            if self.pk and BasePage.objects.filter(pk=self.pk, body=self.body).exists():
                return  # as it is stored
            raise ValidationError({"body": phrases.TEXT_TOO_LONG}) from problem

    def serializable_data(self) -> dict[str, Any]:
        # A revision stores what was typed; derived columns are computed when it is published.
        data = {
            name: value for name, value in get_serializable_data_for_fields(self).items() if name not in columns.DERIVED
        }
        for relation in get_all_child_relations(self):
            # Comments in the admin belong to the page; the position of one in Markdown does not change.
            if (name := relation.get_accessor_name()) != COMMENTS_RELATION_NAME:
                data[name] = [get_serializable_data_for_fields(child) for child in getattr(self, name).all()]
        return data

    def _check_slug_is_unique(self) -> None:
        # Wagtail would read the parent first; it is called only to raise its error.
        above = self.path[: -self.steplen]
        if not self.path or _siblings(above=above, depth=self.depth, slug=self.slug, but=self.pk or 0):
            super()._check_slug_is_unique()

    def with_content_json(self, content: dict[str, Any]) -> Any:
        # Audience and release belong to the page, not to a version.
        page = super().with_content_json(content)
        # The address is that of the row until it is published.
        page.url_path = self.url_path
        for name in columns.NOT_VERSIONED:
            setattr(page, name, getattr(self, name))
        return page


_siblings = Prepared(
    lambda above, depth, slug, but: (
        BasePage._base_manager.filter(path__startswith=above, depth=depth, slug=slug)
        .exclude(pk=but)
        .values_list("pk")[:1]
    ),
    above=str,
    depth=int,
    slug=str,
    but=int,
)
