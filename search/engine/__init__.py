"""The search engine: an inverted index on Whoosh's files, read and scored by our own hand. It knows nothing of Django."""

import os

# Nothing here multiplies matrices: without this, numpy's library for it keeps a thread and buffers for every core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
