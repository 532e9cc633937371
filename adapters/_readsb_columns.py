"""Rows of a trace as NumPy columns, packed piece by piece and joined at the end."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from typing import Any

import numpy as np

from adapters._readsb_rows import COLUMNS, Details, Row
from schemas.records import Bool, Float32, Float64, UInt8, Via

VIA: Mapping[str | None, Via] = {
    None: Via.OTHER,
    "adsb_icao": Via.ADSB,
    "adsb_icao_nt": Via.ADSB,
    "adsb_other": Via.ADSB,
    "adsr_icao": Via.TISB,
    "adsr_other": Via.TISB,
    "tisb_icao": Via.TISB,
    "tisb_trackfile": Via.TISB,
    "tisb_other": Via.TISB,
    "adsc": Via.ADSC,
    "mlat": Via.MLAT,
    "mode_s": Via.MODE_S,
    "other": Via.OTHER,
    "unknown": Via.OTHER,
}


_PLACE = [COLUMNS[i] for i in (0, 1, 2)]
_VALUES = [COLUMNS[i] for i in (3, 4, 5, 7, 10, 11)]
_PLACE_LOW = np.array([[column.low] for column in _PLACE])
_PLACE_HIGH = np.array([[column.high] for column in _PLACE])
_VALUES_LOW = np.array([[column.low] for column in _VALUES], np.float32)
_VALUES_HIGH = np.array([[column.high] for column in _VALUES], np.float32)


@dataclass(frozen=True, slots=True)
class Columns:
    """n rows; k of them have details."""

    place: Float64
    """Offset in s, latitude, longitude; shape (3, n)."""
    values: Float32
    """Altitude ft, gs, track, rate, geom ft, geom rate; shape (6, n); NaN = null or "ground"."""
    on_ground: Bool
    flags: UInt8
    via: UInt8
    has_via: bool
    """Whether any row says it; those of nine columns leave it to the details."""
    early: bool
    """Whether any row is too short to say the geometric altitude; the details may."""
    details: list[Details]
    details_at: list[int]
    """The rows they stand in; k of them."""

    def __len__(self) -> int:
        return len(self.flags)

    def in_bounds(self) -> bool:
        """Whether every number is one that its column may hold."""
        return not (
            (self.place < _PLACE_LOW).any()
            or (self.place > _PLACE_HIGH).any()
            or (self.values < _VALUES_LOW).any()
            or (self.values > _VALUES_HIGH).any()
        )


class Packer:
    """Takes rows in piece by piece, and keeps of each piece only its packed columns."""

    def __init__(self) -> None:
        self._count = 0
        self._place: list[list[bytes]] = [[], [], []]
        self._values: list[list[bytes]] = [[], [], [], [], [], []]
        self._on_ground: list[bytes] = []
        self._flags: list[bytes] = []
        self._via: list[bytes] = []
        self._has_via = self._early = False
        self._details: list[Details] = []
        self._details_at: list[int] = []

    def add(self, rows: Sequence[Row]) -> None:
        """Rows of one width, 9 to 14."""
        n, first = len(rows), self._count
        if not n:
            return
        self._count += n
        column: list[Sequence[Any]] = list(zip(*rows, strict=True))
        width = len(column)
        column += [(None,) * n] * (12 - width)
        for packed, numbers in zip(self._place, column[:3], strict=True):
            packed.append(struct.pack(f"{n}d", *numbers))
        feet, on_ground = _altitude(column[3])
        self._on_ground.append(on_ground)
        said = (feet, column[4], column[5], column[7], column[10], column[11])
        for floats, values in zip(self._values, said, strict=True):
            floats.append(_float32(values))
        self._flags.append(bytes(column[6]))
        self._via.append(_via(column[9]))
        self._has_via |= any(column[9])
        self._early |= width < 11
        self._details += filter(None, column[8])
        self._details_at += compress(range(first, first + n), column[8])

    def columns(self) -> Columns:
        """All rows taken in, as columns."""
        n = self._count
        place = b"".join(chain.from_iterable(self._place))
        values = b"".join(chain.from_iterable(self._values))
        return Columns(
            place=np.frombuffer(place, np.float64).reshape(3, n),
            values=np.frombuffer(values, np.float32).reshape(6, n),
            on_ground=np.frombuffer(b"".join(self._on_ground), np.bool_),
            flags=np.frombuffer(b"".join(self._flags), np.uint8),
            via=np.frombuffer(b"".join(self._via), np.uint8),
            has_via=self._has_via,
            early=self._early,
            details=self._details,
            details_at=self._details_at,
        )


def _float32(values: Sequence[float | None]) -> bytes:
    """Numbers, NaN for None. What overflows is infinite, and out of bounds."""
    n = len(values)
    try:
        return struct.pack(f"{n}f", *values)  # a third of the time, and all are said mostly
    except (struct.error, OverflowError):
        return np.fromiter(values, np.float32, n).tobytes()


def _altitude(altitudes: Sequence[Any]) -> tuple[Sequence[float | None], bytes]:
    """Feet or None, and whether the row says "ground" instead: the only word it may say."""
    n = len(altitudes)
    if "ground" not in altitudes:
        return altitudes, bytes(n)
    ground = bytes([altitude.__class__ is str for altitude in altitudes])
    return [None if altitude.__class__ is str else altitude for altitude in altitudes], ground


def _via(kinds: Sequence[str | None]) -> bytes:
    """The kinds are few, and mostly one."""
    distinct = set(kinds)
    if len(distinct) == 1:
        return bytes([VIA[distinct.pop()]]) * len(kinds)
    return bytes([VIA[kind] for kind in kinds])
