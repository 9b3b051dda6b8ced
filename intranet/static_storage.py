"""How static files are kept: under names that change with their bytes, compressed once."""

from collections.abc import Iterable, Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage

MODULE_IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class StaticStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's, which also compresses every file under its plain name: no page of ours links to that one.

    Where a file was not collected, its page comes without it: readers keep their pages, and `/health/` says what is missing.
    """

    # Modules of ours that load one another do so under the names with hashes; what Wagtail ships is left alone.
    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", MODULE_IMPORTS))

    def stored_name(self, name: str) -> str:
        try:
            return super().stored_name(name)
        except ValueError:
            return name

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        linked = set(self.hashed_files.values())
        yield from super().compress_files(path for path in paths if path in linked)
