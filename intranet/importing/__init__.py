"""Brings a corpus of JSON lines into the site: departments, persons, posts, wiki pages, episodes (docs/features/import.md)."""
