"""What the HTTP face answers with, beside the verdict itself: lists, records, problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from schemas.movements import Movement, Stay
from schemas.places import Airport
from schemas.records import Capture, IdentityStatement, LedgerRow
from schemas.sources import Source, SourceHealth
from schemas.verdicts import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterProblem:
    """One thing that was asked wrongly."""

    parameter: str
    """Its name as it stands in the URL."""
    detail: str
    """What is wrong with it, as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemChoice:
    """One thing that the asker may have meant."""

    code: str
    """Ask again with this."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why there is no answer (RFC 9457, ``application/problem+json``)."""

    type: str
    """Stable; the word after the last colon names the problem."""
    title: str
    status: int
    detail: str
    """What went wrong this time and what to do, as a sentence."""
    instance: str = ""
    """Names this one occurrence in the server's log, where the server is at fault."""
    choices: tuple[ProblemChoice, ...] = ()
    """What may have been meant."""
    errors: tuple[ParameterProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AircraftDocument:
    """Which aircraft is meant on a day, and everything that sources say about it."""

    on: date
    identity: Identity
    history: tuple[IdentityStatement, ...]
    """All that name this registration or this address, of whatever time."""
    attributions: Mapping[str, str]
    """Whom to name for what is said here, by source key."""
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AircraftMovements:
    """Take-offs and landings of one address, by their best time."""

    icao24: str
    identity: Identity
    identity_on: date
    """The day for which `identity` was looked up."""
    identity_differs_on: tuple[date, ...]
    """Other days in this answer on which sources do not say the same of the address: what is
    listed then may have been another aircraft's doing."""
    t_from: datetime | None
    """The window, half-open, UTC; null = no bound."""
    t_to: datetime | None
    movements: tuple[Movement, ...]
    attributions: Mapping[str, str]
    """Whom to name for what is said here, by source key."""
    next: str | None
    """Where the next page is, as in the ``Link`` header; null = this is the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AirportMovements:
    """Who came and went at one airport, by their best time."""

    airport: str
    airport_name: str
    zone: str
    """The zone that a date in the question was read in."""
    t_from: datetime | None
    """The window, half-open, UTC; null = no bound."""
    t_to: datetime | None
    movements: tuple[Movement, ...]
    attributions: Mapping[str, str]
    """Whom to name for what is said here, by source key."""
    next: str | None
    """Where the next page is, as in the ``Link`` header; null = this is the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AircraftStays:
    """Where one address stood: landing to next take-off at one airport."""

    icao24: str
    identity: Identity
    identity_on: date
    """The day for which `identity` was looked up."""
    identity_differs_on: tuple[date, ...]
    """Other days in this answer on which sources do not say the same of the address: what is
    listed then may have been another aircraft's doing."""
    t_from: datetime
    """The window, half-open, UTC. Stays that touch it are listed."""
    t_to: datetime
    looked_from: datetime
    """An end that is null was not seen from here on …"""
    looked_to: datetime
    """… to here."""
    stays: tuple[Stay, ...]
    attributions: Mapping[str, str]
    """Whom to name for what is said here, by source key."""
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One position as received; null = not said."""

    time: datetime
    lat: float
    lon: float
    """Degrees, WGS84."""
    alt_baro_ft: float | None
    """Pressure altitude (1013.25 hPa), not above sea level."""
    alt_geom_ft: float | None
    """Above the WGS84 ellipsoid, not above sea level."""
    on_ground: bool
    gs_kt: float | None
    track_deg: float | None
    rate_fpm: float | None
    via: str
    """How it was obtained: adsb, mlat, tisb, adsc, mode_s, other."""
    source: str
    capture: str
    """sha256; the bytes are at /v1/captures/{sha256}."""
    row: int
    """Where in those bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AircraftTrack:
    """Where one address was heard, read again from the bytes as received."""

    icao24: str
    identity: Identity
    identity_on: date
    """The day for which `identity` was looked up."""
    identity_differs_on: tuple[date, ...]
    """Other days in this answer on which sources do not say the same of the address: what is
    listed then may have been another aircraft's doing."""
    t_from: datetime
    """The window, half-open, UTC."""
    t_to: datetime
    fixes: tuple[Fix, ...]
    """By source, then by time."""
    left_out: int
    """Fixes of the window that come later than those above: they are at `next`."""
    attributions: Mapping[str, str]
    """Whom to name for what is said here, by source key."""
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AirportDocument:
    """One airport of our tables."""

    airport: Airport
    reference_version: str
    """Which tables say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRecord:
    """How bytes came to us. The same bytes may have been received more than once."""

    sha256: str
    size_bytes: int
    receptions: tuple[Capture, ...]
    attributions: Mapping[str, str]
    """Whom to name for what is said here, by source key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDocument:
    """One source: what it is, whether it is asked here, how it has been doing."""

    source: Source
    on: bool
    """Whether it is asked at all. What it once sent counts either way."""
    why_off: str
    """Why it is not asked, and what to do about it, as a sentence."""
    health: SourceHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    """Every source that is known here."""

    sources: tuple[SourceDocument, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLedger:
    """What one source was asked, and what came of it; the latest asking first."""

    source: str
    ledger: tuple[LedgerRow, ...]
    next: str | None
    """Where the next page is, as in the ``Link`` header; null = this is the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Whether the service lives, or can work."""

    status: Literal["ok"] = "ok"
    checks: Mapping[str, str] = field(default_factory=dict)
    """What was looked at, and what was found."""
