"""Updates that follow changes outside `pages.saving`: deletions, moves, people, spaces, Wagtail's admin."""

from typing import Any, cast

from django.db.models.signals import post_save
from django.utils import timezone
from wagtail.models import Collection
from wagtail.signals import page_published, post_page_move

from pages import announcing, approval, dependents
from pages.locking import writing_pages
from pages.models import BasePage, Change, SpacePage
from pages.permissions import grant_branch
from people.audiences import audience_token
from people.models import Space


def connect() -> None:
    post_page_move.connect(_page_moved, dispatch_uid="pages.page_moved")
    page_published.connect(_page_published, dispatch_uid="pages.page_published")
    post_save.connect(_space_saved, sender=Space, dispatch_uid="pages.space_saved")
    post_save.connect(_collection_saved, sender=Collection, dispatch_uid="pages.collection_saved")
    post_save.connect(_space_page_saved, sender=SpacePage, dispatch_uid="pages.space_page_saved")


def _page_published(instance: Any, revision: Any = None, **kwargs: Any) -> None:
    """Add a history line for what Wagtail's admin or a schedule publishes; actions add their own."""
    if revision is None or not instance.live:
        # Wagtail sends this also for a draft that was only given a time.
        return
    if revision.pk == instance.latest_revision_id:
        approval.settle(instance, by=revision.user)
    # A draft saved by an action already has a line.
    token = BasePage.objects.values_list("audience_token", flat=True).get(pk=instance.pk)
    known = Change.objects.filter(revision=revision)
    if not known.update(published=True, at=timezone.now(), audience_token=token):
        Change.objects.create(
            page_id=instance.pk, revision=revision, person=revision.user, at=timezone.now(), audience_token=token
        )
    announcing.announcer().version_saved(instance, Change.objects.get(revision=revision), named=[])


def _page_moved(instance: Any, parent_page_before: Any, parent_page_after: Any, **kwargs: Any) -> None:
    if kwargs["url_path_before"] == kwargs["url_path_after"]:
        # Only reordered among its siblings.
        return
    top = BasePage.objects.get(pk=instance.pk)
    with writing_pages():
        if parent_page_before.specific.space != parent_page_after.specific.space:
            approval.end_all(BasePage.objects.descendant_of(top, inclusive=True))
        dependents.branch_moved(
            top,
            before=parent_page_before.specific.space,
            space=parent_page_after.specific.space,
            address=kwargs["url_path_before"],
        )


def _space_saved(instance: Space, created: bool, raw: bool, **kwargs: Any) -> None:
    """Apply a change of policy at once: all pages of the space get their new audience in the same transaction."""
    if created and not raw:
        with writing_pages():
            dependents.space_created(instance)
    top = None if created else SpacePage.objects.filter(space=instance).first()
    if top is None:
        return
    grant_branch(top)
    with writing_pages():
        approval.follow_policy(instance, top)
    if top.audience_token != audience_token(instance, top.audience):
        with writing_pages():
            dependents.policy_changed(top, instance)
    if top.title != instance.name:
        # Also if only the space was renamed, in the admin.
        with writing_pages():
            BasePage.objects.filter(pk=top.pk).update(title=instance.name, draft_title=instance.name)
            dependents.refresh([top.pk])


def _space_page_saved(instance: SpacePage, created: bool, raw: bool, **kwargs: Any) -> None:
    if created and not raw and instance.space_id:
        grant_branch(instance)
        approval.follow_policy(cast(Space, instance.space), instance)


def _collection_saved(created: bool, raw: bool, **kwargs: Any) -> None:
    """Wagtail requires collections in the order of their names, but does not sort again after a rename."""
    if not created and not raw:
        Collection.fix_tree(fix_paths=True)
