"""Was this aircraft at this airport on this date? From what was typed to a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

from schemas.places import Airport
from schemas.records import IdentityStatement, Report
from schemas.verdicts import Identity, Interval, Question, Verdict
from service.desk import Desk
from service.domain.dates import check_askable, local_day
from service.domain.identity import resolve as identities
from service.domain.verdict.judge import judge
from service.errors import BadInput
from service.storage.database import Connection, reading
from service.storage.evidence import load_evidence
from service.storage.identity import statements_about


def check(
    desk: Desk,
    *,
    aircraft: str,
    airport: str,
    on: date,
    zone: str | None = None,
    as_of: datetime | None = None,
) -> Verdict:
    """Answer with a verdict, as it would have been answered at `as_of` (now unless given).

    Raises:
        BadInput: something typed makes no sense; the sentence says what and how to mend it.
    """
    now = desk.clock()
    if as_of is not None and as_of > now:
        raise BadInput(f"as_of {as_of.isoformat()} lies in the future.")
    place = desk.airports.resolve(airport, on=on)
    question = Question(aircraft=aircraft, airport=place, on=on, zone=zone or place.zone)
    interval = local_day(on, question.zone)
    check_askable(on, interval, now)
    window = _either_day(interval, question)
    with reading(desk.engine) as conn:
        identity = resolve_identity(conn, aircraft, _utc_dates(interval), as_of)
        evidence = load_evidence(
            conn,
            identity=identity,
            airport=place,
            window=window,
            sources=desk.sources,
            as_of=as_of,
        )
    reports = tuple(_settled(desk, report) for report in evidence.reports)
    return judge(
        question,
        replace(evidence, reports=reports, places=_places(desk, reports)),
        now=now,
        as_of=as_of or now,
        reference_version=desk.airports.version,
    )


def _either_day(interval: Interval, question: Question) -> Interval:
    """The day asked about and the day it is compared with (UTC, or the airport's own), together."""
    days = [interval]
    for zone in ("UTC", question.airport.zone):
        with suppress(BadInput):  # the date was skipped there
            days.append(local_day(question.on, zone))
    return Interval(t_from=min(day.t_from for day in days), t_to=max(day.t_to for day in days))


def _utc_dates(interval: Interval) -> list[date]:
    """The dates that sources date their statements by: a local day lies on two of them."""
    first = interval.t_from.date()
    last = (interval.t_to - timedelta.resolution).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def resolve_identity(
    conn: Connection, typed: str, days: Sequence[date], as_of: datetime | None
) -> Identity:
    """Which aircraft is meant, over these UTC dates.

    Raises:
        UnknownAircraft: what was typed is neither a registration nor a 24-bit address.
    """
    names = identities.lookup(typed)
    known: dict[IdentityStatement, None] = {}
    for registration in names.registrations:
        known |= dict.fromkeys(statements_about(conn, registration=registration, as_of=as_of))
    for icao24 in names.icao24s:
        known |= dict.fromkeys(statements_about(conn, icao24=icao24, as_of=as_of))
    # Once more by what came back: only so is a second registration on one address seen.
    for icao24 in sorted({statement.icao24 for statement in known} - set(names.icao24s)):
        known |= dict.fromkeys(statements_about(conn, icao24=icao24, as_of=as_of))
    return identities.resolve_over(typed, days, tuple(known))


def _settled(desk: Desk, report: Report) -> Report:
    """The report with our idents for its airports: a code may have moved house since its day."""
    return replace(
        report,
        origin=_ident(desk, report.origin, report.t_off or report.t_on),
        destination=_ident(desk, report.destination, report.t_on or report.t_off),
    )


def _ident(desk: Desk, code: str, t: datetime | None) -> str:
    airport = desk.airports.get(code, on=t.date() if t is not None else None) if code else None
    return airport.ident if airport is not None else code


def _places(desk: Desk, reports: Sequence[Report]) -> Mapping[str, Airport]:
    """Where the airports are that reports name, by ident."""
    idents = {ident for report in reports for ident in (report.origin, report.destination)}
    found = {ident: desk.airports.get(ident) for ident in idents if ident}
    return {ident: airport for ident, airport in found.items() if airport is not None}
