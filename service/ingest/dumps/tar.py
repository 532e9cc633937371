"""A tar as a stream: one member after the other, whatever its size, and nothing of it believed.

The standard library's `tarfile` cannot serve here. It does not say whether an archive came to its
proper end, which is what a day's silence rests on; it keeps a record of every member, and it loads
a long-name or pax header of any size. So the blocks are read here, as POSIX (ustar, pax) and GNU
tar write them. Names are only ever compared: nothing is written anywhere by them.

A header of 512 bytes, NUL padded::

    0 name 100 | 100 mode 8 | 108 uid 8 | 116 gid 8 | 124 size 12 | 136 mtime 12 | 148 checksum 8
    156 type 1 | 157 link 100 | 257 magic 6 | 263 version 2 | … | 345 prefix 155 | 500 …

then the content, filled up to whole blocks. Two blocks of zeros end the archive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from service.errors import Unreadable

BLOCK: Final = 512
META_CAP_BYTES: Final = 64 * 1024
"""Of a long name or a pax header; no real one has a hundredth of it."""
PADDING_CAP_BYTES: Final = 1024 * 1024
"""Of zeros after the end: tar fills up to 10 KB. More is a file that was never filled."""
_READ: Final = 1024 * 1024
_ZEROS: Final = bytes(BLOCK)
_BLANK_CHECKSUM: Final = b" " * 8

_FILES: Final = b"0\x007"
_WITHOUT_CONTENT: Final = b"123456"
"""Links, devices, folders, pipes: whatever their header says of a size, none follows."""
_OCTAL: Final = re.compile(rb"[ \0]*([0-7]*)[ \0]*", re.ASCII)
_PACKED: Final = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ": "xz",
    b"BZh": "bzip2",
    b"PK\x03\x04": "zip",
}


class BrokenTar(Unreadable):
    """The stream is no tar, or none from here on; `str()` is a sentence."""

    code = "broken-tar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What a header announces."""

    name: str
    size: int
    """Of the content that follows."""
    is_file: bool
    """An ordinary file: no link, device, folder, or anything that we do not know."""


class TarReader:
    """Reads members from `read(n)`, which gives `n` bytes, or fewer at the end of the stream."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._left = 0
        """Bytes of the present member's content and padding that were not read yet."""

    def members(self) -> Iterator[Member]:
        """One after the other, until the archive's proper end.

        Raises `BrokenTar` where the stream breaks off or is no tar. What came before is sound as
        far as its checksums go.
        """
        first = True
        long_name: str | None = None
        pax: dict[str, str] = {}
        while True:
            self._skip()
            header = self._read(BLOCK)
            if header == _ZEROS and not first:
                self._must_be_the_end()
                return
            kind, size = self._checked(header, first=first)
            first = False
            if kind in b"LKxXg":
                meta = self._meta(size)
                if kind == b"L":
                    long_name = _text(meta)
                elif kind in b"xX":
                    pax = _pax(meta)
                continue
            size = _size(pax, size)
            odd = kind == b"S" or any(key.startswith("GNU.sparse") for key in pax)
            if kind == b"S":
                raise BrokenTar("It holds a sparse file, which no dump does: it is not read on.")
            name = pax.get("path") or (long_name if long_name is not None else _name(header))
            if kind in _WITHOUT_CONTENT:
                size = 0
            is_file = kind in _FILES and not odd and not name.endswith("/")
            long_name, pax = None, {}
            self._left = size + -size % BLOCK
            yield Member(name=name, size=size, is_file=is_file)

    def content(self, member: Member) -> bytes:
        """Of the member that came last, whole; ask once, and only where its size is bearable.

        Raises `BrokenTar` where the stream ends within it.
        """
        content = self._read(member.size)
        if len(content) < member.size:
            raise BrokenTar(_ENDS_EARLY)
        self._left -= member.size
        return content

    def _skip(self) -> None:
        while self._left:
            passed = len(self._read(min(self._left, _READ)))
            if not passed:
                raise BrokenTar(_ENDS_EARLY)
            self._left -= passed

    def _checked(self, header: bytes, *, first: bool) -> tuple[bytes, int]:
        """Type and size. Raises `BrokenTar`."""
        if first and (packed := next((_PACKED[m] for m in _PACKED if header.startswith(m)), "")):
            raise BrokenTar(f"It is compressed ({packed}): unpack that first, down to the tar.")
        if len(header) < BLOCK and not first:
            raise BrokenTar(_ENDS_EARLY)
        if len(header) < BLOCK or not _sum_is_right(header):
            raise BrokenTar(
                "It is no tar file."
                if first
                else "It is damaged: what should be the next file's header is none. Either bytes "
                "are missing or wrong, or a part belongs to another dump."
            )
        return header[156:157], _number(header[124:136])

    def _meta(self, size: int) -> bytes:
        if size > META_CAP_BYTES:
            raise BrokenTar(f"A name or header in it is {size:,} bytes long, which no real one is.")
        meta = self._read(size)
        self._left = -size % BLOCK
        if len(meta) < size:
            raise BrokenTar(_ENDS_EARLY)
        return meta

    def _must_be_the_end(self) -> None:
        """Nothing but some padding comes after the first block of zeros."""
        size = BLOCK
        while chunk := self._read(_READ):
            if chunk.strip(b"\0"):
                raise BrokenTar(
                    "It goes on after its end: bytes in the middle are missing (zeros stand there),"
                    " or several tars were put together."
                )
            size += len(chunk)
            if size > PADDING_CAP_BYTES:
                raise BrokenTar("It ends in zeros: the file was never filled. Fetch it again.")
        if size < 2 * BLOCK:
            raise BrokenTar(_ENDS_EARLY)


