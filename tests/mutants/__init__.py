"""Security rules broken on purpose, one line at a time: each has a test that must notice (`make mutants`)."""
