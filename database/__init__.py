"""The database's own ways, below everything: statements that are written once, and a PostgreSQL that plans them once."""
