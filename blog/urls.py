"""Addresses of blogs. `-` is no slug, so `/-/` never collides with a post."""

from django.urls import path

from blog import views, writing

app_name = "blog"

urlpatterns = [
    path("spaces/<slug:space>/blog/", views.index, name="index"),
    path("spaces/<slug:space>/blog/-/new/", writing.write, name="new"),
    path("spaces/<slug:space>/blog/<slug:slug>/", views.post, name="post"),
    path("spaces/<slug:space>/blog/<slug:slug>/-/edit/", writing.write, name="edit"),
    path("spaces/<slug:space>/blog/<slug:slug>/-/unpublish/", writing.unpublish, name="unpublish"),
    path("spaces/<slug:space>/blog/<slug:slug>/-/delete/", writing.delete, name="delete"),
]
