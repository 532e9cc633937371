"""What goes into a bundle: all that an answer rests on, as it was known at its moment.

Never in it: who is followed, who asked, what an operator keeps to himself. A page that was asked
for together with others, or of another aircraft alone, would tell whom else somebody looks into: it
is named by its hash at most. What a source's terms keep from being passed on stays here too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from schemas.movements import GroundSpan, Movement, Pass, Segment
from schemas.records import AREA, EVERYTHING, IdentityStatement, LedgerRow, Report
from schemas.sources import Source
from schemas.verdicts import Evidence, Interval
from service.desk import Desk
from service.domain.verdict.coverage import circle_holds
from service.domain.verdict.dossier import OVERHEAD_NM
from service.evidence.bundle.parts import (
    Asked,
    CaptureDoc,
    Coverage,
    Licence,
    OtherUnit,
    StatedHour,
    UnitDoc,
    Withheld,
)
from service.evidence.bundle.permitting import Permits, without_private_host
from service.storage.database import Connection
from service.storage.heard_units import heard_hours
from service.storage.history import Unit, read_unit, units_of

_Said = TypeVar("_Said", IdentityStatement, Report)
_MOMENT = timedelta(microseconds=1)
_HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Gathered:
    """What was found for the bundle."""

    captures: tuple[CaptureDoc, ...] = ()
    derived: tuple[UnitDoc, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    statements: tuple[IdentityStatement, ...] = ()
    reports: tuple[Report, ...] = ()
    ledger: tuple[LedgerRow, ...] = ()
    sources: tuple[Source, ...] = ()
    licences: tuple[Licence, ...] = ()
    withheld: tuple[Withheld, ...] = ()


def gather(
    conn: Connection,
    desk: Desk,
    asked: Asked,
    evidence: Evidence,
    statements: Sequence[IdentityStatement],
    window: Interval,
) -> Gathered:
    """Everything but the answer itself. `evidence` is what was loaded for it, `window` for when,
    `statements` what is known of the aircraft's identity, in the order it was learnt.

    Raises `NotFound` or `StorageError` when bytes that should be kept are missing or changed.
    """
    names = _names(evidence)
    permits = Permits(conn, desk, names)
    missing: Counter[tuple[str, str, str]] = Counter()
    found = Gathered()
    found.ledger = tuple(_ledger(desk, asked, evidence, names))
    found.derived = tuple(_units(conn, asked, evidence, window, permits, missing))
    found.coverage = _coverage(conn, asked, evidence, window, permits, found.ledger)
    found.statements = _said(statements, "statement", permits, missing)
    found.reports = _said(evidence.reports, "report", permits, missing)
    for row in found.ledger:
        permits.page(row.capture, row.source)
    found.captures = permits.captures()
    drawn_on = {c.source for c in found.captures} | {row.source for row in found.ledger}
    drawn_on |= {unit.source for unit in found.derived}
    drawn_on |= {s.source for s in statements} | {r.source for r in evidence.reports}
    found.licences = tuple(_licences(desk.sources, drawn_on))
    found.sources = tuple(_described(desk.sources[key]) for key in sorted(desk.sources))
    found.withheld = tuple(
        Withheld(what=what, source=source, number=number, why=why)
        for (what, source, why), number in sorted(missing.items())
    )
    return found


def _names(evidence: Evidence) -> frozenset[str]:
    """Every registration and address that the question may mean."""
    identity = evidence.identity
    pairs = [(c.icao24, c.registration) for c in identity.candidates]
    return frozenset({identity.registration, *(n for pair in pairs for n in pair)} - {""})


def _said(
    items: Sequence[_Said], what: str, permits: Permits, missing: Counter[tuple[str, str, str]]
) -> tuple[_Said, ...]:
    given = []
    for item in items:
        permits.page(item.capture, item.source)
        why = permits.forbidden(item.source)
        if why:
            missing[what, item.source, why] += 1
        else:
            given.append(item)
    return tuple(given)


def _ledger(
    desk: Desk, asked: Asked, evidence: Evidence, names: frozenset[str]
) -> Iterator[LedgerRow]:
    """Rows about this aircraft, about everybody, and about circles that hold the airport; no
    other circle, which would only tell where somebody looks."""
    airport = desk.airports.get(asked.airport, on=asked.on)
    for row in evidence.ledger:
        about_it = row.target in names or row.target == EVERYTHING
        if about_it or (airport and circle_holds(row.target, airport, OVERHEAD_NM)):
            yield row


def _units(
    conn: Connection,
    asked: Asked,
    evidence: Evidence,
    window: Interval,
    permits: Permits,
    missing: Counter[tuple[str, str, str]],
) -> Iterator[UnitDoc]:
    """The aircraft's days: those asked about, and those of what was heard last before and first
    after them."""
    found: dict[int, Unit] = {}
    for icao24 in dict.fromkeys(c.icao24 for c in evidence.identity.candidates if c.icao24):
        for unit in units_of(conn, icao24, window=window, as_of=asked.as_of):
            found[unit.unit_id] = unit
    for icao24, source, moment in _moments(evidence):
        around = Interval(t_from=moment - _MOMENT, t_to=moment + _MOMENT)
        for unit in units_of(conn, icao24, window=around, as_of=asked.as_of):
            if unit.key.source == source:
                found[unit.unit_id] = unit
    for unit in sorted(found.values(), key=lambda u: u.key):
        whys = [permits.raw(sha256, unit.key.source) for sha256 in unit.captures]
        why = permits.forbidden(unit.key.source) or next(filter(None, whys), "")
        if not unit.captures:
            why = why or "none of its captures is known"
        if why:
            missing["day of positions", unit.key.source, why] += 1
            continue
        yield UnitDoc(
            icao24=unit.key.icao24,
            source=unit.key.source,
            day=unit.key.day,
            captures=unit.captures,
            rules_version=unit.rules_version,
            reference_version=unit.reference_version,
            derived=read_unit(conn, unit),
        )


def _moments(evidence: Evidence) -> set[tuple[str, str, datetime]]:
    """Of whom, by whom, and when what the answer rests on began."""
    stretches: tuple[Segment | GroundSpan, ...] = (*evidence.segments, *evidence.ground_spans)
    points: tuple[Movement | Pass, ...] = (*evidence.movements, *evidence.passes)
    return {(s.icao24, s.source, s.first.t) for s in stretches} | {
        (p.icao24, p.source, p.t_best) for p in points
    }


def _coverage(
    conn: Connection,
    asked: Asked,
    evidence: Evidence,
    window: Interval,
    permits: Permits,
    ledger: Sequence[LedgerRow],
) -> Coverage:
    """Who else was heard. Of whom nobody may learn that their day is held here, only the number
    is told, as the answer itself does."""
    ours = {c.icao24 for c in evidence.identity.candidates}
    hours: dict[tuple[str, str, datetime], list[datetime]] = {}
    for heard in heard_hours(conn, asked.airport, window, as_of=asked.as_of):
        if heard.icao24 not in ours:
            day = heard.hour.replace(hour=0)
            hours.setdefault((heard.source, heard.icao24, day), []).append(heard.hour)
    derived: list[OtherUnit] = []
    stated: Counter[tuple[str, datetime]] = Counter()
    for (source, icao24, day), when in hours.items():
        unit = _other(conn, asked, source, icao24, day)
        if (
            unit is not None
            and unit.captures
            and all(_is_for_all(ledger, source, hour) for hour in when)
            and all(permits.may_give_of(icao24, sha, source) for sha in unit.captures)
        ):
            for sha256 in unit.captures:
                permits.raw(sha256, source)
            derived.append(
                OtherUnit(
                    icao24=icao24,
                    source=source,
                    day=unit.key.day,
                    captures=unit.captures,
                    rules_version=unit.rules_version,
                    reference_version=unit.reference_version,
                    hours=tuple(when),
                )
            )
        else:
            stated.update((source, hour) for hour in when)
    return Coverage(
        derived=tuple(derived),
        stated=tuple(
            StatedHour(source=source, hour=hour, aircraft=number)
            for (source, hour), number in sorted(stated.items())
        ),
    )


def _other(conn: Connection, asked: Asked, source: str, icao24: str, day: datetime) -> Unit | None:
    around = Interval(t_from=day, t_to=day + _MOMENT)
    units = units_of(conn, icao24, window=around, as_of=asked.as_of)
    return next((u for u in units if u.key.source == source and u.key.day == day.date()), None)


def _is_for_all(ledger: Iterable[LedgerRow], source: str, hour: datetime) -> bool:
    """Whether that source was asked about everybody in that hour, so that nobody was picked."""
    return any(
        row.source == source
        and (row.target == EVERYTHING or row.target.startswith(AREA))
        and row.t_from < hour + _HOUR
        and row.t_to > hour
        for row in ledger
    )


def _described(source: Source) -> Source:
    """Without an address that no answer names: it may be that of somebody's own receiver."""
    return source if source.open_archive else replace(source, url="")


def _licences(sources: Mapping[str, Source], keys: Iterable[str]) -> Iterator[Licence]:
    for key in sorted(keys):
        if key in sources:
            source = sources[key]
            url = without_private_host(source.url)
            yield Licence(source=key, title=source.title, url=url, terms=source.terms)
