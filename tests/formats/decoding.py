"""A PNG, taken apart."""

from __future__ import annotations

import struct
import zlib


def size(picture: bytes) -> tuple[int, int]:
    """Width and height of a PNG that is whole: every chunk with its right CRC, every row there."""
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    at, data, kinds = 8, b"", []
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        kind, body = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        (crc,) = struct.unpack(">I", picture[at + 8 + length : at + 12 + length])
        assert crc == zlib.crc32(kind + body)
        kinds.append(kind)
        data += body if kind == b"IDAT" else b""
        at += 12 + length
    assert (kinds[0], kinds[-1]) == (b"IHDR", b"IEND")
    header = picture[16:29]
    width, height, depth, colour = struct.unpack(">IIBB", header[:10])
    assert (depth, colour) == (8, 6)
    assert len(zlib.decompress(data)) == height * (1 + 4 * width)
    return width, height
