"""Addresses of spaces."""

from django.urls import path

from pages import views

app_name = "pages"

urlpatterns = [
    path("spaces/", views.space_index, name="space_index"),
    path("spaces/<slug:space>/", views.space_page, name="space"),
    path("named/", views.named, name="named"),
]
