"""nginx can read the files it is to send, and no others."""

import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from intranet import media_folders


@pytest.fixture
def var(tmp_path: Path, settings: Any) -> Path:
    settings.INTRANET_VAR = tmp_path / "var"
    settings.MEDIA_ROOT = settings.INTRANET_VAR / "media"
    settings.INTRANET_PUBLIC_MEDIA_ROOT = settings.INTRANET_VAR / "public_media"
    settings.INTRANET_VAR.mkdir(mode=0o700)
    return settings.INTRANET_VAR


def accelerate(settings: Any, on: bool) -> None:
    settings.INTRANET_X_ACCEL = on
    settings.MEDIA_FILES, settings.MEDIA_FOLDERS = (0o640, 0o750) if on else (0o600, 0o700)


def store(settings: Any, name: str) -> Path:
    """As the storages of the site do it."""
    storage = FileSystemStorage(
        settings.MEDIA_ROOT,
        file_permissions_mode=settings.MEDIA_FILES,
        directory_permissions_mode=settings.MEDIA_FOLDERS,
    )
    return Path(storage.path(storage.save(name, ContentFile(b"x"))))


def mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):o}"


def test_without_nginx_only_the_account_of_the_site_reads_anything(var: Path, settings: Any) -> None:
    accelerate(settings, False)
    media_folders.make()
    file = store(settings, "recordings/2026/a.mp3")
    assert [mode(path) for path in (var, var / "media", file.parent, file)] == ["700", "700", "700", "600"]


def test_the_group_reads_what_was_stored_before_and_after_the_setting_and_no_more(var: Path, settings: Any) -> None:
    accelerate(settings, False)
    media_folders.make()
    before = store(settings, "recordings/2026/before.mp3")
    (var / "secret-key").write_text("x")
    (var / "secret-key").chmod(0o600)

    accelerate(settings, True)
    media_folders.make()
    after = store(settings, "pictures/2027/after.png")
    for path in (before, after):
        assert mode(path) == "640"
        assert [mode(folder) for folder in (path.parent, path.parent.parent, var / "media")] == ["750"] * 3
    assert mode(var / "public_media") == "750"
    assert mode(var) == "710", "let through, but not shown"
    assert mode(var / "secret-key") == "600"

    media_folders.make()
    assert mode(before) == "640"
