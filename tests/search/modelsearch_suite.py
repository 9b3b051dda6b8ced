"""django-modelsearch's BackendTests on our backend. Run by `test_modelsearch.py` in a process with its own settings."""

import sys

from django.conf import settings
from django.test import TestCase
from modelsearch.tests.test_backends import BackendTests

sys.path.insert(0, str(settings.SHARED))
from rows import Rows


class WhooshBackendTests(Rows, BackendTests, TestCase):
    backend_path = "search.backends.whoosh"


del BackendTests  # The base class names no backend.
