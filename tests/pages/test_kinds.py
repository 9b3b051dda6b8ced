"""A new kind of content takes one app and one line in the settings."""

import os
import subprocess
import sys
from pathlib import Path

from pages import kinds

ROOT = Path(__file__).resolve().parents[2]


def test_a_kind_in_an_app_of_its_own_is_known_everywhere() -> None:
    """Its suite runs in a process of its own: with the app installed from the start, as on a real site."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/toykind/suite.py"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.toykind.settings", "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "9 passed" in done.stdout


def test_no_two_kinds_have_the_same_name_and_no_two_rooms_the_same_address() -> None:
    names = [model.kind.name for model in kinds.models() if model.kind.name]
    assert len(names) == len(set(names)) == len(kinds.by_name())
    assert {"blog", "wiki", "show", "episode", "space"} <= set(names)
    slugs = [room.slug for room in kinds.rooms()]
    assert len(slugs) == len(set(slugs))


def test_what_a_kind_declares_is_there() -> None:
    for model in kinds.by_name().values():
        for name in (*model.kind.media_fields, *filter(None, [model.kind.transcript_field])):
            model._meta.get_field(name)
