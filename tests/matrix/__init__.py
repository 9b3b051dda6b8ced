"""Every exit by every reader: the content of the world, and what is asked of each address (`tests/test_matrix.py`)."""
