"""Whether bytes hold MPEG audio layer III: frames that follow one another. ISO/IEC 11172-3, 2.4.2.3; 13818-3."""

from __future__ import annotations

#: kbit/s by the four bits of the header; 0 stands for "free" and "bad", neither of which a browser plays.
BIT_RATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
SAMPLE_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
#: So many in a row do not happen by chance.
ENOUGH = 3


def has_frames(content: bytes) -> bool:
    """True when three frames in a row stand somewhere in `content`."""
    start = content.find(b"\xff")
    while start >= 0:
        place, seen = start, 0
        while seen < ENOUGH and (length := frame_length(content[place : place + 4])):
            place, seen = place + length, seen + 1
        if seen >= ENOUGH:
            return True
        start = content.find(b"\xff", start + 1)
    return False


def frame_length(header: bytes) -> int:
    """Bytes of the layer III frame that begins with these four, 0 where none does."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, rate, pitch = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or pitch == 3:
        return 0
    bits = BIT_RATES[1 if version == 3 else 2][rate] * 1000
    if not bits:
        return 0
    return (144 if version == 3 else 72) * bits // SAMPLE_RATES[version][pitch] + (header[2] >> 1 & 1)
