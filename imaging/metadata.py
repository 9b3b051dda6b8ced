"""Strips metadata from picture files: location, camera, serial number, names, thumbnails, embedded video.

Pixels are not re-encoded, except for AVIF and damaged files. Orientation stays, as the only entry of a new EXIF block;
colour profiles stay, too.
"""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageOps

from imaging.checks import one_at_a_time
from imaging.formats import HEAD_BYTES, READERS, first_brand, shown_as

ORIENTATION = 0x0112
UPRIGHT = 1
# JPEG (ITU T.81): JFIF, colour profile and Adobe's colour transform change what is seen; other APPn segments do not.
JPEG_SEGMENTS_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
# PNG (W3C, third edition, 11.3): texts, times and EXIF.
PNG_METADATA = {b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf"}
# WebP (RFC 9649): chunks, and the bits of VP8X that announce them.
WEBP_METADATA, WEBP_FLAGS = {b"EXIF", b"XMP "}, 0x0C


def strip_metadata(content: bytes) -> bytes:
    """The picture without metadata; unchanged if it has none, or in a format that is not ours.

    Raises `ValueError` if it cannot be read as a picture.
    """
    try:
        with one_at_a_time, Image.open(BytesIO(content), formats=READERS) as picture:
            form = shown_as(picture.format)
            if brand := first_brand(content[:HEAD_BYTES]):
                content = content[:8] + brand + content[12:]
            if form == "AVIF" and not (picture.info.get("exif") or picture.info.get("xmp")):
                return content
            if form not in ("JPEG", "PNG", "WEBP", "GIF", "AVIF"):
                return content
            try:
                return _without(content, form, picture.getexif().get(ORIENTATION, UPRIGHT))
            except (IndexError, struct.error, MalformedPicture):
                return _reencoded(picture, form)
    except Exception as problem:  # Pillow's readers raise whatever their format's parser stumbles over.
        raise ValueError("no picture") from problem


class MalformedPicture(Exception):
    pass


def _without(content: bytes, form: str, orientation: object) -> bytes:
    exif = b""
    if isinstance(orientation, int) and UPRIGHT < orientation <= 8:
        block = Image.Exif()
        block[ORIENTATION] = orientation
        exif = block.tobytes()
    if form == "JPEG":
        return b"".join(_jpeg(content, exif))
    if form == "PNG":
        return b"".join(_png(content, exif.removeprefix(b"Exif\0\0")))
    if form == "WEBP":
        return _webp(content, exif.removeprefix(b"Exif\0\0"))
    if form == "GIF":
        return b"".join(_gif(content))
    # Boxes of AVIF refer to each other by offset, so none can be removed.
    raise MalformedPicture


def _reencoded(picture: Image.Image, form: str) -> bytes:
    """For AVIF, which hardly any camera writes, and for damaged files."""
    out = BytesIO()
    (ImageOps.exif_transpose(picture) or picture).save(out, form, quality=92, exif=b"", xmp=b"", comment=b"")
    return out.getvalue()


def _jpeg(content: bytes, exif: bytes) -> Iterator[bytes]:
    yield content[:2]
    if exif:
        yield b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    at = 2
    while at < len(content):
        if content[at] != 0xFF:
            raise MalformedPicture
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xD9:
            # Data after the end is not part of the picture: thumbnails, video, other pictures.
            yield content[at : at + 2]
            return
        length = 2 if marker == 0x01 or 0xD0 <= marker <= 0xD7 else 2 + struct.unpack_from(">H", content, at + 2)[0]
        segment = content[at : at + length]
        metadata = marker == 0xFE or 0xE0 <= marker <= 0xEF
        if not metadata or (marker in JPEG_SEGMENTS_KEPT and segment[4:].startswith(JPEG_SEGMENTS_KEPT[marker])):
            yield segment
        at += length
        if marker == 0xDA:
            end = _scan_end(content, at)
            yield content[at:end]
            at = end


def _scan_end(content: bytes, at: int) -> int:
    """The index of the next marker after the entropy-coded data, in which 0xFF is 0xFF00 or a restart marker."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 == len(content):
            return len(content)  # truncated; browsers accept it
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2


def _png(content: bytes, exif: bytes) -> Iterator[bytes]:
    yield content[:8]
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, at)
        if kind == b"IDAT" and exif:
            yield struct.pack(">I", len(exif)) + b"eXIf" + exif + struct.pack(">I", zlib.crc32(b"eXIf" + exif))
            exif = b""
        if kind not in PNG_METADATA:
            yield content[at : at + 12 + length]
        at += 12 + length


def _webp(content: bytes, exif: bytes) -> bytes:
    chunks, at = [], 12
    while at + 8 <= len(content):
        kind, length = struct.unpack_from("<4sI", content, at)
        chunk = content[at : at + 8 + length + length % 2]
        at += len(chunk)
        if kind == b"VP8X":
            flags = (chunk[8] & ~WEBP_FLAGS) | (0x08 if exif else 0)
            chunk = chunk[:8] + bytes([flags]) + chunk[9:]
        if kind not in WEBP_METADATA:
            chunks.append(chunk)
    if exif:
        chunks.append(b"EXIF" + struct.pack("<I", len(exif)) + exif + b"\0" * (len(exif) % 2))
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _gif(content: bytes) -> Iterator[bytes]:
    def colours(flags: int) -> int:
        return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0

    def blocks(at: int) -> int:
        while content[at]:
            at += content[at] + 1
        return at + 1

    at = 13 + colours(content[10])
    yield content[:at]
    while content[at] != 0x3B:
        if content[at] == 0x2C:
            end = blocks(at + 10 + colours(content[at + 9]) + 1)
            is_needed = True
        elif content[at] == 0x21:
            # The only application extension that changes what is seen is the one that loops an animation.
            end = blocks(at + 2)
            repeats = content[at + 3 : at + 14] in {b"NETSCAPE2.0", b"ANIMEXTS1.0"}
            is_needed = content[at + 1] == 0xF9 or (content[at + 1] == 0xFF and repeats)
        else:
            raise MalformedPicture
        if is_needed:
            yield content[at:end]
        at = end
    yield b"\x3b"
