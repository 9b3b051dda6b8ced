"""Wagtail's users app with our forms. Loaded before any model."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):  # type: ignore[misc]
    user_viewset = "intranet.admin_users.PersonViewSet"
