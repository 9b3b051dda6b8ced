"""Updates that follow changes outside `pages.saving`: deletions, moves, people, spaces, Wagtail's admin."""

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.utils import timezone
from wagtail.models import Collection
from wagtail.signals import page_published, post_page_move

from pages import indexing, media_audience, telling
from pages.locking import writing_pages
from pages.models import BasePage, Change, SpacePage
from pages.permissions import grant_branch
from people.audiences import audience_token
from people.models import Person, Space

# The parts of a person that bylines and mentions show.
NAMING = ("username", "first_name", "last_name", "is_active")


def connect() -> None:
    post_delete.connect(_page_deleted, sender=BasePage, dispatch_uid="pages.page_deleted")
    pre_delete.connect(_remember, sender=BasePage, dispatch_uid="pages.remember")
    post_page_move.connect(_page_moved, dispatch_uid="pages.page_moved")
    page_published.connect(_page_published, dispatch_uid="pages.page_published")
    pre_save.connect(_remember_name, sender=Person, dispatch_uid="pages.remember_name")
    post_save.connect(_person_saved, sender=Person, dispatch_uid="pages.person_saved")
    post_save.connect(_space_saved, sender=Space, dispatch_uid="pages.space_saved")
    post_save.connect(_collection_saved, sender=Collection, dispatch_uid="pages.collection_saved")
    post_save.connect(_space_page_saved, sender=SpacePage, dispatch_uid="pages.space_page_saved")


def _remember(instance: BasePage, origin: Any, **kwargs: Any) -> None:
    """Before any page of a deletion is gone; `origin` is the deleted object, the same for a whole branch."""
    instance._media = media_audience.named_by([instance.pk])  # type: ignore[attr-defined]
    origin.__dict__.setdefault("_hearers", set()).update(telling.hearers_of([instance.pk]))


def _page_deleted(instance: BasePage, origin: Any, **kwargs: Any) -> None:
    # All pages of the branch are gone by now, so none of them still counts for shared media.
    telling.media_changed(media_audience.recompute(getattr(instance, "_media", ())))
    # Once for the whole branch: a page that links to a hundred of them is rendered once.
    telling.gone(origin.__dict__.pop("_hearers", ()))
    indexing.pages_changed([instance.pk])


def _page_published(instance: Any, revision: Any = None, **kwargs: Any) -> None:
    """Add a history line for what Wagtail's admin or a schedule publishes; actions add their own."""
    if revision is None:
        return
    # A draft saved by an action already has a line.
    token = BasePage.objects.values_list("audience_token", flat=True).get(pk=instance.pk)
    known = Change.objects.filter(revision=revision)
    if not known.update(published=True, at=timezone.now(), audience_token=token):
        Change.objects.create(
            page_id=instance.pk, revision=revision, person=revision.user, at=timezone.now(), audience_token=token
        )


def _page_moved(instance: Any, parent_page_before: Any, parent_page_after: Any, **kwargs: Any) -> None:
    if kwargs["url_path_before"] == kwargs["url_path_after"]:
        # Only reordered among its siblings.
        return
    top = BasePage.objects.get(pk=instance.pk)
    with writing_pages():
        telling.branch_moved(
            top,
            before=parent_page_before.specific.space,
            space=parent_page_after.specific.space,
            address=kwargs["url_path_before"],
        )


def _remember_name(instance: Person, raw: bool, **kwargs: Any) -> None:
    if not raw and instance.pk:
        names = Person.objects.filter(pk=instance.pk).values_list(*NAMING).first()
        instance._name_before = names  # type: ignore[attr-defined]


def _person_saved(instance: Person, created: bool, raw: bool, **kwargs: Any) -> None:
    if raw or created:
        return
    before = getattr(instance, "_name_before", None) or (instance.username,)
    if before != tuple(getattr(instance, name) for name in NAMING):
        with writing_pages():
            telling.person_changed(instance, before[0])


def _space_saved(instance: Space, created: bool, raw: bool, **kwargs: Any) -> None:
    """Apply a change of policy at once: all pages of the space get their new audience in the same transaction."""
    if created and not raw:
        with writing_pages():
            telling.space_made(instance)
    top = None if created else SpacePage.objects.filter(space=instance).first()
    if top is None:
        return
    grant_branch(top)
    if top.audience_token != audience_token(instance, top.audience):
        with writing_pages():
            telling.policy_changed(top, instance)
    if top.title != instance.name:
        # Also if only the space was renamed, in the admin.
        with writing_pages():
            BasePage.objects.filter(pk=top.pk).update(title=instance.name, draft_title=instance.name)
            telling.changed([top.pk])


def _space_page_saved(instance: SpacePage, created: bool, raw: bool, **kwargs: Any) -> None:
    if created and not raw and instance.space_id:
        grant_branch(instance)


def _collection_saved(created: bool, raw: bool, **kwargs: Any) -> None:
    """Wagtail requires collections in the order of their names, but does not sort again after a rename."""
    if not created and not raw:
        Collection.fix_tree(fix_paths=True)
