"""Our backend keeps the whole contract of django-modelsearch."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.beside import SHARED, needs

ROOT = Path(__file__).resolve().parents[2]
CHECKS = SHARED / "checks" / "modelsearch"


@needs("checks/modelsearch")
def test_every_backend_test_of_modelsearch_passes(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.search.modelsearch_settings",
        "MODELSEARCH_CHECKS": str(CHECKS),
        "MODELSEARCH_INDEX": str(tmp_path / "index"),
        "PYTHONPATH": os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), str(ROOT)))),
    }
    done = subprocess.run(
        [sys.executable, "-m", "django", "test", "tests.search.modelsearch_suite", "--noinput"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    report = done.stderr
    assert re.search(r"Ran 120 tests", report), report[-3000:]
    assert "\nOK" in report, report[-3000:]
    assert "skipped" not in report, report[-3000:]
