"""Addresses of pictures, files and recordings."""

from django.urls import path

from media import views

app_name = "media"

urlpatterns = [
    path("media/pictures/<int:pk>/<int:width>/<str:name>", views.picture, name="picture"),
    path("media/renditions/<int:pk>/<str:name>", views.rendition, name="rendition"),
    path("media/files/<int:pk>/<str:name>", views.attachment, name="file"),
    path("media/recordings/<int:pk>/<slug:version>/<str:name>", views.recording, name="recording"),
    path("media/photos/<str:username>/<str:name>", views.photo, name="photo"),
]
