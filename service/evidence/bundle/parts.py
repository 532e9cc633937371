"""What the documents of a bundle hold. Each is one file below ``data/``, named as its field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from schemas.log import LogHead
from schemas.movements import Derived
from schemas.places import Airport
from schemas.records import Capture, IdentityStatement, LedgerRow, Report
from schemas.sources import Source, Terms
from service.domain.airports.names import CityGroup

FORMAT: Final = "tailcheck-bundle 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The question, in the words that give the same answer again."""

    aircraft: str
    """As typed."""
    airport: str
    """Our ident."""
    on: date
    zone: str
    as_of: datetime
    """The moment whose knowledge the answer is."""
    judged_at: datetime
    """When it was asked: what could be asked, and what a source could reach, depends on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What the answer was made with. What is not here made no difference."""

    format: str
    tailcheck: str
    verdict_rules: str
    detection_rules: str
    reference: str
    """Airport and runway tables."""
    time_zones: str
    """Release of the IANA database."""
    python: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureDoc:
    """One reception of bytes."""

    sha256: str
    size_bytes: int
    given: bool
    """The bytes are in ``data/captures/``, by their sha256."""
    why: str
    """Why they are not; empty when they are."""
    record: Capture | None
    """How they were received; None where that would say more than may be said."""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDoc:
    """What one source shows of one aircraft on one UTC day, and from which captures."""

    icao24: str
    source: str
    day: date
    captures: tuple[str, ...]
    rules_version: str
    reference_version: str
    derived: Derived


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherUnit:
    """Another aircraft's day, of which only that it was heard at the airport is used."""

    icao24: str
    source: str
    day: date
    captures: tuple[str, ...]
    rules_version: str
    reference_version: str
    hours: tuple[datetime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedHour:
    """So many more aircraft were heard in that hour, whose captures are not enclosed."""

    source: str
    hour: datetime
    aircraft: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Who else was heard at the airport."""

    derived: tuple[OtherUnit, ...] = ()
    """Can be derived again from the captures here."""
    stated: tuple[StatedHour, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """What the answer rests on and is not here."""

    what: str
    source: str
    number: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """Under which terms a source's words may be used, and whom to name."""

    source: str
    title: str
    url: str
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The rows of the airport table that may have had a say, in the table's order."""

    version: str
    airports: tuple[Airport, ...]
    cities: tuple[CityGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionDoc:
    """One answer of a kept check; the answer itself is ``data/revisions/NNNN.json``."""

    number: int
    at: datetime
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofDoc:
    """The entry of a reception is in the log (RFC 9162 §2.1.3); bytes in hex."""

    sha256: str
    entry: str
    """32 bytes of salt, then the record as JSON."""
    position: int
    path: tuple[str, ...]
    head: int
    """Number of the first head that covers it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Proofs of the log, for the captures that it covers already."""

    heads: tuple[LogHead, ...] = ()
    proofs: tuple[ProofDoc, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All of it but the bytes of the captures."""

    verdict: bytes
    question: Asked
    versions: Versions
    captures: tuple[CaptureDoc, ...]
    derived: tuple[UnitDoc, ...]
    coverage: Coverage
    statements: tuple[IdentityStatement, ...]
    reports: tuple[Report, ...]
    ledger: tuple[LedgerRow, ...]
    sources: tuple[Source, ...]
    licences: tuple[Licence, ...]
    airports: Places
    withheld: tuple[Withheld, ...]
    log: Log = Log()
    revisions: tuple[RevisionDoc, ...] = ()
    answers: tuple[bytes, ...] = ()
    """Of the revisions, in their order."""
