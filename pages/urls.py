"""Addresses of spaces, and of author invitations."""

from django.urls import path

from pages import bin_views, spaces, views

app_name = "pages"

urlpatterns = [
    path("spaces/", views.space_index, name="space_index"),
    path("spaces/-/new/", spaces.new, name="new_space"),
    path("spaces/<slug:space>/-/settings/", spaces.policies, name="space_settings"),
    path("spaces/<slug:space>/", views.space_page, name="space"),
    path("bin/", bin_views.bin_page, name="bin"),
    path("bin/<int:pk>/restore/", bin_views.restore, name="restore"),
    path("bin/<int:pk>/delete/", bin_views.purge, name="purge"),
    path("named/", views.named, name="named"),
]
