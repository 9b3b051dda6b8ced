"""What a backup contains and leaves out, table by table with the reason; and the files that rows refer to.

A model in neither list is backed up, so that nothing is lost; a test still requires a decision.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from syndication.models import ReleasedMedia

#: Models whose rows are in a backup, besides the pages of every kind (`pages.kinds.models`).
BACKED_UP = frozenset(
    """
    auth.Group auth.Group_permissions auth.Permission contenttypes.ContentType
    conversation.Bookmark conversation.Comment conversation.CommentVersion conversation.Discussion conversation.Reaction
    conversation.Visit
    desk.Draft
    django_tasks_database.DBTaskResult
    intranet.Organisation
    news.Delivery news.DepartmentFollow news.DigestRun news.Event news.Follow news.LeftOut news.MailStop news.Notice
    news.Preferences
    desk.TextTemplate
    media.Attachment pages.Change pages.DeletedPage pages.Deletion pages.FormerAddress pages.FormerTitle pages.AuthorInvitation pages.PageAuthor pages.PageLink
    pages.PageTag media.Picture media.Recording pages.Shown pages.SpaceApprovalTask
    people.JoinRequest people.Membership people.Person people.Person_groups people.Person_user_permissions people.Space
    search.ChosenAnswer search.CurationStamp search.QueryCount search.RankingChoice search.WordGroup
    syndication.Channel syndication.FeedDocument syndication.PrivateFeed syndication.Release
    syndication.Release_media syndication.ReleasedMedia
    taggit.Tag taggit.TaggedItem
    wagtailadmin.Admin
    wagtailcore.APIToken wagtailcore.Collection wagtailcore.CollectionViewRestriction
    wagtailcore.CollectionViewRestriction_groups wagtailcore.Comment wagtailcore.CommentReply
    wagtailcore.GroupApprovalTask wagtailcore.GroupApprovalTask_groups wagtailcore.GroupCollectionPermission
    wagtailcore.GroupPagePermission wagtailcore.GroupSitePermission wagtailcore.Locale wagtailcore.ModelLogEntry
    wagtailcore.PageLogEntry wagtailcore.PageSubscription wagtailcore.PageViewRestriction
    wagtailcore.PageViewRestriction_groups wagtailcore.ReferenceIndex wagtailcore.Revision wagtailcore.Site
    wagtailcore.Task wagtailcore.TaskState wagtailcore.Workflow wagtailcore.WorkflowContentType
    wagtailcore.WorkflowPage wagtailcore.WorkflowState wagtailcore.WorkflowTask
    wiki.ChildOrder wagtaildocs.Document wagtailimages.Image wagtailusers.UserProfile
    """.split()
)

LEFT_OUT = {
    "sessions.Session": "everyone signs in again, so that the file signs no one in",
    "people.AccountLink": "links that set a password; people who need one are sent another",
    "people.FailedSignIns": "failed attempts to sign in of the last minutes",
    "people.FormKey": "forms sent a moment ago, so that none is saved twice",
    "news.MailMinute": "how many e-mails went out in each minute",
    "intranet.WorkerHeartbeat": "which workers are running",
    "search.QueryCountKey": "the secret of a week, promised to be gone when the week is over",
    "pages.Version": "says that pages have changed, to processes that are running",
    "search.OutboxEntry": "what waits for the index, which is rebuilt",
    "modelsearch.IndexEntry": "an index, which is rebuilt",
    "modelsearch.SQLiteFTSIndexEntry": "the same",
    "media.PictureRendition": "sizes of pictures, made again when they are asked for",
    "wagtailimages.Rendition": "the same",
    "wagtailadmin.EditingSession": "who has a form open",
    "wagtailadmin.FormState": "what an open form shows in its preview; the form itself is in the browser",
    "wagtailcore.UploadedFile": "uploads that still need a title",
}

CONDITIONS = {
    # Only tasks that still have to run.
    "django_tasks_database.DBTaskResult": "status IN ('READY', 'RUNNING')",
}

BLANKED: dict[str, dict[str, Any]] = {
    # With the week's secret these would identify who searched.
    "search.QueryCount": {"marks": []},
}


def all_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]


def backed_up_models() -> list[type[models.Model]]:
    return [model for model in all_models() if model._meta.managed and model._meta.label not in LEFT_OUT]


STORAGES = frozenset({"default", "public"})


def naming_columns(model: type[models.Model]) -> list[str]:
    if model is ReleasedMedia:
        return ["sha256"]
    return [str(field.column) for field in model._meta.local_concrete_fields if isinstance(field, models.FileField)]


def files_of(model: type[models.Model], row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Storage and name of each file of a row, such as `("default", "recordings/2026/talk.mp3")`."""
    if model is ReleasedMedia:
        yield "public", ReleasedMedia(sha256=row["sha256"]).storage_name
        return
    for column in naming_columns(model):
        if row[column]:
            yield "default", row[column]
