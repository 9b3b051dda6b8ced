"""Imports a corpus of JSON lines: departments, people, posts, wiki pages, episodes (docs/features/import.md)."""
