"""What reports say without positions, and which of them are really one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from schemas.places import Airport
from schemas.records import Report
from schemas.verdicts import Interval
from service.domain.geo import NEVER_OVERSTATES
from service.domain.ordering import in_order
from service.domain.verdict.paths import AIRPORT_RADIUS_NM, apart_nm

TIME_TOLERANCE = timedelta(minutes=30)
"""A reported time may be off by so much: block time, rounding, a wrong minute in a copy."""

_AROUND_THE_NAME = re.compile(r"^https?://|^www\.|(?<=//)www\.|(?:\.[a-z]{2,4})?(?:[/?#:].*)?$")

_ALSO_CALLED: Mapping[str, str] = {
    "fr24": "flightradar24",
    "flightradar": "flightradar24",
    "flightradar 24": "flightradar24",
    "ads-b exchange": "adsbexchange",
    "adsb exchange": "adsbexchange",
    "adsbx": "adsbexchange",
    "flight aware": "flightaware",
    "opensky-network": "opensky",
    "opensky network": "opensky",
    "plane finder": "planefinder",
    "radarbox24": "radarbox",
    "airnav radarbox": "radarbox",
}
"""One origin under two names would count as two."""


@dataclass(frozen=True, slots=True)
class ReportedVisit:
    """One end of a reported flight: at this airport at this time."""

    report: Report
    role: Literal["arrived", "departed"]
    code: str
    t: datetime


def names_of(airport: Airport) -> frozenset[str]:
    """Every code a report may use for the airport."""
    codes = (airport.ident, airport.iata, airport.local, *airport.aliases)
    return frozenset(code for code in codes if code)


def visits_of(reports: Iterable[Report]) -> tuple[ReportedVisit, ...]:
    """Every reported end that has both an airport and a time, in time order."""
    found: list[ReportedVisit] = []
    for report in reports:
        if report.origin and report.t_off is not None:
            found.append(ReportedVisit(report, "departed", report.origin, report.t_off))
        if report.destination and report.t_on is not None:
            found.append(ReportedVisit(report, "arrived", report.destination, report.t_on))
    return in_order(found, lambda v: (v.t, v.code, v.report.source, v.report.url))


def visits_at(
    airport: Airport, visits: Iterable[ReportedVisit], interval: Interval
) -> tuple[ReportedVisit, ...]:
    """Those that place the aircraft at `airport` within the interval."""
    names = names_of(airport)
    return tuple(v for v in visits if v.code in names and interval.t_from <= v.t < interval.t_to)


def origins_of(report: Report) -> frozenset[str]:
    """What a report rests on in the end; its own publisher when it cites nobody."""
    cited = frozenset(plain_origin(origin) for origin in report.rests_on) - {""}
    return cited or frozenset({_publisher(report)})


def voices_of(report: Report) -> frozenset[str]:
    """Whom it repeats, itself included: reports that share any of these are one."""
    return origins_of(report) | {_publisher(report)}


def _publisher(report: Report) -> str:
    return plain_origin(report.publisher) or plain_origin(report.url) or report.source


def plain_origin(origin: str) -> str:
    """One spelling for ``Flightradar24``, ``flightradar24.com`` and its pages' addresses."""
    name = _AROUND_THE_NAME.sub("", origin.strip().casefold())
    return _ALSO_CALLED.get(name, name)


def independent_groups(reports: Sequence[Report]) -> tuple[tuple[Report, ...], ...]:
    """Reports grouped so that any two that share a voice stand in one group."""
    groups: list[tuple[frozenset[str], list[Report]]] = []
    for report in in_order(reports, lambda r: (r.source, r.url, r.publisher, r.capture)):
        voices, members = voices_of(report), [report]
        apart = []
        for known, others in groups:
            if known & voices:
                voices |= known
                members = others + members
            else:
                apart.append((known, others))
        groups = [*apart, (voices, members)]
    return tuple(tuple(members) for _, members in groups)


def clashes(
    here: Sequence[ReportedVisit],
    visits: Sequence[ReportedVisit],
    airport: Airport,
    places: Mapping[str, Airport],
    v_max_kt: float,
) -> tuple[tuple[ReportedVisit, ReportedVisit], ...]:
    """Pairs of independent reports that one aircraft cannot have done both.

    `here` are visits at `airport`; the others count only where their airport is in `places`.
    """
    found = []
    for ours in here:
        for other in visits:
            place = places.get(other.code)
            if place is None or voices_of(ours.report) & voices_of(other.report):
                continue
            away_nm = apart_nm(airport.lat, airport.lon, place.lat, place.lon) * NEVER_OVERSTATES
            least = timedelta(hours=(away_nm - 2 * AIRPORT_RADIUS_NM) / v_max_kt)
            if abs(ours.t - other.t) + 2 * TIME_TOLERANCE < least:
                found.append((ours, other))
    return tuple(found)
