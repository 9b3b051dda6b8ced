"""Addresses of drafts, of what waits for its time, of changes and of templates."""

from django.urls import path

from desk import approval_views, changes, draft_views, presence, schedule_views, template_views, uploads

app_name = "desk"

urlpatterns = [
    path("changes/", changes.everywhere, name="changes"),
    path("people/<username:username>/-/changes/", changes.of_person, name="changes_of_person"),
    path("drafts/", draft_views.draft_list, name="drafts"),
    path("drafts/-/save/", draft_views.save, name="save_draft"),
    path("drafts/-/present/", presence.present, name="present"),
    path("drafts/<uuid:key>/", draft_views.draft, name="draft"),
    path("drafts/<uuid:key>/-/discard/", draft_views.discard, name="discard_draft"),
    path("approvals/", approval_views.approvals, name="approvals"),
    path("approvals/<int:pk>/", approval_views.decide, name="approval"),
    path("scheduled/", schedule_views.scheduled, name="scheduled"),
    path("scheduled/<int:pk>/", schedule_views.reschedule, name="reschedule"),
    path("spaces/<slug:space>/-/writing/", uploads.for_space, name="writing"),
    path("spaces/<slug:space>/-/templates/", template_views.all_templates, name="templates"),
    path("spaces/<slug:space>/-/templates/new/", template_views.edit, name="new_template"),
    path("spaces/<slug:space>/-/templates/<int:pk>/", template_views.edit, name="template"),
    path("spaces/<slug:space>/-/templates/<int:pk>/delete/", template_views.delete, name="delete_template"),
]
