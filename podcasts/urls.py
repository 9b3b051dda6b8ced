"""Addresses of podcasts. A slug is never `-`, so `/-/` cannot collide with a show or an episode."""

from django.urls import path

from podcasts import history, views, writing

app_name = "podcasts"

PODCASTS = "spaces/<slug:space>/podcasts/"
SHOW = f"{PODCASTS}<slug:show>/"
EPISODE = f"{SHOW}<slug:episode>/"

urlpatterns = [
    path(PODCASTS, views.index, name="index"),
    path(f"{PODCASTS}-/new/", writing.write_show, name="new_show"),
    path(SHOW, views.show, name="show"),
    path(f"{SHOW}-/edit/", writing.write_show, name="edit_show"),
    path(f"{SHOW}-/section/<str:section>/", writing.write_show, name="show_section"),
    path(f"{SHOW}-/new/", writing.write_episode, name="new_episode"),
    path(f"{SHOW}-/unpublish/", writing.unpublish, name="unpublish_show"),
    path(f"{SHOW}-/delete/", writing.delete, name="delete_show"),
    path(EPISODE, views.episode, name="episode"),
    path(f"{EPISODE}-/captions.vtt", views.captions, name="captions"),
    path(f"{EPISODE}-/edit/", writing.write_episode, name="edit_episode"),
    path(f"{EPISODE}-/section/<str:section>/", writing.write_episode, name="section"),
    path(f"{EPISODE}-/history/", history.of_episode.versions, name="history"),
    path(f"{EPISODE}-/history/<int:revision>/", history.of_episode.version, name="version"),
    path(f"{EPISODE}-/diff/", history.of_episode.diff, name="diff"),
    path(f"{EPISODE}-/blame/", history.of_episode.blame, name="blame"),
    path(f"{EPISODE}-/restore/", history.of_episode.restore, name="restore"),
    path(f"{EPISODE}-/unpublish/", writing.unpublish, name="unpublish_episode"),
    path(f"{EPISODE}-/delete/", writing.delete, name="delete_episode"),
]
