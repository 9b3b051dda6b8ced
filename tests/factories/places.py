"""Several sites in one process, each with its own database, folders and key, isolated from one another."""

import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.test import override_settings

from tests import databases

KEY = "of-a-place-" + "k" * 40


class Place:
    """`with place:` makes it the site that this process is; everything written in it is committed."""

    def __init__(self, folder: Path, *, engine: str = "") -> None:
        self.var = folder
        self.entered: list[ExitStack] = []
        folder.mkdir(parents=True)
        name = databases.copy(f"place-{uuid.uuid4().hex[:8]}", engine)
        options = {**connections["default"].settings_dict, "NAME": name}
        if engine and engine != options["ENGINE"]:
            # What Django fills in is the same for all.
            options |= {"ENGINE": engine, "HOST": "", "PORT": "", "USER": "", "PASSWORD": "", "OPTIONS": {}}
        self.options = options
        index = {"default": {**settings.WAGTAILSEARCH_BACKENDS["default"], "PATH": str(folder / "index")}}
        public = {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder / "public_media"},
        }
        static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        self.settings: dict[str, Any] = {
            "INTRANET_VAR": folder,
            "SECRET_KEY": KEY,
            "MEDIA_ROOT": folder / "media",
            "INTRANET_PUBLIC_MEDIA_ROOT": folder / "public_media",
            "STORAGES": {**settings.STORAGES, "public": public, "staticfiles": static},
            "WAGTAILSEARCH_BACKENDS": index,
            "MODELSEARCH_BACKENDS": index,
            "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        }

    def __enter__(self) -> "Place":
        stack = ExitStack()
        stack.enter_context(override_settings(**self.settings))
        outside, known = connections["default"], connections.settings["default"]
        outside.close()
        connections.settings["default"] = self.options
        connections["default"] = connections.create_connection("default")
        stack.callback(self._leave, outside, known)
        for name in settings.CACHES:
            caches[name].clear()
        # One may be entered again, with other settings.
        self.entered.append(stack)
        return self

    def _leave(self, outside: Any, known: Any) -> None:
        connections["default"].close()
        connections.settings["default"] = known
        connections["default"] = outside

    def __exit__(self, *exception: object) -> None:
        self.entered.pop().close()

    def media(self) -> dict[str, bytes]:
        """Every file of the place's two storages."""
        folders = [self.var / "media", self.var / "public_media"]
        files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
        return {str(file.relative_to(self.var)): file.read_bytes() for file in files}
