"""OpenSky tracks: the waypoints of one flight, as many as show its way and no more.

A waypoint is ``[time s, lat, lon, baro m, track, on_ground]``, set where the aircraft turned,
climbed, or touched or left the ground; its callsign stands under ``calllsign``, misspelt. How a
position was obtained is not said. A track is found by a moment within a flight, so the flights
are asked for first; and without a window, the track of the flight that is under way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
from msgspec import Meta

from adapters._bytes import shown
from adapters._contract import Covered, Page, Record, UnreadablePage, Wanted
from adapters._csv import Tally
from adapters._fixes import FT_PER_M, Fix, track_of
from adapters._json import Object, read_json
from adapters._opensky import (
    ACCESS,
    CAP_BYTES,
    Access,
    Asked,
    Odd,
    converted,
    has_secrets,
    says_nothing,
)
from adapters._opensky_flights import (
    Flight,
    flight_pages,
    flights_covered,
    flights_of,
    is_answer,
    read_flights,
    report_of,
)
from adapters._readsb_item import T_MAX_S
from schemas.records import Rejected, Track
from schemas.sources import Source

_MAX_FLIGHTS = 100
"""Of one aircraft in one asking: a busy trainer makes some 20 a day."""
_ICAO24 = re.compile(r"[0-9a-f]{6}", re.ASCII)
_CALLSIGN = re.compile(r"[!-~]{1,8}", re.ASCII)
_KNOWN = frozenset(("icao24", "startTime", "endTime", "calllsign", "callsign", "path"))
_Waypoint = tuple[
    Annotated[float, Meta(ge=0, lt=T_MAX_S)],
    Annotated[float, Meta(ge=-90, le=90)] | None,
    Annotated[float, Meta(ge=-180, le=180)] | None,
    Annotated[float, Meta(ge=-2_000, le=50_000)] | None,
    Annotated[float, Meta(ge=0, le=360)] | None,
    bool,
]
_NAMES = ("time", "latitude", "longitude", "altitude", "track", "on_ground")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSkyTracks:
    """The way of past flights, and of the one under way."""

    source: Source
    access: Access = ACCESS

    def fetch(
        self, wanted: Wanted, secrets: Mapping[str, str]
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """By address only. Asks for the flights that touch the window, then for each track."""
        covered: list[Covered] = []
        if not has_secrets(secrets):
            return covered
        for icao24 in sorted(wanted.icao24):
            if wanted.t_from is None:
                yield from self._track(icao24, 0, secrets)
                continue
            pages = yield from flight_pages(self.source, self.access, icao24, wanted, secrets)
            answers = [page for page in pages if page is not None and is_answer(page)]
            flights = _touching(answers, wanted)
            whole = len(flights) <= _MAX_FLIGHTS
            for flight in flights[:_MAX_FLIGHTS]:
                middle = (flight.first_seen + flight.last_seen) // 2
                page = yield from self._track(icao24, middle, secrets)
                whole = whole and page is not None and _is_track(page, icao24)
            if whole:
                covered += flights_covered(self.source, icao24, wanted, pages)
        return covered

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """The track, or a report for each flight where the page lists flights."""
        if says_nothing(page):
            return
        document = read_json(page.content, cap_bytes=CAP_BYTES)
        if isinstance(document, list):
            read = flights_of(document)
            for row, flight in read.flights:
                yield report_of(flight, page, row)
            yield from read.rejected
            return
        read_track = _read_track(document, page)
        if len(read_track.track):
            yield read_track.track
        yield from read_track.rejected

    def _track(self, icao24: str, t_s: int, secrets: Mapping[str, str]) -> Asked:
        return self.access.get(f"{self.source.url}/tracks/all?icao24={icao24}&time={t_s}", secrets)


def _touching(pages: Sequence[Page], wanted: Wanted) -> list[Flight]:
    """Flights with a moment in the window, each once, in order."""
    assert wanted.t_from is not None
    assert wanted.t_to is not None
    found = {
        (flight.first_seen, flight.last_seen): flight
        for page in pages
        for _, flight in read_flights(page).flights
        if flight.first_seen < wanted.t_to.timestamp()
        if flight.last_seen >= wanted.t_from.timestamp()
    }
    return [found[key] for key in sorted(found)]


def _is_track(page: Page, icao24: str) -> bool:
    """It is the track of that aircraft, and every waypoint was believed."""
    if page.capture.status != httpx.codes.OK:
        return False
    try:
        read = _read_track(read_json(page.content, cap_bytes=CAP_BYTES), page)
    except UnreadablePage:
        return False
    return read.track.icao24 == icao24 and read.whole


@dataclass(frozen=True, slots=True)
class _Read:
    track: Track
    rejected: tuple[Rejected, ...]
    whole: bool
    """Every waypoint was believed."""


def _read_track(document: Any, page: Page) -> _Read:
    if not isinstance(document, Object) or not {"icao24", "path"} <= document.keys():
        raise UnreadablePage(f"The reply is no track: {shown(document, 80)}.")
    said = document["icao24"]
    icao24 = said.strip().lower() if isinstance(said, str) else ""
    if not _ICAO24.fullmatch(icao24):
        raise UnreadablePage(f"The track's icao24 is no 24-bit address: {shown(said, 40)}.")
    path = document["path"]
    if not isinstance(path, list | None):
        raise UnreadablePage(f"The track's list of waypoints is no list but {shown(path, 40)}.")
    tally = Tally()
    for key in sorted(document.keys() - _KNOWN):
        tally.add(f"field not known: {shown(key, 40)}", 0, document[key])
    callsign = _callsign(document, tally)
    fixes = []
    whole = True
    for number, raw in enumerate(path or ()):
        try:
            fix = _fix(raw, number, callsign)
        except Odd as error:
            tally.add(str(error), number, raw)
            whole = False
            continue
        if fix is None:
            tally.add("waypoint without a position", number, raw)
        else:
            fixes.append(fix)
    track = track_of(fixes, icao24=icao24, source=page.capture.source, sha256=page.capture.sha256)
    return _Read(track, tuple(tally.rejected()), whole)


def _callsign(document: Mapping[str, Any], tally: Tally) -> str:
    said = document.get("calllsign", document.get("callsign"))
    callsign = said.strip() if isinstance(said, str) else ""
    if said is not None and callsign and not _CALLSIGN.fullmatch(callsign):
        tally.add("callsign unreadable", 0, said)
        return ""
    return callsign


def _fix(raw: object, number: int, callsign: str) -> Fix | None:
    if not isinstance(raw, list) or len(raw) != 6:
        raise Odd("waypoint is not six columns long")
    t_s, lat, lon, baro_m, course, on_ground = converted(raw, _Waypoint, _NAMES)
    if lat is None or lon is None:
        return None
    return Fix(
        t_us=round(t_s * 1e6),
        lat=lat,
        lon=lon,
        alt_baro_ft=math.nan if baro_m is None or on_ground else baro_m * FT_PER_M,
        on_ground=on_ground,
        track_deg=math.nan if course is None else course,
        row=number,
        callsign=callsign,
    )
