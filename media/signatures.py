"""Whether the first bytes of a file are of the format that its name promises, where a format has bytes to know it by."""

from imaging.formats import ending_of

HEAD_BYTES = 1024
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
#: How a file with this ending begins, after blanks and a byte order mark. In a PDF other bytes may come first (ISO 32000-1, H.3.4.1).
_BEGINNINGS = {
    "pdf": (b"%PDF-",),
    "rtf": (b"{\\rtf",),
    **dict.fromkeys(("docx", "epub", "key", "odp", "ods", "odt", "pptx", "xlsx", "zip"), _ZIP),
}
#: Programs for Windows, Linux, macOS and Java, and scripts that a shell starts.
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def is_what_it_says(name: str, head: bytes) -> bool:
    """`head` is the first `HEAD_BYTES` of the file. Formats of plain text have no beginning; they hold no byte of zero."""
    beginnings = _BEGINNINGS.get(ending_of(name))
    if beginnings is None:
        return b"\0" not in head or head.startswith(_UTF_16)
    if ending_of(name) == "pdf" and not head.startswith((*_PROGRAMS, *_ZIP)):
        return beginnings[0] in head
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(beginnings)
