"""Addresses of spaces and media."""

from django.urls import path

from pages import media, views

app_name = "pages"

urlpatterns = [
    path("spaces/", views.space_index, name="space_index"),
    path("spaces/<slug:space>/", views.space_page, name="space"),
    path("named/", views.named, name="named"),
    path("media/pictures/<int:pk>/<int:width>/<str:name>", media.picture, name="picture"),
    path("media/renditions/<int:pk>/<str:name>", media.rendition, name="rendition"),
    path("media/files/<int:pk>/<str:name>", media.attachment, name="file"),
    path("media/recordings/<int:pk>/<slug:version>/<str:name>", media.recording, name="recording"),
    path("media/photos/<str:username>/<str:name>", media.photo, name="photo"),
]
