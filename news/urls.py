"""Addresses of the inbox, and of what a person follows."""

from django.urls import path, re_path

from news import follow_views, owner_views, views

app_name = "news"

urlpatterns = [
    path("inbox/", views.show, name="inbox"),
    path("inbox.json", views.as_data, name="inbox_json"),
    path("inbox/-/read/", views.read, name="read"),
    path("following/", follow_views.following, name="following"),
    path("spaces/<slug:space>/-/told/", owner_views.told, name="told"),
    re_path(r"^spaces/(?P<path>[\w/-]+)/-/follow/$", follow_views.of_page, name="follow_page"),
]
