"""Rows of a trace as NumPy columns, packed piece by piece and joined at the end."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from typing import Any

import numpy as np

from adapters._readsb_rows import COLUMNS, MIN_COLUMNS, Details, Row
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


def packed(rows: Sequence[Row], first: int = 0) -> Columns:
    """Rows of one width, 9 to 14, as columns; `first`: how many rows came before."""
    n = len(rows)
    column: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * MIN_COLUMNS
    width = len(column)
    column += [(None,) * n] * (12 - width)
    # Packing floats is twice as fast as numpy.array, and fromiter turns None into NaN.
    place = struct.pack(f"{3 * n}d", *column[0], *column[1], *column[2])
    altitude, on_ground = _altitude(column[3])
    nullable = chain(altitude, column[4], column[5], column[7], column[10], column[11])
    with np.errstate(over="ignore"):  # what overflows is infinite, and out of bounds
        values = np.fromiter(nullable, np.float32, 6 * n).reshape(6, n)
    return Columns(
        place=np.frombuffer(place, np.float64).reshape(3, n),
        values=values,
        on_ground=on_ground,
        flags=np.frombuffer(bytes(column[6]), np.uint8),
        via=_via(column[9]),
        has_via=any(column[9]),
        early=width < 11,
        details=list(filter(None, column[8])),
        details_at=list(compress(range(first, first + n), column[8])),
    )


def joined(parts: Sequence[Columns]) -> Columns:
    """The parts one after the other."""
    if len(parts) == 1:
        return parts[0]
    return Columns(
        place=np.concatenate([part.place for part in parts], axis=1),
        values=np.concatenate([part.values for part in parts], axis=1),
        on_ground=np.concatenate([part.on_ground for part in parts]),
        flags=np.concatenate([part.flags for part in parts]),
        via=np.concatenate([part.via for part in parts]),
        has_via=any(part.has_via for part in parts),
        early=any(part.early for part in parts),
        details=list(chain.from_iterable(part.details for part in parts)),
        details_at=list(chain.from_iterable(part.details_at for part in parts)),
    )


def _altitude(altitudes: Sequence[Any]) -> tuple[Sequence[float | None], Bool]:
    """Feet or None, and whether the row says "ground" instead: the only word it may say."""
    if "ground" not in altitudes:
        return altitudes, np.zeros(len(altitudes), np.bool_)
    feet = [None if altitude.__class__ is str else altitude for altitude in altitudes]
    ground = bytes([altitude.__class__ is str for altitude in altitudes])
    return feet, np.frombuffer(ground, np.bool_)


def _via(kinds: Sequence[str | None]) -> UInt8:
    """The kinds are few, and mostly one."""
    distinct = set(kinds)
    if len(distinct) == 1:
        return np.full(len(kinds), VIA[distinct.pop()], np.uint8)
    return np.frombuffer(bytes([VIA[kind] for kind in kinds]), np.uint8)
