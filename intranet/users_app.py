"""Wagtail's app of users, with our form of a person. Loaded before any model is."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):  # type: ignore[misc]
    user_viewset = "intranet.admin_users.PersonViewSet"
