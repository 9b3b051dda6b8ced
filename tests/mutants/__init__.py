"""Security rules broken on purpose, one line at a time: each names a test that must notice (`make mutants`)."""
