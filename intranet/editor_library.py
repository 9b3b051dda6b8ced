"""Serves one file of django-prose-editor: ProseMirror and Tiptap's core, which the visual mode of the editor is built on."""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

NAME = "django_prose_editor/editor.js"


class LibraryStorage(FileSystemStorage):
    """Without the comment that names a source map of 2 MB, which is not served."""

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        return ContentFile(Path(self.path(name)).read_bytes().partition(b"\n//# sourceMappingURL=")[0], name)


class EditorLibraryFinder(BaseFinder):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        package = find_spec("django_prose_editor")
        if package is None:
            raise ImproperlyConfigured("The package django-prose-editor is not installed.")
        self.storage = LibraryStorage(location=Path(str(package.origin)).parent / "static")

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != NAME:
            return []
        return [self.storage.path(path)] if find_all else self.storage.path(path)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        yield NAME, self.storage
