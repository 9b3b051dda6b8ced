"""The formats in which pictures come: what a file name promises, and what the first bytes say."""

from pathlib import PurePosixPath

#: What each ending promises, in the names that Pillow gives to formats. SVG is a program, not a picture, and is not here.
PROMISES = {
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif"), "JPEG"),
    "png": "PNG",
    "gif": "GIF",
    "webp": "WEBP",
    "avif": "AVIF",
}
#: The ending under which a file is kept, which every browser and server knows.
ENDINGS = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp", "AVIF": "avif"}
#: How a person would list them.
NAMES = "JPEG, PNG, GIF, WebP, AVIF"
ACCEPT = ",".join(f".{ending}" for ending in PROMISES)
#: What Pillow may open. As JPEG comes also MPO (CIPA DC-007), with further pictures behind it: views for 3D, maps of brightness.
READERS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
MOVING = ("GIF", "WEBP", "AVIF", "PNG")

AVIF_BRANDS = {b"avif", b"avis"}
_HEVC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"}
#: Pictures and sequences of pictures in boxes, whatever codes them.
_FAMILY_BRANDS = {b"mif1", b"msf1", b"mif2"}
#: What of a file is looked at to know its format.
HEAD_BYTES = 512


def ending_of(name: str) -> str:
    return PurePosixPath(name).suffix.lower().lstrip(".")


def shown_as(found: str | None) -> str:
    """The format as browsers see it."""
    return "JPEG" if found == "MPO" else found or ""


def kept_name(name: str, form: str) -> str:
    """The name with the usual ending of its format: `photo.jfif` becomes `photo.jpg`, `photo.jpeg` stays."""
    usual = {"jpg", "jpeg"} if form == "JPEG" else {ENDINGS[form]}
    path = PurePosixPath(name)
    return name if ending_of(name) in usual else f"{path.stem or 'picture'}.{ENDINGS[form]}"


def brands(head: bytes) -> list[bytes]:
    """What a file of boxes says it is and may be read as (ISO/IEC 14496-12, 4.3); the first is what it says."""
    if head[4:8] != b"ftyp":
        return []
    listed = head[16 : min(int.from_bytes(head[:4]), HEAD_BYTES)]
    return [head[8:12], *(listed[at : at + 4] for at in range(0, len(listed) // 4 * 4, 4))]


def is_avif(head: bytes) -> bool:
    """AVIF 1.2, 6: also a file that begins with a brand of the whole family, where a brand of AVIF follows and none of HEVC."""
    found = brands(head)
    if not found:
        return False
    return found[0] in AVIF_BRANDS or (
        found[0] in _FAMILY_BRANDS and bool(AVIF_BRANDS & {*found}) and not _HEVC_BRANDS & {*found}
    )


def first_brand(head: bytes) -> bytes:
    """What an AVIF is best said to be: readers that know no AVIF take the family's brand for HEVC. "" where nothing is to be done."""
    found = brands(head)
    if not is_avif(head) or found[0] in AVIF_BRANDS:
        return b""
    return b"avis" if b"avis" in found and found[0] == b"msf1" else b"avif"


def is_heic(name: str, head: bytes) -> bool:
    """Whether it is what iPhones write unless told otherwise (ISO/IEC 23008-12), by name or by content."""
    found = brands(head)[:1]
    by_content = bool(found) and found[0] in _HEVC_BRANDS | _FAMILY_BRANDS and not is_avif(head)
    return by_content or (ending_of(name) in {"heic", "heif", "hif"} and not is_avif(head))
