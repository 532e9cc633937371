"""Which files make up which dump, and what its name says: whose it is, and of which day.

adsb.lol publishes ``v2024.05.01-planes-readsb-prod-0.tar.aa``, ``.tar.ab``, …: a tar cut into
parts. However they are typed, they are read in the order of their names. A part that is missing in
between, or at the start, shows in the names; a last one that is missing, in the tar.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, Final, Self

from adapters.globe_history import GlobeHistory
from service.desk import Desk
from service.errors import BadInput, Unreadable
from service.ingest.derivation import day_bounds

ADSBLOL: Final = "adsblol_history"
BY_HAND: Final = "trace_file"
"""Files of any origin: what is missing in one of them says nothing about the others."""

_PART: Final = re.compile(r"(?P<dump>.+\.tar)\.(?P<part>[a-z]{2}|\d{2,4})", re.ASCII)
_DAY: Final = re.compile(r"(?<!\d)(\d{4})([-._]?)(\d\d)\2(\d\d)(?!\d)", re.ASCII)
_RELEASE: Final = re.compile(r"planes-readsb-(?P<kind>[a-z]+)-\d+", re.ASCII)
_SOME_ONLY: Final = "mlatonly"
"""Kind of release that holds nothing but positions worked out by multilateration."""
_LETTERS: Final = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """One tar, in one file or in several."""

    name: str
    """Without the ending of the parts."""
    parts: tuple[Path, ...]
    """In the order in which they follow each other."""

    @property
    def size_bytes(self) -> int:
        """Of all parts together."""
        return sum(part.stat().st_size for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a dump is held to be."""

    source: str
    day: date
    """UTC."""
    speaks_for_all: bool
    """Whether an aircraft that is not in it, were it whole, was not heard by the source."""


def dumps_of(paths: Iterable[Path]) -> list[Dump]:
    """The files, put together to dumps, in the order of their first mention.

    Raises:
        BadInput: a part is missing or was given twice.
        Unreadable: a file is not there.
    """
    found: dict[str, dict[str, Path]] = {}
    for path in paths:
        if not path.is_file():
            raise Unreadable(f"{path}: there is no such file.")
        split = _PART.fullmatch(path.name)
        name, part = (split["dump"], split["part"]) if split else (path.name, "")
        parts = found.setdefault(name, {})
        if part in parts:
            raise BadInput(f"{path.name} was given twice.")
        parts[part] = path
    return [Dump(name=name, parts=_in_order(name, parts)) for name, parts in found.items()]


def _in_order(name: str, parts: dict[str, Path]) -> tuple[Path, ...]:
    if "" in parts:
        if len(parts) > 1:
            raise BadInput(f"{name} was given whole and in parts: give one of the two.")
        return tuple(parts.values())
    numbered = {_number(part): part for part in parts}
    if len(numbered) < len(parts) or len({len(part) for part in parts}) > 1:
        raise BadInput(f"The parts of {name} are named in two ways: {', '.join(sorted(parts))}.")
    digits = next(iter(parts)).isdigit()
    start = 1 if digits and 0 not in numbered else 0
    missing = [n for n in range(start, max(numbered)) if n not in numbered]
    if missing:
        width = len(next(iter(parts)))
        names = ", ".join(f"{name}.{_spelt(n, width, digits=digits)}" for n in missing[:5])
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        raise BadInput(
            f"{names}{more} is missing: {name} was cut into parts, and they are read one after the"
            " other. Give all of them."
        )
    return tuple(parts[numbered[number]] for number in sorted(numbered))


def _number(part: str) -> int:
    if part.isdigit():
        return int(part)
    return (ord(part[0]) - ord("a")) * _LETTERS + ord(part[1]) - ord("a")


def _spelt(number: int, width: int, *, digits: bool) -> str:
    if digits:
        return f"{number:0{width}d}"
    high, low = divmod(number, _LETTERS)
    return chr(ord("a") + high) + chr(ord("a") + low)


def claim_of(desk: Desk, dump: Dump, source: str | None, day: date | None) -> Claim:
    """Whose the dump is and of which day: as said, else as its name says.

    Raises `BadInput`, with what may be said, where it is not known or cannot be.
    """
    release = _RELEASE.search(dump.name)
    key = source or (ADSBLOL if release else None)
    may_be = _trace_archives(desk)
    if key is None:
        raise BadInput(
            f"The name {dump.name} does not say whose dump it is: add --source with one of "
            f"{', '.join(may_be)}."
        )
    if key not in may_be:
        raise BadInput(f"{key!r} publishes no such dumps; these do: {', '.join(may_be)}.")
    named = _day_named(dump.name)
    if day is not None and named is not None and day != named:
        raise BadInput(f"--day says {day}, the name {dump.name} says {named}: one is wrong.")
    of = day or named
    if of is None:
        raise BadInput(
            f"The name {dump.name} does not say of which day it is: add --day YYYY-MM-DD (UTC)."
        )
    if day_bounds(of)[1] > desk.clock():
        raise BadInput(f"{of} is not over yet (UTC): there can be no dump of the whole day.")
    some_only = release is not None and release["kind"] == _SOME_ONLY
    return Claim(source=key, day=of, speaks_for_all=key != BY_HAND and not some_only)


def _trace_archives(desk: Desk) -> Sequence[str]:
    """Keys of the sources whose traces are of this make."""
    return [key for key, adapter in desk.adapters.items() if isinstance(adapter, GlobeHistory)]


def _day_named(name: str) -> date | None:
    found = set()
    for year, _, month, day in _DAY.findall(name):
        try:
            found.add(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found.pop() if len(found) == 1 else None


class Joined:
    """The parts as one stream. Use it in `with`."""

    def __init__(self, parts: Sequence[Path]) -> None:
        self._left = list(reversed(parts))
        self._file: BinaryIO | None = None
        self.position = 0
        """Bytes read so far."""

    def read(self, size: int) -> bytes:
        """So many bytes; fewer only at the end of the last part.

        Raises `Unreadable` when the disk does not give them.
        """
        found: list[bytes] = []
        while size > 0:
            try:
                if self._file is None:
                    if not self._left:
                        break
                    self._file = self._left.pop().open("rb")
                chunk = self._file.read(min(size, _READ))
            except OSError as error:
                raise Unreadable(f"It cannot be read: {error.strerror or error}.") from error
            if chunk:
                found.append(chunk)
                size -= len(chunk)
                self.position += len(chunk)
            else:
                self.close()
        return found[0] if len(found) == 1 else b"".join(found)

    def close(self) -> None:
        """Let go of the open part."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_READ: Final = 1024 * 1024
