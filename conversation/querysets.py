"""Queries for comments."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from conversation.models import Comment  # noqa: F401 - only for the generic parameter


class CommentQuerySet(models.QuerySet["Comment"]):
    def said(self) -> "CommentQuerySet":
        """Those that were not deleted."""
        return self.filter(deleted_at=None)

    def on(self, pages: Any) -> "CommentQuerySet":
        """Those on `pages`: a queryset that the door has filtered."""
        # Asked of each comment's own page, because gathering all pages that a reader may see grows with the site.
        return self.filter(models.Exists(pages.filter(pk=models.OuterRef("page"))))
