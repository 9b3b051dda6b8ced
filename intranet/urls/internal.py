"""All addresses of the internal site. Every one asks who you are, but sign-in and health."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access

from intranet import admin_account, health, setting_up, sign_in, spaces, views
from pages.views import former_address

urlpatterns = [
    path("", views.home, name="home"),
    path("write/", views.write, name="write"),
    path("health/", health.health, name="health"),
    path("sign-in/", sign_in.SignInView.as_view(), name="sign_in"),
    path("-/setup/<str:code>/", setting_up.set_up, name="set_up"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("spaces/-/new/", spaces.new, name="new_space"),
    path("spaces/<slug:space>/-/settings/", spaces.policies, name="space_settings"),
    # There is one door to sign in at, and Wagtail's own form is not it.
    path(
        "admin/login/",
        login_not_required(RedirectView.as_view(url="/sign-in/", query_string=True)),
        name="admin_sign_in",
    ),
    path("admin/account/", require_admin_access(admin_account.AdminAccountView.as_view()), name="wagtailadmin_account"),
    path("admin/", include(wagtailadmin_urls)),
    # Addresses are tried in this order: what is read most stands first.
    path("", include("blog.urls")),
    path("", include("wiki.urls")),
    path("", include("podcasts.urls")),
    path("", include("search.urls")),
    path("", include("media.urls")),
    path("", include("people.urls")),
    path("", include("syndication.urls")),
    path("", include("pages.urls")),
    re_path(r"^(?P<path>[\w/-]*/)$", former_address, name="wagtail_serve"),
]
