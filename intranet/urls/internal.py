"""All addresses of the internal site. All except sign-in and health require a signed-in person."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access

from intranet import admin_account, first_setup, health, sign_in, views
from pages import kinds
from pages.views import former_address

urlpatterns = [
    path("", views.home, name="home"),
    path("write/", views.write, name="write"),
    path("health/", health.health, name="health"),
    path("sign-in/", sign_in.SignInView.as_view(), name="sign_in"),
    path("-/setup/<str:code>/", first_setup.set_up, name="set_up"),
    path("sign-out/", views.sign_out, name="sign_out"),
    # People sign in on our own page, not on Wagtail's.
    path(
        "admin/login/",
        login_not_required(RedirectView.as_view(url="/sign-in/", query_string=True)),
        name="admin_sign_in",
    ),
    path("admin/account/", require_admin_access(admin_account.AdminAccountView.as_view()), name="wagtailadmin_account"),
    path("admin/", include(wagtailadmin_urls)),
    # Addresses are tried in this order, so the most frequent come first.
    *(path("", include(f"{name}.urls")) for name in kinds.apps_with_rooms()),
    path("", include("search.urls")),
    path("", include("media.urls")),
    path("", include("people.urls")),
    path("", include("syndication.urls")),
    path("", include("conversation.urls")),
    path("", include("news.mail.urls")),
    path("", include("news.urls")),
    path("", include("desk.urls")),
    path("", include("pages.urls")),
    re_path(r"^(?P<path>[\w/-]*/)$", former_address, name="wagtail_serve"),
]
