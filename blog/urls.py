"""Addresses of blogs. A slug is never `-`, so `/-/` cannot collide with a post."""

from django.urls import path

from blog import history, views, writing

app_name = "blog"

urlpatterns = [
    path("spaces/<slug:space>/blog/", views.index, name="index"),
    path("spaces/<slug:space>/blog/-/new/", writing.write, name="new"),
    path("spaces/<slug:space>/blog/<slug:slug>/", views.post, name="post"),
    path("spaces/<slug:space>/blog/<slug:slug>/-/edit/", writing.write, name="edit"),
    path("spaces/<slug:space>/blog/<slug:slug>/-/section/<str:section>/", writing.write, name="section"),
    path("spaces/<slug:space>/blog/<slug:slug>/-/history/", history.of_post.versions, name="history"),
    path("spaces/<slug:space>/blog/<slug:slug>/-/history/<int:revision>/", history.of_post.version, name="version"),
    path("spaces/<slug:space>/blog/<slug:slug>/-/diff/", history.of_post.diff, name="diff"),
    path("spaces/<slug:space>/blog/<slug:slug>/-/blame/", history.of_post.blame, name="blame"),
    path("spaces/<slug:space>/blog/<slug:slug>/-/restore/", history.of_post.restore, name="restore"),
    path("spaces/<slug:space>/blog/<slug:slug>/-/unpublish/", writing.unpublish, name="unpublish"),
    path("spaces/<slug:space>/blog/<slug:slug>/-/delete/", writing.delete, name="delete"),
]
