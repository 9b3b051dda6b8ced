"""Addresses of people, accounts and memberships."""

from django.urls import path, register_converter

from people import account_views, choosing, views


class UsernameConverter:
    regex = r"[\w.@+\u0300-\u036f-]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(UsernameConverter, "username")
app_name = "people"

urlpatterns = [
    path("people/", views.directory, name="directory"),
    path("people/-/suggest.json", choosing.suggest, name="suggest"),
    path("people/-/accounts/", account_views.account_list, name="account_list"),
    path("people/-/accounts/new/", account_views.invite, name="invite"),
    path("people/<username:username>/-/account/", account_views.account, name="account"),
    path("settings/password/", account_views.change_password, name="password"),
    path("settings/writing/", views.set_writing_mode, name="writing_mode"),
    path("sign-in/forgot/", account_views.forgot, name="forgot"),
    path("-/link/<str:token>/", account_views.account_link, name="account_link"),
    path("people/<username:username>/", views.person, name="person"),
    path("people/<username:username>/-/edit/", views.edit_profile, name="edit"),
    path("spaces/<slug:space>/-/members/", views.members, name="members"),
    path("spaces/<slug:space>/-/join/", views.join, name="join"),
    path("spaces/<slug:space>/-/leave/", views.leave, name="leave"),
    path("spaces/<slug:space>/-/role/", views.set_role, name="set_role"),
]
