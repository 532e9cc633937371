"""OpenSky flights: what it heard of whole flights, with the airports it estimates.

``firstSeen`` and ``lastSeen`` are when a flight was first and last heard, not when it left and
touched the ground. ``estDepartureAirport`` and ``estArrivalAirport`` are the airports nearest to
these places, however far and high they were: real replies name an airport 17.7 km away, and one
6,708 m below the aircraft. So an estimate is taken only where the aircraft was low and near
enough to be coming or going; otherwise it is told in the note and the airport stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote

import httpx
import msgspec
from msgspec import Meta

from adapters._bytes import shown
from adapters._contract import Covered, Page, Record, UnreadablePage, Wanted
from adapters._csv import Tally
from adapters._json import Object, read_json
from adapters._opensky import (
    ACCESS,
    CAP_BYTES,
    LONGEST_WINDOW,
    Access,
    Odd,
    converted,
    has_secrets,
    says_nothing,
    windows,
)
from adapters._readsb_item import T_MAX_S
from schemas.records import Rejected, Report
from schemas.sources import Source

FAR_M = 20_000
"""Half as far again as an instrument approach is long: farther away, it may still go anywhere."""
FIELD_M = 300
SLOPE = 8
"""Not higher above the field than `FIELD_M` and an eighth of the distance: 7 degrees, twice the
usual descent."""

_ICAO24 = re.compile(r"[0-9a-f]{6}", re.ASCII)
_AIRPORT = re.compile(r"[A-Z0-9]{2,7}", re.ASCII)
_CALLSIGN = re.compile(r"[!-~]{1,8}", re.ASCII)
_Time = Annotated[int, Meta(ge=0, lt=int(T_MAX_S))]
_Metres = Annotated[float, Meta(ge=-10_000_000, le=40_000_000)]


class Flight(msgspec.Struct, rename="camel"):
    """One flight, as OpenSky tells it; distances in metres."""

    icao24: str
    first_seen: _Time
    last_seen: _Time
    callsign: str | None = None
    est_departure_airport: str | None = None
    est_arrival_airport: str | None = None
    est_departure_airport_horiz_distance: _Metres | None = None
    est_departure_airport_vert_distance: _Metres | None = None
    est_arrival_airport_horiz_distance: _Metres | None = None
    est_arrival_airport_vert_distance: _Metres | None = None
    departure_airport_candidates_count: int | None = None
    arrival_airport_candidates_count: int | None = None


_KNOWN = frozenset(field.encode_name for field in msgspec.structs.fields(Flight))


@dataclass(frozen=True, slots=True)
class Flights:
    """What one reply lists."""

    flights: tuple[tuple[int, Flight], ...]
    """With the place in the reply that each stands at."""
    rejected: tuple[Rejected, ...]
    whole: bool
    """Every one of them was believed."""


def read_flights(page: Page) -> Flights:
    """Raises `UnreadablePage` with a sentence for people, whatever the bytes, and nothing else."""
    if says_nothing(page):
        return Flights((), (), whole=True)
    rows = read_json(page.content, cap_bytes=CAP_BYTES)
    if not isinstance(rows, list):
        raise UnreadablePage(f"The reply is no list of flights: {shown(rows, 80)}.")
    return flights_of(rows)


def flights_of(rows: Sequence[Any]) -> Flights:
    """The same, of a list that has been read."""
    tally = Tally()
    found = []
    odd = False
    for number, raw in enumerate(rows):
        try:
            found.append((number, _flight(raw)))
        except Odd as error:
            tally.add(str(error), number, raw)
            odd = True
            continue
        for key in sorted(raw.keys() - _KNOWN):
            tally.add(f"field not known: {shown(key, 40)}", number, raw)
    return Flights(tuple(found), tuple(tally.rejected()), whole=not odd)


def _flight(raw: Any) -> Flight:
    if not isinstance(raw, Object):
        raise Odd("no flight but something else")
    if raw.twice:
        raise Odd("says the same thing twice")
    flight: Flight = converted(raw, Flight)
    flight.icao24 = flight.icao24.strip().lower()
    if not _ICAO24.fullmatch(flight.icao24):
        raise Odd("icao24 is no address")
    if flight.last_seen < flight.first_seen:
        raise Odd("last seen before it was first seen")
    for code in (flight.est_departure_airport, flight.est_arrival_airport):
        if code and not _AIRPORT.fullmatch(code):
            raise Odd("airport is no code")
    return flight


def report_of(flight: Flight, page: Page, row: int) -> Report:
    """One flight as a report."""
    origin, left = _estimate(
        flight.est_departure_airport,
        flight.est_departure_airport_horiz_distance,
        flight.est_departure_airport_vert_distance,
        "first heard",
    )
    destination, came = _estimate(
        flight.est_arrival_airport,
        flight.est_arrival_airport_horiz_distance,
        flight.est_arrival_airport_vert_distance,
        "last heard",
    )
    callsign = (flight.callsign or "").strip()
    return Report(
        source=page.capture.source,
        icao24=flight.icao24,
        callsign=callsign if _CALLSIGN.fullmatch(callsign) else "",
        origin=origin,
        destination=destination,
        t_off=datetime.fromtimestamp(flight.first_seen, UTC),
        t_on=datetime.fromtimestamp(flight.last_seen, UTC),
        publisher="OpenSky Network",
        rests_on=("opensky",),
        note=f"Times are of reception, airports are OpenSky's estimates: {left}; {came}.",
        capture=page.capture.sha256,
        row=row,
    )


def _estimate(
    code: str | None, away_m: float | None, above_m: float | None, when: str
) -> tuple[str, str]:
    """The airport, empty where the estimate is not taken; and what it rests on, in words."""
    if not code:
        return "", f"{when} near no airport it knows"
    if away_m is None or above_m is None:
        return "", f"{when} near {code}, not said how near: not taken"
    place = f"{when} {away_m:,.0f} m from {code}, {above_m:,.0f} m above it"
    if away_m > FAR_M or above_m > FIELD_M + away_m / SLOPE:
        return "", f"{place}: too far or too high to tell, not taken"
    return code, place


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSkyFlights:
    """Flights of an aircraft, or to and from an airport."""

    source: Source
    access: Access = ACCESS

    def fetch(
        self, wanted: Wanted, secrets: Mapping[str, str]
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """Needs a window. Registrations and areas are not heeded; an airport tells nobody whom we
        look for.

        Flights are worked out at night, so the last `Source.lag` before a reply is not covered.
        """
        covered: list[Covered] = []
        if wanted.t_from is None or wanted.t_to is None or not has_secrets(secrets):
            return covered
        for icao24 in sorted(wanted.icao24):
            pages = yield from flight_pages(self.source, self.access, icao24, wanted, secrets)
            covered += flights_covered(self.source, icao24, wanted, pages)
        if wanted.airport:
            pages = []
            for kind in ("arrival", "departure"):
                start = wanted.t_from
                while start < wanted.t_to:
                    end = min(start + LONGEST_WINDOW, wanted.t_to)
                    query = f"airport={quote(wanted.airport, safe='')}&{_between(start, end)}"
                    url = f"{self.source.url}/flights/{kind}?{query}"
                    pages.append((yield from self.access.get(url, secrets)))
                    start = end
            covered += flights_covered(self.source, f"area:{wanted.airport}", wanted, pages)
        return covered

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """A report for each flight, then what was rejected."""
        read = read_flights(page)
        for row, flight in read.flights:
            yield report_of(flight, page, row)
        yield from read.rejected


def flight_pages(
    source: Source, access: Access, icao24: str, wanted: Wanted, secrets: Mapping[str, str]
) -> Generator[httpx.Request, Page, Sequence[Page | None]]:
    """Every reply about the flights of one aircraft that may touch the window."""
    assert wanted.t_from is not None
    assert wanted.t_to is not None
    pages: list[Page | None] = []
    for start, end in windows(wanted.t_from, wanted.t_to):
        query = f"icao24={icao24}&{_between(start, end)}"
        page = yield from access.get(f"{source.url}/flights/aircraft?{query}", secrets)
        pages.append(page)
        if page is None:
            break
    return pages


def _between(start: datetime, end: datetime) -> str:
    return f"begin={int(start.timestamp())}&end={int(end.timestamp())}"


def flights_covered(
    source: Source, target: str, wanted: Wanted, pages: Sequence[Page | None]
) -> Iterator[Covered]:
    """The window, as far as the source could speak about it, when every reply was an answer."""
    assert wanted.t_from is not None
    assert wanted.t_to is not None
    answers = [page for page in pages if page is not None and is_answer(page)]
    if not answers or len(answers) != len(pages):
        return
    t_to = min(wanted.t_to, min(page.capture.received_at for page in answers) - source.lag)
    if wanted.t_from < t_to:
        yield Covered(source=source.key, target=target, t_from=wanted.t_from, t_to=t_to)


def is_answer(page: Page) -> bool:
    """It lists flights, all of them believed, or says that there are none."""
    if says_nothing(page):
        return True
    if page.capture.status != httpx.codes.OK:
        return False
    try:
        return read_flights(page).whole
    except UnreadablePage:
        return False


LAG = timedelta(hours=30)
"""A flight that touches a day may end on the next one, and is worked out in the night after."""
