"""Queries for episodes."""

from __future__ import annotations

from pages.querysets import BasePageQuerySet


class EpisodeQuerySet(BasePageQuerySet):
    def of_show(self, url_path: str) -> EpisodeQuerySet:
        """Episodes of the show at `url_path`, by their own paths rather than through the tree."""
        return self.filter(url_path__startswith=url_path)

    def for_episodes(self) -> EpisodeQuerySet:
        return self.for_list().defer("body", "html", "plain", "headings", "transcript").select_related("recording")
