from django.urls import path

from tests.toykind import views

app_name = "toykind"
urlpatterns = [
    path("spaces/<slug:space>/notices/", views.board),
    path("spaces/<slug:space>/notices/<slug:slug>/", views.notice),
]
