"""Was this aircraft at this airport on this date? From what was typed to a verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from schemas.places import Airport
from schemas.records import Report
from schemas.verdicts import Evidence, Identity, Interval, Question, Verdict
from service.ask.sources import attributions
from service.desk import Desk
from service.domain.airports.table import Airports
from service.domain.dates import check_askable, local_day
from service.domain.identity import resolve as identities
from service.domain.judging.origins import echo_of
from service.domain.verdict.judge import judge
from service.errors import BadInput
from service.storage.database import Connection, reading
from service.storage.evidence import load_evidence
from service.storage.identity import statements_naming


def check(
    desk: Desk,
    *,
    aircraft: str,
    airport: str,
    on: date,
    zone: str | None = None,
    as_of: datetime | None = None,
    told_by: Report | None = None,
) -> Verdict:
    """Answer with a verdict, as it would have been answered at `as_of` (now unless given).

    `told_by` is a claim that is looked into: reports that are one voice with it, and what they
    alone say of the aircraft's address, are left out of the evidence.

    Raises:
        BadInput: something typed makes no sense; the sentence says what and how to mend it.
    """
    return judged(
        desk,
        aircraft=aircraft,
        airport=airport,
        on=on,
        zone=zone,
        as_of=as_of,
        told_by=told_by,
    ).verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer, and what it was given on."""

    verdict: Verdict
    evidence: Evidence
    """As it is stored: reports name airports in their own codes."""
    window: Interval
    """For which it was loaded."""
    now: datetime


def judged(
    desk: Desk,
    *,
    aircraft: str,
    airport: str,
    on: date,
    zone: str | None = None,
    as_of: datetime | None = None,
    told_by: Report | None = None,
) -> Judged:
    """As `check`, with what the answer rests on."""
    now = desk.clock()
    if as_of is not None and as_of > now:
        raise BadInput(f"as_of {as_of.isoformat()} lies in the future.")
    place = _place(desk.airports, airport, on)
    question = Question(aircraft=aircraft, airport=place, on=on, zone=zone or place.zone)
    interval = local_day(on, question.zone)
    check_askable(on, interval, now)
    window = _either_day(on, question.zone, place.zone)
    with reading(desk.engine) as conn:

        def evidence_but(echo: frozenset[Report]) -> Evidence:
            days = utc_dates(interval)
            return load_evidence(
                conn,
                identity=resolve_identity(conn, aircraft, days, as_of, besides=echo),
                airport=place,
                window=window,
                sources=desk.sources,
                as_of=as_of,
            )

        evidence = evidence_but(frozenset())
        if told_by is not None and (echo := echo_of(told_by, evidence.reports)):
            evidence = evidence_but(echo)
            others = tuple(report for report in evidence.reports if report not in echo)
            evidence = replace(evidence, reports=others)
    stored = evidence
    if evidence.reports:
        reports = settled(desk, evidence.reports)
        evidence = replace(evidence, reports=reports, places=_places(desk, reports))
    verdict = judge(
        question,
        evidence,
        now=now,
        as_of=as_of or now,
        reference_version=desk.airports.version,
    )
    drawn_on = {item.source for item in verdict.evidence}
    drawn_on |= {hour.source for hour in verdict.coverage}
    verdict = replace(verdict, attributions=attributions(desk, drawn_on))
    return Judged(verdict, stored, window, now)


@lru_cache(maxsize=4096)
def _place(airports: Airports, typed: str, on: date) -> Airport:
    """The airport that is meant. Where airports are is the same for everybody who asks, and never
    changes while we run."""
    return airports.resolve(typed, on=on)


@lru_cache(maxsize=4096)
def _either_day(on: date, asked_in: str, zone: str) -> Interval:
    """The day asked about and the days it is compared with (UTC, or the airport's own), together.
    Raises `BadInput` where the day asked about does not exist."""
    days = [local_day(on, asked_in)]
    for other in ("UTC", zone):
        with suppress(BadInput):  # the date was skipped there
            days.append(local_day(on, other))
    return Interval(t_from=min(day.t_from for day in days), t_to=max(day.t_to for day in days))


def utc_dates(interval: Interval) -> list[date]:
    """The dates that sources date their statements by: a local day lies on two of them."""
    first = interval.t_from.date()
    last = (interval.t_to - timedelta.resolution).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def resolve_identity(
    conn: Connection,
    typed: str,
    days: Sequence[date],
    as_of: datetime | None,
    besides: Collection[Report] = (),
) -> Identity:
    """Which aircraft is meant, over these UTC dates, whatever `besides` say of it.

    Raises:
        UnknownAircraft: what was typed is neither a registration nor a 24-bit address.
    """
    names = identities.lookup(typed)
    known = statements_naming(conn, names.registrations, names.icao24s, as_of=as_of)
    if besides:
        rows = {(report.source, report.capture, report.row) for report in besides}
        known = tuple(
            s for s in known if s.basis != "report" or (s.source, s.capture, s.row) not in rows
        )
    return identities.resolve_over(typed, days, known)


def settled(desk: Desk, reports: Iterable[Report]) -> tuple[Report, ...]:
    """The reports with our idents for their airports: a code may have moved house since then."""
    return tuple(
        replace(
            report,
            origin=_ident(desk, report.origin, report.t_off or report.t_on),
            destination=_ident(desk, report.destination, report.t_on or report.t_off),
        )
        for report in reports
    )


def _ident(desk: Desk, code: str, t: datetime | None) -> str:
    airport = desk.airports.get(code, on=t.date() if t is not None else None) if code else None
    return airport.ident if airport is not None else code


def _places(desk: Desk, reports: Sequence[Report]) -> Mapping[str, Airport]:
    """Where the airports are that reports name, by ident."""
    idents = {ident for report in reports for ident in (report.origin, report.destination)}
    found = {ident: desk.airports.get(ident) for ident in idents if ident}
    return {ident: airport for ident, airport in found.items() if airport is not None}
