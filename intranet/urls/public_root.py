"""The root of all addresses of a process that serves only the public site."""

from django.urls import include, path

from intranet import health

handler400 = "intranet.views.bad_request"
handler404 = "intranet.views.not_found"
handler500 = "intranet.views.server_error"

urlpatterns = [
    path("health/", health.health, name="health"),
    path("", include("syndication.public_urls")),
]
