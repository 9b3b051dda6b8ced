"""The one row on the page."""

from django.db import models


class Article(models.Model):
    title = models.CharField(max_length=255)
    html = models.TextField()

    class Meta:
        app_label = "floor"

    def __str__(self) -> str:
        return self.title
