"""Loaded before everything else (`-p tests.environment`): tests get their own state folder and no external service."""

import atexit
import os
import shutil
import tempfile

folder = tempfile.mkdtemp(prefix="commonplace-tests-")
os.environ["INTRANET_VAR"] = folder
os.mkdir(os.path.join(folder, "static"))
os.environ["INTRANET_DEMO"] = "0"
# Searches are counted where a test asks for it: what is written after an answer would be one query too many elsewhere.
os.environ["INTRANET_SEARCH_REPORT_DAYS"] = "0"
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
for name in (
    "SEARCH_URL",
    "CACHE_URL",
    "STORAGE_URL",
    "EMAIL_URL",
    "INTRANET_ROLE",
    "INTRANET_URL",
    "INTRANET_PUBLIC_URL",
    "ALLOWED_HOSTS",
    "PORT",
    "HOST",
):
    os.environ.pop(name, None)
# Hypothesis and pytest keep nothing between runs.
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", os.path.join(folder, "hypothesis"))

atexit.register(shutil.rmtree, folder, ignore_errors=True)
