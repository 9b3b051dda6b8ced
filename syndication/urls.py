"""Addresses of syndication."""

app_name = "syndication"
urlpatterns: list = []
