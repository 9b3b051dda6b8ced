"""Settings in which django-modelsearch's own tests run against our backend; see `test_modelsearch.py`."""

import os
from pathlib import Path

SHARED = Path(os.environ["MODELSEARCH_CHECKS"])
SECRET_KEY = "only for tests"
USE_TZ = True
INSTALLED_APPS = [
    "modelsearch.test.testapp",
    "modelsearch",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
FIXTURE_DIRS = [SHARED / "fixtures"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MODELSEARCH_BACKENDS = {
    "default": {"BACKEND": "search.backends.whoosh", "PATH": os.environ["MODELSEARCH_INDEX"], "DURABLE": False},
}
