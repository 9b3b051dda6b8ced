"""Addresses of conversations. They follow the address of the page that they are about."""

from django.urls import path, register_converter

from conversation import bookmark_views, views


class PagePath:
    """A page below a space, in any of its rooms; no part of it is a single hyphen."""

    regex = r"spaces(?:/(?!-(?:/|\Z))[\w-]+){3,}|spaces/(?!-/)[\w-]+/wiki"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PagePath, "page")

app_name = "conversation"

urlpatterns = [
    path("<page:path>/-/comments/", views.write, name="write"),
    path("<page:path>/-/react/", views.react, name="react"),
    path("<page:path>/-/close-comments/", views.close, name="close"),
    path("<page:path>/-/save/", bookmark_views.keep, name="save"),
    path("bookmarks/", bookmark_views.bookmarks, name="bookmarks"),
    path("comments/<int:pk>/", views.comment, name="comment"),
    path("comments/<int:pk>/edit/", views.edit, name="edit"),
    path("comments/<int:pk>/history/", views.history, name="history"),
    path("comments/<int:pk>/delete/", views.delete, name="delete"),
    path("comments/<int:pk>/resolve/", views.resolve, name="resolve"),
    path("comments/<int:pk>/react/", views.react_to_comment, name="react_to_comment"),
]
