"""Addresses of persons and of the membership of spaces."""

from django.urls import path, register_converter

from people import views


class UsernameConverter:
    """What Django lets a username be."""

    regex = r"[\w.@+-]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(UsernameConverter, "username")
app_name = "people"

urlpatterns = [
    path("people/", views.directory, name="directory"),
    path("people/<username:username>/", views.person, name="person"),
    path("people/<username:username>/-/edit/", views.edit_profile, name="edit"),
    path("spaces/<slug:space>/-/members/", views.members, name="members"),
    path("spaces/<slug:space>/-/join/", views.join, name="join"),
    path("spaces/<slug:space>/-/leave/", views.leave, name="leave"),
    path("spaces/<slug:space>/-/role/", views.set_role, name="set_role"),
]
