"""The floor: the least work that Django does for a signed-in page, on the same server, database and Python."""
