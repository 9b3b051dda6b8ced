"""Django's PostgreSQL backend with two round trips less: see `database.postgresql.base`."""
