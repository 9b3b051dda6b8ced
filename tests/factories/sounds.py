"""Recordings of a second or two, made byte by byte, so that no file of anybody's voice is needed."""

import io
import struct
import wave


def mp3(seconds: float = 2.0) -> bytes:
    """Silent MPEG-1 layer III frames: 128 kbit/s at 44.1 kHz, 1,152 samples in 417 bytes."""
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    return frame * round(seconds * 44_100 / 1_152)


def wav(seconds: float = 1.0) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8_000)
        sound.writeframes(bytes([128]) * int(seconds * 8_000))
    return buffer.getvalue()


def flac(seconds: float = 1.0, *, knows_length: bool = True) -> bytes:
    """The head of a FLAC file of 8 kHz, and frames of a tenth of a second that hold nothing but their own heads."""
    frames, block = int(seconds * 10), 800
    total = frames * block if knows_length else 0
    info = struct.pack(">HH", block, block) + bytes(6) + (8_000 << 44 | 7 << 36 | total).to_bytes(8) + bytes(16)
    content = b"fLaC\x80\0\0\x22" + info
    for number in range(frames):
        coded = bytes([number]) if number < 0x80 else bytes([0xC0 | number >> 6, 0x80 | number & 0x3F])
        head = b"\xff\xf8\x70\x08" + coded + struct.pack(">H", block - 1)
        content += head + bytes([_crc8(head)]) + bytes(40)
    return content


def aac(seconds: float = 1.0) -> bytes:
    """Frames of 64 ms at 16 kHz, each with its head (ADTS)."""
    return (b"\xff\xf1\x60\x40\x07\x1f\xfc" + bytes(49)) * round(seconds * 16_000 / 1_024)


def _crc8(content: bytes) -> int:
    crc = 0
    for bit in (byte >> shift & 1 for byte in content for shift in range(7, -1, -1)):
        crc = (crc << 1 ^ (0x07 if (crc >> 7 ^ bit) & 1 else 0)) & 0xFF
    return crc


def webm(seconds: float = 3.0, *, video: bool = False) -> bytes:
    """The head of a WebM file, which is all that a probe reads."""
    info = _element(
        0x1549A966, _element(0x2AD7B1, b"\x0f\x42\x40") + _element(0x4489, struct.pack(">d", seconds * 1000))
    )
    tracks = _element(0x1654AE6B, _element(0xAE, _element(0x83, b"\x01" if video else b"\x02")))
    return _element(0x1A45DFA3, _element(0x4282, b"webm")) + _element(0x18538067, info + tracks)


def mp4(seconds: float = 4.0, *, video: bool = False) -> bytes:
    """The boxes of an MP4 file that tell its length and its tracks."""
    movie_header = _box(b"mvhd", bytes(12) + struct.pack(">II", 1000, int(seconds * 1000)) + bytes(80))
    kind = b"vide" if video else b"soun"
    track = _box(b"trak", _box(b"mdia", _box(b"hdlr", bytes(8) + kind + bytes(12))))
    return _box(b"ftyp", b"isom" + bytes(4) + b"isom") + _box(b"moov", movie_header + track) + _box(b"mdat", bytes(64))


def _element(identifier: int, content: bytes) -> bytes:
    name = identifier.to_bytes((identifier.bit_length() + 7) // 8)
    return name + (0x01_00_00_00_00_00_00_00 | len(content)).to_bytes(8) + content


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content
