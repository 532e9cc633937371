"""What a source said, before anything is derived from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, IntFlag
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
UInt8 = npt.NDArray[np.uint8]
UInt16 = npt.NDArray[np.uint16]
Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]


class Via(IntEnum):
    """How a position was obtained."""

    OTHER = 0
    ADSB = 1
    MLAT = 2
    TISB = 3
    ADSC = 4
    MODE_S = 5


class Flag(IntFlag):
    """readsb's bit field on a trace row (readsb README-json.md)."""

    STALE = 1
    """No position for 20 s before this one."""
    NEW_LEG = 2
    RATE_GEOMETRIC = 4
    ALT_GEOMETRIC = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Track:
    """The fixes of one aircraft from one source, one NumPy column per quantity.

    All columns have the same length n. NaN (floats) and -1 (nic, nac_p, sil) mean "not said".
    The rows stand as the source gave them until `service.domain.track.in_order` sorts them.
    """

    icao24: str
    source: str
    captures: tuple[str, ...]
    """sha256 of every capture the fixes come from."""
    t_us: Int64
    """Microseconds since 1970 UTC."""
    lat: Float64
    lon: Float64
    """Degrees, WGS84."""
    alt_baro_ft: Float32
    """Pressure altitude (1013.25 hPa); NaN on the ground or when not said."""
    alt_geom_ft: Float32
    """Height above the WGS84 ellipsoid, not above sea level."""
    on_ground: Bool
    gs_kt: Float32
    track_deg: Float32
    """Degrees true; on the ground it may be the heading."""
    rate_fpm: Float32
    flags: UInt8
    """`Flag` bits."""
    via: UInt8
    """`Via` values."""
    nic: Int8
    nac_p: Int8
    sil: Int8
    qnh_hpa: Float32
    """The crew's altimeter setting (nav_qnh), carried forward from the last row that said it."""
    capture: UInt16
    """Index into `captures`."""
    row: Int32
    """Row in that capture: where in the raw bytes this fix stands."""
    callsigns: tuple[tuple[int, str], ...] = ()
    """(t_us, callsign) wherever it changed; it lags behind a turn-round."""
    squawks: tuple[tuple[int, str], ...] = ()

    def __len__(self) -> int:
        return len(self.t_us)


TRACK_COLUMNS: tuple[tuple[str, Any], ...] = (
    ("t_us", np.int64),
    ("lat", np.float64),
    ("lon", np.float64),
    ("alt_baro_ft", np.float32),
    ("alt_geom_ft", np.float32),
    ("on_ground", np.bool_),
    ("gs_kt", np.float32),
    ("track_deg", np.float32),
    ("rate_fpm", np.float32),
    ("flags", np.uint8),
    ("via", np.uint8),
    ("nic", np.int8),
    ("nac_p", np.int8),
    ("sil", np.int8),
    ("qnh_hpa", np.float32),
    ("capture", np.uint16),
    ("row", np.int32),
)
"""Name and dtype of every column of `Track`, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Rows that were read and not believed: counted and kept, never dropped in silence."""

    why: str
    count: int = 1
    sample: str = ""
    """The first offending value, shortened."""


StatementBasis = Literal["registry", "lookup", "report", "rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityStatement:
    """A source says that this registration is this address, this type, this operator.

    `basis`: ``registry`` = a register's own file; ``lookup`` = a database look-up that came
    with live data or a trace header; ``report`` = press; ``rule`` = computed, never a fact.
    """

    source: str
    registration: str
    """Normalised: upper case, with the hyphen (``RA-64523``)."""
    icao24: str
    """Six lower-case hex digits."""
    type_code: str = ""
    """ICAO type designator, e.g. ``T204``."""
    serial: str = ""
    operator: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    """Half-open; None = the source does not say."""
    basis: StatementBasis = "registry"
    capture: str = ""
    row: int | None = None


TimeKind = Literal["airborne", "block", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Somebody's statement that a flight happened, without positions we hold."""

    source: str
    registration: str = ""
    icao24: str = ""
    type_code: str = ""
    callsign: str = ""
    origin: str = ""
    destination: str = ""
    """Airport codes as the report gives them, resolved to our idents where known."""
    t_off: datetime | None = None
    t_on: datetime | None = None
    time_kind: TimeKind = "unknown"
    publisher: str = ""
    url: str = ""
    published: date | None = None
    rests_on: tuple[str, ...] = ()
    """Origins it cites, e.g. ``flightradar24``; two reports on one origin are one."""
    note: str = ""
    capture: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What was received, and when; the bytes themselves lie in the capture store by sha256."""

    sha256: str
    source: str
    url: str
    """Where it came from; a file's name when it was handed over as a file. No secrets."""
    received_at: datetime
    size_bytes: int
    status: int | None = None
    requested_at: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


EVERYTHING: Final = "*"
"""Target of a ledger row that is about everybody, everywhere."""
AREA: Final = "area:"
"""What the target begins with where a row is about a place: everybody there."""
IMPORTED: Final = "imported from a file"
"""Note of a row about what was handed over: it covers what it covers, but nobody was asked."""

Outcome = Literal["data", "empty", "too_early", "truncated", "refused", "failed", "not_asked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """A source was asked about a target for a window, and this is what came of it."""

    source: str
    target: str
    """An icao24, a registration, ``area:…`` or ``*`` for everything."""
    t_from: datetime
    t_to: datetime
    """The window that the answer covers, half-open."""
    outcome: Outcome
    asked_at: datetime
    capture: str = ""
    note: str = ""
