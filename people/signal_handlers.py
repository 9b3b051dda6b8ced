"""Keeps groups in step with memberships, however these are changed (front end, admin, shell)."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from people import groups
from people.models import Membership, Space


def connect() -> None:
    post_save.connect(_membership_saved, sender=Membership, dispatch_uid="people.membership_saved")
    post_delete.connect(_membership_deleted, sender=Membership, dispatch_uid="people.membership_deleted")
    post_save.connect(_space_saved, sender=Space, dispatch_uid="people.space_saved")
    post_delete.connect(_space_deleted, sender=Space, dispatch_uid="people.space_deleted")


def _membership_saved(instance: Membership, **kwargs: Any) -> None:
    groups.put_in_group(instance)


def _membership_deleted(instance: Membership, **kwargs: Any) -> None:
    groups.take_out_of_groups(person_id=instance.person_id, space_id=instance.space_id)


def _space_saved(instance: Space, **kwargs: Any) -> None:
    groups.ensure_groups(instance)


def _space_deleted(instance: Space, **kwargs: Any) -> None:
    groups.delete_groups(instance.pk)
