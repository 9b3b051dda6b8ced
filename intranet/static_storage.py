"""Storage of static files: names with a hash of their content, compressed once."""

from collections.abc import Iterable, Iterator
from typing import Any

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

MODULE_IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


#: Half the time of the highest, 11, which saves 1.7 % of the bytes.
QUALITY = 10
#: For the libraries of the admin and of the visual editor: a fifth of the time again, for 7 % more bytes. The first start
#: waits for it.
LARGE, QUALITY_OF_LARGE = 80_000, 9


class QuickCompressor(Compressor):
    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return bytes(brotli.compress(data, quality=QUALITY if len(data) < LARGE else QUALITY_OF_LARGE))


class StaticStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's, without compressing files under their plain names, to which no page links.

    A page shows without a file that was not collected, and `/health/` reports what is missing.
    """

    # Our own modules import each other by hashed names; Wagtail's files are left alone.
    max_post_process_passes = (
        10  # one for each module in the longest chain of imports, where the names are in an unlucky order
    )
    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", MODULE_IMPORTS))

    def stored_name(self, name: str) -> str:
        try:
            return super().stored_name(name)
        except ValueError:
            return name

    def create_compressor(self, **options: Any) -> Compressor:
        return QuickCompressor(**options)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        linked = set(self.hashed_files.values())
        yield from super().compress_files(path for path in paths if path in linked)
