"""Feed writers: pure functions from a `Feed` to bytes, one vocabulary per module; no database, settings or request."""
