"""Background work: tasks from the database, each held by a lease that a dead worker loses within a minute."""
