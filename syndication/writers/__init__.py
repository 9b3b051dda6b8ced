"""Feed writers: pure functions from a `Feed` to bytes, one vocabulary a file; no database, no settings, no request."""
