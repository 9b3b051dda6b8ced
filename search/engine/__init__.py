"""The search engine: an inverted index on Whoosh's files, read and scored by our own hand. It knows nothing of Django."""
