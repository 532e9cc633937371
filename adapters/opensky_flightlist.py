"""The OpenSky flight list: one CSV a month, 2019 to 2022, every flight that OpenSky heard.

Columns: ``callsign, number, icao24, registration, typecode, origin, destination, firstseen,
lastseen, day, latitude_1, longitude_1, altitude_1, latitude_2, longitude_2, altitude_2``. Empty
means unknown, altitudes are metres, times ISO with a zone. ``firstseen`` and ``lastseen`` are
when the flight was first and last heard, not when it left and touched the ground; origin and
destination are estimated from where that was. So a row is a report, with those places in its note.

A month is about 140 MB compressed and three million rows: everything here is lazy.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from operator import itemgetter

import httpx

from adapters._bytes import expanded_chunks
from adapters._contract import Asking, Covered, Page, Record, UnreadablePage, Wanted, ask
from adapters._csv import Tally, table
from schemas.records import EVERYTHING, Rejected, Report
from schemas.sources import Pace, Reach, Source, Terms

CAP_BYTES = 4 * 1024 * 1024 * 1024
"""Expanded; a month is about half a gigabyte."""
_ASKING = Asking(cap_bytes=512 * 1024 * 1024)

_USED = (
    "callsign",
    "icao24",
    "registration",
    "typecode",
    "origin",
    "destination",
    "firstseen",
    "lastseen",
)
_PLACES = ("latitude_1", "longitude_1", "altitude_1", "latitude_2", "longitude_2", "altitude_2")
_ICAO24 = re.compile(r"[0-9a-f]{6}", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1970, 2100


class _Odd(ValueError):
    """A row that is not believed."""


@dataclass(frozen=True, slots=True)
class OpenSkyFlightList:
    """The monthly lists."""

    source: Source

    def fetch(
        self,
        wanted: Wanted,
        secrets: Mapping[str, str],  # noqa: ARG002  (it needs none)
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """Each month that holds a wanted day, whole: nobody learns whom it is asked for."""
        covered: list[Covered] = []
        days = [day for day in wanted.days() if self.source.reach.holds(day, today=day)]
        for first in sorted({day.replace(day=1) for day in days}):
            last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
            name = f"flightlist_{first:%Y%m%d}_{last:%Y%m%d}.csv.gz"
            page = yield ask(f"{self.source.url}/files/{name}", handling=_ASKING)
            if page.capture.status == httpx.codes.OK and _is_whole(page):
                t_from = datetime.combine(first, time(), UTC)
                t_to = datetime.combine(last + timedelta(days=1), time(), UTC)
                covered.append(
                    Covered(source=self.source.key, target=EVERYTHING, t_from=t_from, t_to=t_to)
                )
        return covered

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """A `Report` for each flight, then what was rejected."""
        return self.parse_only(page)

    def parse_only(
        self,
        page: Page,
        *,
        icao24: frozenset[str] | None = None,
        registrations: frozenset[str] | None = None,
    ) -> Iterator[Record | Rejected]:
        """As `parse`, but only flights of these aircraft, by either name; None = all of them.

        Rejected rows are counted among those flights only.
        """
        whole = icao24 is None and registrations is None
        addresses, names = icao24 or frozenset(), registrations or frozenset()
        tally = Tally()
        rows = table(page.content, cap_bytes=CAP_BYTES, needed=_USED, tally=tally)
        for number, (header, row) in enumerate(rows):
            if not number:
                used = itemgetter(*(header.index(name) for name in _USED))
                places = [header.index(name) if name in header else None for name in _PLACES]
                address_at, name_at = header.index("icao24"), header.index("registration")
            if whole or row[address_at] in addresses or row[name_at] in names:
                try:
                    yield _report(
                        page, number, used(row), [None if at is None else row[at] for at in places]
                    )
                except _Odd as error:
                    tally.add(str(error), number, row)
        yield from tally.rejected()


def _is_whole(page: Page) -> bool:
    """Whether the file can be read to its end and is a flight list."""
    try:
        next(table(page.content, cap_bytes=CAP_BYTES, needed=_USED, tally=Tally()), None)
        for _ in expanded_chunks(page.content, CAP_BYTES):
            pass
    except UnreadablePage:
        return False
    return True


def _report(page: Page, number: int, used: Sequence[str], places: Sequence[str | None]) -> Report:
    callsign, icao24, registration, type_code, origin, destination, first, last = (
        value.strip() for value in used
    )
    icao24 = icao24.lower()
    if icao24 and not _ICAO24.fullmatch(icao24):
        raise _Odd("icao24 is no 24-bit address")
    t_off, t_on = _time(first, "firstseen"), _time(last, "lastseen")
    if t_off is not None and t_on is not None and t_on < t_off:
        raise _Odd("last heard before it was first heard")
    return Report(
        source=page.capture.source,
        registration=registration,
        icao24=icao24,
        type_code=type_code,
        callsign=callsign,
        origin=origin,
        destination=destination,
        t_off=t_off,
        t_on=t_on,
        publisher="OpenSky Network",
        url=page.capture.url if page.capture.url.startswith("https://") else "",
        rests_on=("opensky",),
        note=_note(places),
        capture=page.capture.sha256,
        row=number,
    )


def _time(text: str, name: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _Odd(f"{name} is no time") from error
    if moment.tzinfo is None:
        raise _Odd(f"{name} has no time zone")
    if not _FIRST_YEAR <= moment.year < _LAST_YEAR:
        raise _Odd(f"{name} out of range")
    return moment.astimezone(UTC)


def _note(places: Sequence[str | None]) -> str:
    told = [
        f"{what} at {where}"
        for what, where in (("first heard", _place(places[:3])), ("last heard", _place(places[3:])))
        if where
    ]
    return f"Times are of reception: {', '.join(told)}." if told else "Times are of reception."


def _place(place: Sequence[str | None]) -> str:
    try:
        lat, lon = (float(value or "nan") for value in place[:2])
        alt_m = float(place[2] or "nan")
    except ValueError:
        return ""
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        return ""
    return f"{lat:.3f}, {lon:.3f}" + (f" at {alt_m:.0f} m" if abs(alt_m) < 50_000 else "")


adapter = OpenSkyFlightList(
    Source(
        key="opensky_flightlist",
        title="OpenSky Network, monthly flight list 2019 to 2022",
        url="https://zenodo.org/records/7923702",
        kind="reports",
        terms=Terms(
            licence="CC-BY",
            attribution="Crowdsourced air traffic data from The OpenSky Network (Zenodo 7923702)",
            note="Origins and destinations are estimates.",
        ),
        pace=Pace(requests_per_s=0.1),
        lag=timedelta(days=31),
        reach=Reach(first_day=date(2019, 1, 1), last_day=date(2022, 12, 31)),
        independence_group="opensky",
        open_archive=True,
    )
)
