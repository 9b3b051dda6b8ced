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

_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}


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


def is_heic(name: str, head: bytes) -> bool:
    """Whether it is what iPhones write unless told otherwise (ISO/IEC 23008-12), by name or by content.

    AVIF that begins with a brand of the whole family goes the same way: Wagtail's reader takes it for HEIC.
    """
    return ending_of(name) in {"heic", "heif", "hif"} or (head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS)
