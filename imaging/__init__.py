"""Picture files: their format, metadata and sizes. No database: bytes in, bytes out."""
