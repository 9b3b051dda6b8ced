"""The floor: the least that Django does for a signed-in page, on the same server, database engine and Python."""
