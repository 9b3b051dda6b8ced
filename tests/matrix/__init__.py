"""Every exit by every reader: what stands in the world, and what is asked of each address (`tests/test_matrix.py`)."""
