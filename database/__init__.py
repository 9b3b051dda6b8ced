"""Database specifics: statements that are built once, and prepared on PostgreSQL."""
