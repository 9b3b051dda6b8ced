"""File signatures: whether the first bytes of a file match the format that its name promises."""

from imaging.formats import ending_of

HEAD_BYTES = 1024
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
#: The first bytes by extension, after white space and a byte order mark. A PDF may have other bytes first (ISO 32000-1, H.3.4.1).
_BEGINNINGS = {
    "pdf": (b"%PDF-",),
    "rtf": (b"{\\rtf",),
    **dict.fromkeys(("docx", "epub", "key", "odp", "ods", "odt", "pptx", "xlsx", "zip"), _ZIP),
}
#: Programs for Windows, Linux, macOS and Java, and scripts that a shell starts.
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def is_what_it_says(name: str, head: bytes) -> bool:
    """`head` is the first `HEAD_BYTES` of the file. Other formats are taken for plain text, which has no zero byte."""
    ending = ending_of(name)
    beginnings = _BEGINNINGS.get(ending)
    if beginnings is None:
        return b"\0" not in head or head.startswith(_UTF_16)
    if ending == "pdf" and not head.startswith((*_PROGRAMS, *_ZIP)):
        return beginnings[0] in head
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(beginnings)
