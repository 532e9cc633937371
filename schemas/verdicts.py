"""The question, the evidence it is judged on, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from schemas.movements import FixPoint, GroundSpan, Heard, Movement, Pass, Rival, Segment
from schemas.places import Airport
from schemas.records import IdentityStatement, LedgerRow, Report
from schemas.sources import Source

VerdictWord = Literal[
    "identity_uncertain",
    "conflicting",
    "observed",
    "elsewhere",
    "near",
    "consistent",
    "not_seen",
    "no_data",
]

READS: Mapping[VerdictWord, str] = {
    "identity_uncertain": "Can't tell which aircraft",
    "conflicting": "Sources conflict",
    "observed": "Seen there",
    "elsewhere": "Seen elsewhere: could not have been there",
    "near": "Seen near, not seen to land",
    "consistent": "Fits, but not seen on the ground",
    "not_seen": "Not seen, though the area was covered",
    "no_data": "Can't tell",
}
"""What people read (DESIGN §6)."""

NoDataReason = Literal[
    "aircraft_silent",
    "source_down",
    "not_asked",
    "too_early",
    "beyond_reach_back",
    "coverage_unknown",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Half-open, aware UTC."""

    t_from: datetime
    t_to: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Was this aircraft at this airport on this date?"""

    aircraft: str
    """As typed."""
    airport: Airport
    on: date
    zone: str
    """The zone the date is read in: the airport's own unless the asker said another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One address that a registration may mean (or one registration that an address may mean),
    with the statements that say so."""

    icao24: str
    registration: str
    type_code: str = ""
    statements: tuple[IdentityStatement, ...] = ()
    by_rule: bool = False
    """Only an algorithmic rule says so: a fallback, never a fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which aircraft the asker means, as of the date."""

    typed: str
    asked_by: Literal["registration", "icao24"] = "registration"
    """What was typed: a registration needs an address before positions can speak about it."""
    registration: str = ""
    """Normalised; empty when only an address was given and nothing names it."""
    candidates: tuple[Candidate, ...] = ()
    """One = established; none or several = not established."""
    note: str = ""

    @property
    def established(self) -> Candidate | None:
        """The one candidate, or None."""
        return self.candidates[0] if len(self.candidates) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything the verdict may look at. The order of any tuple carries no meaning.

    `segments` holds those that touch the interval and, per source, the nearest usable one before
    and after it; `movements` likewise the nearest before and after, so that stays can be seen.
    """

    identity: Identity
    segments: tuple[Segment, ...] = ()
    movements: tuple[Movement, ...] = ()
    passes: tuple[Pass, ...] = ()
    ground_spans: tuple[GroundSpan, ...] = ()
    reports: tuple[Report, ...] = ()
    ledger: tuple[LedgerRow, ...] = ()
    heard: tuple[Heard, ...] = ()
    """Other aircraft heard low or on the ground at the airport asked about."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    """By key: every source we know of, asked or not."""
    places: Mapping[str, Airport] = field(default_factory=dict)
    """By every code that a report or a movement here uses: where those airports are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the verdict is what it is. `code` is stable, `text` is for people."""

    code: str
    text: str


EvidenceKind = Literal[
    "ground_span", "movement", "pass", "report", "segment", "stay", "ledger", "heard", "identity"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """One thing the answer rests on, and where to find it in the raw bytes."""

    kind: EvidenceKind
    text: str
    source: str
    t_from: datetime | None = None
    t_to: datetime | None = None
    grade: str = ""
    lat: float | None = None
    lon: float | None = None
    capture: str = ""
    """sha256; the bytes are at /v1/captures/{sha256}."""
    row_from: int | None = None
    row_to: int | None = None
    url: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GapFinding:
    """One silence that touches the interval: could a visit fit into it?"""

    before: FixPoint | None
    """None = nothing known before."""
    after: FixPoint | None
    seconds: float | None
    """Available: bracketed, the whole gap; open at one end, up to the interval's far end;
    None = open at both ends."""
    needed_s: float | None
    """The least a visit would take at the type's speed bound; None when nothing bounds it."""
    possible: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageHour:
    """What one source heard of other aircraft, low or on the ground, at the airport."""

    source: str
    hour: datetime
    aircraft: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDate:
    """The same question with the date read another way, when that changes the answer."""

    zone: str
    interval: Interval
    verdict: VerdictWord
    reads: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer. Only as strong as its evidence, and it says what it cannot show."""

    aircraft: str
    """As typed."""
    airport: str
    airport_name: str
    on: date
    zone: str
    interval: Interval
    identity: Identity
    verdict: VerdictWord
    reads: str
    grade: str
    """Ordinal within the verdict, never a percentage; see `service.domain.verdict.judge.GRADES`."""
    sentence: str
    """One sentence to quote."""
    reasons: tuple[Reason, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    gaps: tuple[GapFinding, ...] = ()
    coverage: tuple[CoverageHour, ...] = ()
    rivals: tuple[Rival, ...] = ()
    conflicts: tuple[Reason, ...] = ()
    assumptions: tuple[str, ...] = ()
    other_date: OtherDate | None = None
    would_change: tuple[str, ...] = ()
    does_not_show: tuple[str, ...] = ()
    as_of: datetime
    rules_version: str
    reference_version: str = ""
    """Which airport and runway tables, which time zone rules."""
    attributions: Mapping[str, str] = field(default_factory=dict)
    """Whom to name for the evidence, by source key."""
