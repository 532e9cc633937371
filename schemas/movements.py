"""What is derived from a track: segments, gaps, movements, passes, stays, emergencies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from schemas.records import Rejected

Move = Literal["landing", "takeoff"]
Method = Literal["ground", "runway", "lost_low", "found_low", "inferred_stop"]
MovementGrade = Literal["observed", "inferred"]
PassForm = Literal["go_around", "touch_and_go", "low_pass", "overflight"]
Mark = Literal[
    "stale",  # readsb says no position for 20 s before
    "frozen",  # the same position again and again while moving
    "jump",  # not reachable from its neighbours
    "spoof_suspected",  # a stretch that cannot be this aircraft, or many aircraft on one spot
    "low_integrity",  # NIC/NACp/SIL too low to lean on
    "clock",  # times ran backwards and were sorted
    "not_adsb",  # position by MLAT, TIS-B or another indirect way
    "baro_uncorrected",  # height above the field rests on uncorrected pressure altitude
    "ground_flag_doubted",  # flagged on ground but too fast or too high
    "off_airport",  # no airport fits
    "crash_suspected",  # ended on the ground in a way no landing does
    "simulated",  # made, not received
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FixPoint:
    """One fix, taken out of its track: the end of a segment, the bracket of a gap."""

    t: datetime
    lat: float
    lon: float
    alt_ft: float | None = None
    """Best altitude above mean sea level we can make of it; None on the ground or unknown."""
    on_ground: bool = False
    gs_kt: float | None = None
    track_deg: float | None = None
    rate_fpm: float | None = None
    capture: str = ""
    row: int = -1
    """Where it stands in the raw bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPoint:
    """One point of a segment's simplified path."""

    t: datetime
    lat: float
    lon: float
    alt_ft: float | None
    """Above mean sea level; None = on the ground or unknown."""
    on_ground: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a track without a gap over the limit."""

    icao24: str
    source: str
    first: FixPoint
    last: FixPoint
    fixes: int
    max_step_s: float
    """Longest silence between two of its fixes, seconds."""
    path: tuple[PathPoint, ...]
    path_error_nm: float
    """No fix lies farther than this from the path at its own time."""
    lat_min: float
    lat_max: float
    lon_min: float
    lon_max: float
    """Box. lon_min > lon_max when it crosses the antimeridian."""
    max_gs_kt: float | None = None
    callsigns: tuple[str, ...] = ()
    via_share_adsb: float = 1.0
    """Share of its fixes that came by ADS-B itself."""
    usable: bool = True
    """Good enough to place the aircraft: brackets a gap, refutes a visit. False when marked
    as spoofed, frozen, stale or of low integrity: such a stretch is shown, never leaned on."""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The silence between two segments, with the two fixes that bracket it."""

    before: FixPoint
    after: FixPoint
    seconds: float
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Another airport that fits a movement, and why it came second."""

    airport: str
    why: str
    runway: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A take-off or a landing.

    `method`: ``ground`` = the change between air and ground was received; ``runway`` = followed
    along a runway's extended centreline to the runway without a ground fix; ``lost_low`` =
    lost while descending; ``found_low`` = first heard climbing; ``inferred_stop`` = lost low
    and found low again at one airport. Only ``ground`` with sound fixes is ever ``observed``.
    """

    icao24: str
    source: str
    move: Move
    airport: str | None
    """Our ident of the airport; None where no airport fits."""
    runway: str | None
    t_earliest: datetime
    t_best: datetime
    t_latest: datetime
    method: Method
    grade: MovementGrade
    lat: float
    lon: float
    """The fix it is placed by."""
    height_ft: float | None = None
    """Above the field at the last (landing) or first (take-off) airborne fix."""
    distance_nm: float | None = None
    """From that fix to the runway threshold, or the reference point where runways are unknown."""
    callsign: str = ""
    rivals: tuple[Rival, ...] = ()
    marks: tuple[Mark, ...] = ()
    capture: str = ""
    row_from: int = -1
    row_to: int = -1
    """The raw rows that show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Flew near an airport and did not stop."""

    icao24: str
    source: str
    form: PassForm
    airport: str
    t_best: datetime
    """Lowest or closest moment."""
    lat: float
    lon: float
    height_ft: float | None
    """Above the field at its lowest."""
    distance_nm: float
    runway: str | None = None
    marks: tuple[Mark, ...] = ()
    capture: str = ""
    row_from: int = -1
    row_to: int = -1


GroundBasis = Literal["surface", "slow_near_elevation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundSpan:
    """Fixes on the ground at one airport without an airborne fix between them.

    This is what "seen there" rests on, so it carries all that the rule of DESIGN §6 asks for.
    """

    icao24: str
    source: str
    airport: str | None
    basis: GroundBasis
    first: FixPoint
    last: FixPoint
    fixes: int
    """Sound fixes only."""
    max_step_s: float
    """Longest silence inside the span. A parked aircraft may be silent for hours."""
    air_change_in: bool
    """An airborne fix ≤ 30 s before the first one, from a continuous track in."""
    air_change_out: bool
    """An airborne fix ≤ 30 s after the last one, into a continuous track out."""
    tied: bool
    """Belongs to a continuous track in or out (taxi, roll, approach): it did not just appear."""
    times: tuple[datetime, ...] = ()
    """Up to some hundred sound fix times, spread over the span, first and last among them, at
    most 60 s apart where the fixes allow: the verdict counts those inside its interval."""
    rivals: tuple[Rival, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """This aircraft was heard low or on the ground at an airport in one hour: coverage evidence
    for the others."""

    icao24: str
    source: str
    airport: str
    hour: datetime
    """Start of the UTC hour."""
    low_fixes: int
    """Airborne, at most 1,000 ft above the field and 5 NM from the reference point."""
    ground_fixes: int
    aircraft: int = 1
    """How many aircraft this speaks of. In evidence, an hour's others are counted together: the
    `icao24` is then empty and the fixes are not counted (0)."""


Squawk = Literal["7500", "7600", "7700"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """An aircraft squawked an emergency, and held it: 7500 = hijacking, 7600 = no radio, 7700 =
    any other. Crews have set one by mistake."""

    icao24: str
    source: str
    squawk: Squawk
    t_first: datetime
    t_last: datetime
    """The last fix while it was in force."""
    lat: float | None = None
    lon: float | None = None
    """Where it began; None when no fix near that moment is believed."""
    capture: str = ""
    row: int = -1
    """Where its beginning stands in the raw bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """All that one track shows, in time order."""

    segments: tuple[Segment, ...] = ()
    gaps: tuple[Gap, ...] = ()
    movements: tuple[Movement, ...] = ()
    passes: tuple[Pass, ...] = ()
    ground_spans: tuple[GroundSpan, ...] = ()
    heard: tuple[Heard, ...] = ()
    emergencies: tuple[Emergency, ...] = ()
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Landing to next take-off at one airport; an open end is None."""

    icao24: str
    airport: str
    arrival: Movement | None
    departure: Movement | None
    bracketed: bool = False
    """Both ends known and nothing seen elsewhere between them."""
    sources: tuple[str, ...] = ()
