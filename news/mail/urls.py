"""Addresses of what people get by e-mail."""

from django.urls import path

from news.mail import stops, views

app_name = "mail"

urlpatterns = [
    path("settings/notifications/", views.preferences, name="preferences"),
    path("mail/", views.administration, name="administration"),
    path("-/mail/<str:token>/", stops.stop, name="stop"),
]
