"""Picture formats: what file names say, and what the first bytes say."""

from pathlib import PurePosixPath

#: The format that each ending means, by Pillow's name. Without SVG, which can contain scripts.
PROMISES = {
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif"), "JPEG"),
    "png": "PNG",
    "gif": "GIF",
    "webp": "WEBP",
    "avif": "AVIF",
}
#: The ending that a file is stored with, known to every browser and server.
ENDINGS = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp", "AVIF": "avif"}
#: As listed for people.
NAMES = "JPEG, PNG, GIF, WebP, AVIF"
ACCEPT = ",".join(f".{ending}" for ending in PROMISES)
#: The parsers that Pillow may use. JPEG includes MPO (CIPA DC-007), which has further pictures after the first.
READERS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
MOVING = ("GIF", "WEBP", "AVIF", "PNG")

AVIF_BRANDS = {b"avif", b"avis"}
_HEVC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"}
#: Generic brands of images and image sequences, with any codec.
_FAMILY_BRANDS = {b"mif1", b"msf1", b"mif2"}
#: How much of a file is read to recognise its format.
HEAD_BYTES = 512


def ending_of(name: str) -> str:
    return PurePosixPath(name).suffix.lower().lstrip(".")


def shown_as(found: str | None) -> str:
    return "JPEG" if found == "MPO" else found or ""


def name_with_ending(name: str, form: str) -> str:
    """The name with the usual ending of its format: `photo.jfif` becomes `photo.jpg`; `photo.jpeg` stays."""
    usual = {"jpg", "jpeg"} if form == "JPEG" else {ENDINGS[form]}
    path = PurePosixPath(name)
    return name if ending_of(name) in usual else f"{path.stem or 'picture'}.{ENDINGS[form]}"


def brands(head: bytes) -> list[bytes]:
    """Major brand and compatible brands of a file of boxes (ISO/IEC 14496-12, 4.3)."""
    if head[4:8] != b"ftyp":
        return []
    listed = head[16 : min(int.from_bytes(head[:4]), HEAD_BYTES)]
    return [head[8:12], *(listed[at : at + 4] for at in range(0, len(listed) // 4 * 4, 4))]


def is_avif(head: bytes) -> bool:
    """AVIF 1.2, section 6. A file with a generic major brand counts if an AVIF brand is compatible and no HEVC brand
    is.
    """
    found = brands(head)
    if not found:
        return False
    return found[0] in AVIF_BRANDS or (
        found[0] in _FAMILY_BRANDS and bool(AVIF_BRANDS & {*found}) and not _HEVC_BRANDS & {*found}
    )


def first_brand(head: bytes) -> bytes:
    """The major brand that an AVIF file should have, or b"" if it has one.

    Readers that do not know AVIF take a generic major brand for HEVC.
    """
    found = brands(head)
    if not is_avif(head) or found[0] in AVIF_BRANDS:
        return b""
    return b"avis" if b"avis" in found and found[0] == b"msf1" else b"avif"


def is_heic(name: str, head: bytes) -> bool:
    """Whether it is HEIC, the default of iPhones (ISO/IEC 23008-12), by name or by content."""
    found = brands(head)[:1]
    by_content = bool(found) and found[0] in _HEVC_BRANDS | _FAMILY_BRANDS and not is_avif(head)
    return by_content or (ending_of(name) in {"heic", "heif", "hif"} and not is_avif(head))
