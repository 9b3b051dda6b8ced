"""The right to look after search can be given to a group in Wagtail's admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks

from people.permissions import CURATE_SEARCH


@hooks.register("register_permissions")
def offered() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="search", codename=CURATE_SEARCH)
