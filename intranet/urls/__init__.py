"""The root of all addresses: the internal site, and the public one under /public/."""

from django.conf import settings
from django.urls import include, path

from intranet.urls import internal

handler400 = "intranet.views.bad_request"
handler404 = "intranet.views.not_found"
handler500 = "intranet.views.server_error"

urlpatterns = [*internal.urlpatterns]
if settings.INTRANET_ROLE == "all":
    urlpatterns.insert(0, path("public/", include("syndication.public_urls")))
