"""Keeps derived columns and listeners in step with every write, also with those of Wagtail's admin."""

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.utils import timezone
from wagtail.signals import page_published, page_unpublished, post_page_move

from pages import derive, following, signals
from pages.locking import writing_pages
from pages.models import BasePage, Change, FormerAddress, SpacePage
from people.models import Person, Space


def connect() -> None:
    post_save.connect(_page_saved, dispatch_uid="pages.page_saved")
    post_delete.connect(_page_deleted, sender=BasePage, dispatch_uid="pages.page_deleted")
    pre_delete.connect(_remember_media, sender=BasePage, dispatch_uid="pages.remember_media")
    signals.address_changed.connect(_address_changed, dispatch_uid="pages.address_changed")
    post_page_move.connect(_page_moved, dispatch_uid="pages.page_moved")
    page_published.connect(_page_published, dispatch_uid="pages.page_published")
    page_unpublished.connect(_page_unpublished, dispatch_uid="pages.page_unpublished")
    pre_save.connect(_remember_name, sender=Person, dispatch_uid="pages.remember_name")
    post_save.connect(_person_saved, sender=Person, dispatch_uid="pages.person_saved")
    post_save.connect(_space_saved, sender=Space, dispatch_uid="pages.space_saved")
    post_save.connect(_space_page_saved, sender=SpacePage, dispatch_uid="pages.space_page_saved")


def _page_saved(sender: Any, instance: Any, created: bool, raw: bool, update_fields: Any, **kwargs: Any) -> None:
    if raw or not isinstance(instance, BasePage):
        return
    if update_fields is not None and not {"title", "slug", "body", "live", "expired"} & set(update_fields):
        return
    derive.record_links(instance)
    following.record(instance)
    signals.page_written.send(sender=sender, page=instance, created=created)


def _remember_media(instance: BasePage, **kwargs: Any) -> None:
    instance._media = following.named_by([instance.pk])  # type: ignore[attr-defined]


def _page_deleted(instance: BasePage, **kwargs: Any) -> None:
    # All pages of a branch are gone by now, so none of them holds open what another showed.
    following.settle(getattr(instance, "_media", ()))
    signals.page_removed.send(sender=BasePage, pk=instance.pk, uid=instance.uid)


def _page_published(instance: Any, revision: Any = None, **kwargs: Any) -> None:
    """Sent by Wagtail's admin; `pages.actions` publishes without it, and writes its own line in the history."""
    from pages.actions import turn_links_live

    turn_links_live(instance)
    if revision is None:
        return
    # A draft of ours that is published there, or by the clock, has its line.
    if not Change.objects.filter(revision=revision).update(published=True, at=timezone.now()):
        token = BasePage.objects.values_list("audience_token", flat=True).get(pk=instance.pk)
        Change.objects.create(
            page_id=instance.pk, revision=revision, person=revision.user, at=timezone.now(), audience_token=token
        )


def _page_unpublished(instance: Any, **kwargs: Any) -> None:
    signals.page_written.send(sender=type(instance), page=instance, created=False)


def _address_changed(page: Any, before: str, **kwargs: Any) -> None:
    """Keeps the address that the page has left; a page that comes back there takes it over."""
    FormerAddress.objects.update_or_create(url_path=before, defaults={"page_id": page.pk})
    branch = BasePage.objects.descendant_of(page, inclusive=True).values_list("pk", flat=True)
    signals.pages_rewritten.send(sender=BasePage, pks=list(branch))


def _page_moved(instance: Any, parent_page_before: Any, parent_page_after: Any, **kwargs: Any) -> None:
    from pages.actions import take_branch_along

    if kwargs["url_path_before"] == kwargs["url_path_after"]:
        # Put before or behind its neighbours: nothing hangs on that.
        return
    top = BasePage.objects.get(pk=instance.pk)
    with writing_pages():
        take_branch_along(top, before=parent_page_before.specific.space, space=parent_page_after.specific.space)


def _remember_name(instance: Person, raw: bool, **kwargs: Any) -> None:
    if not raw and instance.pk:
        names = Person.objects.filter(pk=instance.pk).values_list("first_name", "last_name", "username").first()
        instance._name_before = names  # type: ignore[attr-defined]


def _person_saved(instance: Person, created: bool, raw: bool, **kwargs: Any) -> None:
    if raw or created:
        return
    before = getattr(instance, "_name_before", None)
    if before == (instance.first_name, instance.last_name, instance.username):
        return
    written = BasePage.objects.filter(page_authors__person=instance)
    with writing_pages():
        for page in written.prefetch_related("page_authors__person"):
            BasePage.objects.filter(pk=page.pk).update(byline=derive.byline(page))
        signals.pages_rewritten.send(sender=BasePage, pks=list(written.values_list("pk", flat=True)))


def _space_saved(instance: Space, created: bool, **kwargs: Any) -> None:
    """A change of policy is effective at once: every page of the space gets its new audience in the same transaction."""
    from pages.actions import refresh_branch
    from pages.models import Attachment, Picture, Recording
    from pages.permissions import grant_branch

    top = None if created else SpacePage.objects.filter(space=instance).first()
    if top is None:
        return
    grant_branch(top)
    if top.audience_token != derive.audience_token(instance, top.audience):
        with writing_pages():
            refresh_branch(top, space=instance)
            for model in (Attachment, Picture, Recording):
                for item in model.objects.filter(space=instance):
                    # Saved one by one, so that the search index learns of each.
                    item.save()


def _space_page_saved(instance: SpacePage, created: bool, raw: bool, **kwargs: Any) -> None:
    from pages.permissions import grant_branch

    if created and not raw and instance.space_id:
        grant_branch(instance)
