"""Django's PostgreSQL backend with fewer round trips: see `database.postgresql.base`."""