_ENDS_EARLY: Final = "It ends too early: its end is missing. A last part may not have been given."


def _sum_is_right(header: bytes) -> bool:
    said = _OCTAL.fullmatch(header[148:156])
    if said is None or not said[1]:
        return False
    blanked = header[:148] + _BLANK_CHECKSUM + header[156:]
    wanted, unsigned = int(said[1], 8), sum(blanked)
    return wanted == unsigned or wanted == unsigned - 256 * sum(byte > 127 for byte in blanked)


def _number(field: bytes) -> int:
    """Octal digits; or, with the first bit set, the bytes themselves (GNU)."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    digits = _OCTAL.fullmatch(field)
    if digits is None:
        raise BrokenTar("It is damaged: a file in it has no size that can be read.")
    return int(digits[1] or b"0", 8)


def _size(pax: dict[str, str], size: int) -> int:
    """What the pax header says goes before what the ordinary one says."""
    text = pax.get("size")
    if text is None:
        return size
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise BrokenTar("It is damaged: a file in it has no size that can be read.")
    return int(text)


def _name(header: bytes) -> str:
    name = _text(header[:100])
    prefix = _text(header[345:500]) if header[257:263] == b"ustar\0" else ""
    return f"{prefix}/{name}" if prefix else name


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "replace")


def _pax(meta: bytes) -> dict[str, str]:
    """Records of the form ``LENGTH KEY=VALUE\\n``, where the length counts all of it."""
    found: dict[str, str] = {}
    position = 0
    while position < len(meta) and meta[position]:
        digits, blank, _ = meta[position : position + 8].partition(b" ")
        length = int(digits) if blank and digits.isdigit() else 0
        record = meta[position + len(digits) + 1 : position + length]
        key, equals, value = record.partition(b"=")
        whole = len(digits) + 1 < length <= len(meta) - position
        if not whole or not equals or not record.endswith(b"\n"):
            raise BrokenTar("It is damaged: a header in it cannot be read.")
        found[key.decode("utf-8", "replace")] = value[:-1].decode("utf-8", "replace")
        position += length
    return found
