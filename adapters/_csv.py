"""CSV tables of any size, compressed or not, read row by row in flat memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from adapters._bytes import expanded_chunks, shown
from adapters._contract import UnreadablePage
from schemas.records import Rejected

_LONGEST_LINE = 1024 * 1024
_BUFFER = 1024 * 1024


@dataclass(slots=True)
class Tally:
    """Counts rejected rows by reason, with the first of each as the sample."""

    _counts: dict[str, int] = field(default_factory=dict)
    _samples: dict[str, str] = field(default_factory=dict)

    def add(self, why: str, number: int, value: object) -> None:
        """Count one row; `number` from 0, without the header."""
        self._counts[why] = self._counts.get(why, 0) + 1
        if why not in self._samples:
            self._samples[why] = f"row {number}: {shown(value)}"

    def rejected(self) -> Iterator[Rejected]:
        """One `Rejected` for each reason."""
        for why, count in self._counts.items():
            yield Rejected(why=why, count=count, sample=self._samples[why])


def table(
    content: bytes | memoryview,
    *,
    cap_bytes: int,
    needed: Sequence[str],
    tally: Tally,
    delimiter: str = ",",
) -> Iterator[tuple[list[str], list[str]]]:
    """Yields (header, row) for every row as long as the header; the others are counted.

    Row numbers in `tally` count from 0. Raises `UnreadablePage` when it is no such table, and, at
    the place where it happens, when it is cut short, damaged or larger than `cap_bytes`.
    """
    lines = io.TextIOWrapper(
        io.BufferedReader(_Chunks(_checked(expanded_chunks(content, cap_bytes))), _BUFFER),
        encoding="utf-8-sig",
        errors="replace",
        newline="",
    )
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        header = [name.strip() for name in next(reader, [])]
        if not header:
            raise UnreadablePage("The file is empty.")
        if header[0].lstrip()[:1] == "<":
            raise UnreadablePage("This is a web page, not a table.")
        missing = [name for name in needed if name not in header]
        if missing:
            raise UnreadablePage(
                f"The table has no column {', '.join(missing)}; "
                f"it has {shown(', '.join(header), 300)}."
            )
        for number, row in enumerate(reader):
            if len(row) == len(header):
                yield header, row
            elif row:
                tally.add("row is not as long as the header", number, row)
    except csv.Error as error:
        raise UnreadablePage(f"Line {reader.line_num:,} of the table: {error}.") from error


def _checked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same chunks; a line without an end must not fill the memory."""
    length = 0
    for chunk in chunks:
        end = chunk.rfind(b"\n")
        length = length + len(chunk) if end < 0 else len(chunk) - end
        if length > _LONGEST_LINE:
            raise UnreadablePage(f"The table has a line longer than {_LONGEST_LINE:,} bytes.")
        yield chunk


class _Chunks(io.RawIOBase):
    """Chunks as a file to read from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: any buffer
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken
