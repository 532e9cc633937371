"""All that is known of one aircraft when a watch is to be told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from schemas.movements import Emergency, Movement, Segment
from schemas.watching import Occasion

LEAD: Final = timedelta(days=3)
"""Movements are read from so long before `Known.since` on: what happened shortly before says
whether something is new, and what is told by one source before that moment and by another after
it is still one."""

Established = Literal["stated", "rule", "uncertain"]
"""Who says that the address is the registration's: sources; a numbering rule alone; sources that
disagree."""


def is_sign_of_life(segment: Segment) -> bool:
    """Whether it shows that the aircraft was heard: one that may be somebody else's doing does not;
    one that only places it badly does."""
    return "spoof_suspected" not in segment.marks


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardSpan:
    """A stretch of time in which one source heard the aircraft: a segment without its path."""

    source: str
    t_first: datetime
    t_last: datetime
    airborne_at_end: bool
    """The last fix was in the air."""
    lat: float | None = None
    lon: float | None = None
    alt_ft: float | None = None
    """Above mean sea level. These three are of the last fix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another aircraft that the same owner follows, for meetings."""

    icao24: str
    registration: str = ""
    established: Established = "stated"
    movements: tuple[Movement, ...] = ()
    """All its current movements, of all sources, for the same time as in `Known`: not only those
    at one airport, or it would never be seen to have gone elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one aircraft from a moment on."""

    icao24: str
    registration: str = ""
    """As best known; empty = nobody gives it one."""
    established: Established = "stated"
    since: datetime
    """From here on it is worked out what happened. What was told of before is left alone."""
    movements: tuple[Movement, ...] = ()
    """Current ones of all sources, all that end at `since - LEAD` or later (by `t_latest`)."""
    visited_before: frozenset[str] = frozenset()
    """Airports of any current movement that is not among these."""
    last_heard_before: datetime | None = None
    """Newest sign of life before all in `heard`; None = none is held."""
    heard: tuple[HeardSpan, ...] = ()
    """For `reappeared` and `signal_lost`; else left empty."""
    looked_until: Mapping[str, datetime] = field(default_factory=dict)
    """By live source: until when the ledger says that it was asked about this aircraft and
    answered. For `signal_lost`."""
    emergencies: tuple[Emergency, ...] = ()
    others: tuple[Other, ...] = ()
    """For `meeting`; else left empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unasked:
    """Something that happened and that a watch does not ask for."""

    occasion: Occasion
    why: str
    """The rest of a sentence that begins with "which"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """All that happened, weighed by what a watch asks for."""

    asked: tuple[Occasion, ...]
    unasked: tuple[Unasked, ...]
