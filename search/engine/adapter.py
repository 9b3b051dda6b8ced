"""All that we use of Whoosh, and nothing else imports it: `whoosh3`, or `Whoosh` 2.7.4, whose index files are the same.

Besides, `search.engine.postings` and `blocks` read and write private parts of `W3LeafMatcher`, `W3FieldWriter` and the
terms table, which the self-test compares with the public way.
"""

from whoosh import formats, query, scoring
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, WHOOSH3_HEADER_MAGIC, W3Codec, W3FieldWriter
from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.util.numeric import byte_to_length, length_to_byte
from whoosh.writing import SegmentWriter

__all__ = [
    "COLUMN",
    "LENGTHS_COLUMN",
    "TOC",
    "WHOOSH3_HEADER_MAGIC",
    "CorruptIndexError",
    "FieldType",
    "FileIndex",
    "FileStorage",
    "NumericColumn",
    "Schema",
    "SegmentReader",
    "SegmentWriter",
    "StructFile",
    "TermNotFound",
    "W3Codec",
    "W3FieldWriter",
    "byte_to_length",
    "clean_files",
    "formats",
    "length_to_byte",
    "query",
    "scoring",
]

try:
    from whoosh.reading import CorruptIndexError
except ImportError:  # 2.7.4 has no name for it

    class CorruptIndexError(Exception):  # type: ignore[no-redef]
        """A file of the index is not what was written."""
