"""Permissions of the media folders: with `INTRANET_X_ACCEL=1` nginx reads the files as a member of the site's group."""

import os
import stat
from pathlib import Path

from django.conf import settings

PASS_THROUGH = stat.S_IXGRP


def make() -> None:
    """Create the media folders, and open to the group what an earlier setting closed; nothing else is opened.

    The folder itself comes last: if it is open, so is everything below it, and the next start has nothing to do.
    """
    for name in (settings.MEDIA_ROOT, settings.INTRANET_PUBLIC_MEDIA_ROOT):
        root = Path(name)
        if not root.exists():
            root.mkdir(mode=settings.MEDIA_FOLDERS, parents=True)
            root.chmod(settings.MEDIA_FOLDERS)
        elif settings.INTRANET_X_ACCEL and _mode(root) & settings.MEDIA_FOLDERS != settings.MEDIA_FOLDERS:
            _open(root)
        if settings.INTRANET_X_ACCEL:
            _pass_through(root)


def _open(root: Path) -> None:
    for folder, folders, files in os.walk(root):
        for names, mode in ((files, settings.MEDIA_FILES), (folders, settings.MEDIA_FOLDERS)):
            for name in names:
                path = Path(folder, name)
                if not path.is_symlink():
                    path.chmod(_mode(path) | mode)
    root.chmod(_mode(root) | settings.MEDIA_FOLDERS)


def _pass_through(root: Path) -> None:
    """Let the group pass through the state folder to the media, but not list it."""
    if root.is_relative_to(settings.INTRANET_VAR) and not _mode(settings.INTRANET_VAR) & PASS_THROUGH:
        settings.INTRANET_VAR.chmod(_mode(settings.INTRANET_VAR) | PASS_THROUGH)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
