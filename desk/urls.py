"""Addresses of drafts."""

from django.urls import path

from desk import draft_views

app_name = "desk"

urlpatterns = [
    path("drafts/", draft_views.draft_list, name="drafts"),
    path("drafts/-/save/", draft_views.save, name="save_draft"),
    path("drafts/<uuid:key>/", draft_views.draft, name="draft"),
    path("drafts/<uuid:key>/-/discard/", draft_views.discard, name="discard_draft"),
]
