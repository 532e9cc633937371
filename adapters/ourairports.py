"""OurAirports: airports, and runways with their thresholds; public domain, one CSV each.

Half of the runways have no coordinates; they are runways all the same, and are kept. An airport
without a place is none. A number that is there but is none, or is impossible, rejects its row.
Which of the two tables a page is, its header tells.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import httpx

from adapters._bytes import expanded_chunks
from adapters._contract import Covered, Page, Record, Wanted, ask
from adapters._csv import Tally, table
from schemas.places import AirportRow, RunwayRow
from schemas.records import Rejected
from schemas.sources import Pace, Reach, Source, Terms

CAP_BYTES = 64 * 1024 * 1024
FILES: Final = ("runways.csv", "airports.csv")
"""What is asked for, in this order: where an airport lies, runways help to tell."""

_AIRPORTS_NEED = (
    *("ident", "type", "name", "latitude_deg", "longitude_deg", "elevation_ft", "iso_country"),
    *("municipality", "gps_code", "iata_code"),
)
_RUNWAYS_NEED = (
    "airport_ident",
    "length_ft",
    "le_ident",
    "le_latitude_deg",
    "le_longitude_deg",
    "he_ident",
    "he_latitude_deg",
    "he_longitude_deg",
)
_KINDS = frozenset(
    {
        *("large_airport", "medium_airport", "small_airport"),
        *("heliport", "seaplane_base", "balloonport", "closed"),
    }
)
_CODE = re.compile("[A-Z0-9-]{1,12}", re.ASCII)
_LONGEST_NAME = 120


class _Impossible(ValueError):
    """A value that no runway and no airport has."""


@dataclass(frozen=True, slots=True)
class OurAirports:
    """The tables of airports and of runways."""

    source: Source

    def fetch(
        self,
        wanted: Wanted,  # noqa: ARG002  (the tables are files)
        secrets: Mapping[str, str],  # noqa: ARG002  (it needs none)
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """Both tables, whole. They say nothing of aircraft, so they cover nothing. Once one is
        refused, the other is not asked for."""
        for name in FILES:
            page = yield ask(f"{self.source.url}/{name}")
            if page.capture.status not in {httpx.codes.OK, httpx.codes.NOT_MODIFIED}:
                break
        return ()

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """An `AirportRow` or `RunwayRow` for each row, then what was rejected."""
        tally = Tally()
        is_airports = _is_airports(page.content)
        needed = _AIRPORTS_NEED if is_airports else _RUNWAYS_NEED
        read = _airport if is_airports else _runway
        rows = table(page.content, cap_bytes=CAP_BYTES, needed=needed, tally=tally)
        for number, (header, values) in enumerate(rows):
            try:
                yield read(dict(zip(header, values, strict=True)))
            except _Impossible as error:
                tally.add(str(error), number, values)
        yield from tally.rejected()


def _is_airports(content: bytes | memoryview) -> bool:
    """Runways have an ``airport_ident``, airports an ``ident``."""
    first = next(expanded_chunks(content, CAP_BYTES), b"")
    header = first.partition(b"\n")[0].replace(b'"', b"").removeprefix(b"\xef\xbb\xbf")
    names = {name.strip() for name in header.split(b",")}
    return b"ident" in names and b"airport_ident" not in names


def _airport(row: Mapping[str, str]) -> AirportRow:
    ident = _code(row, "ident")
    if not ident:
        raise _Impossible("airport without an ident")
    kind = row["type"].strip()
    if kind not in _KINDS:
        raise _Impossible("no kind of airport that we know")
    lat, lon = _number(row, "latitude_deg", -90, 90), _number(row, "longitude_deg", -180, 180)
    if lat is None or lon is None or (lat, lon) == (0.0, 0.0):
        raise _Impossible("airport without a place")
    name = _words(row["name"])
    if not name:
        raise _Impossible("airport without a name")
    return AirportRow(
        ident=ident,
        kind=kind,
        name=name,
        city=_words(row["municipality"]),
        country=_code(row, "iso_country"),
        lat=lat,
        lon=lon,
        elevation_ft=_number(row, "elevation_ft", -2_000, 30_000),
        icao=_code(row, "icao_code"),  # only since 2025
        gps=_code(row, "gps_code"),
        iata=_code(row, "iata_code"),
    )


def _code(row: Mapping[str, str], name: str) -> str:
    text = row.get(name, "").strip().upper()
    if text and not _CODE.fullmatch(text):
        raise _Impossible(f"{name} is no code")
    return text


def _words(text: str) -> str:
    """On one line, of printable characters only: some of them would turn a line around."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(plain.split())[:_LONGEST_NAME]


def _runway(row: Mapping[str, str]) -> RunwayRow:
    ident = row["airport_ident"].strip()
    if not ident:
        raise _Impossible("runway without an airport")
    return RunwayRow(
        airport_ident=ident,
        length_ft=_number(row, "length_ft", 0, 50_000),
        width_ft=_number(row, "width_ft", 0, 20_000),
        surface=row.get("surface", "").strip(),
        closed=row.get("closed", "").strip() == "1",
        le_ident=row["le_ident"].strip(),
        le_lat=_number(row, "le_latitude_deg", -90, 90),
        le_lon=_number(row, "le_longitude_deg", -180, 180),
        le_elevation_ft=_number(row, "le_elevation_ft", -2_000, 30_000),
        le_heading_deg=_number(row, "le_heading_degT", 0, 360),
        he_ident=row["he_ident"].strip(),
        he_lat=_number(row, "he_latitude_deg", -90, 90),
        he_lon=_number(row, "he_longitude_deg", -180, 180),
        he_elevation_ft=_number(row, "he_elevation_ft", -2_000, 30_000),
        he_heading_deg=_number(row, "he_heading_degT", 0, 360),
    )


def _number(row: Mapping[str, str], name: str, low: float, high: float) -> float | None:
    text = row.get(name, "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise _Impossible(f"{name} is no number") from error
    if not low <= value <= high:
        raise _Impossible(f"{name} out of range")
    return value


adapter = OurAirports(
    Source(
        key="ourairports",
        title="OurAirports, airports and runways",
        url="https://davidmegginson.github.io/ourairports-data",
        kind="reference",
        terms=Terms(licence="public domain", attribution="OurAirports"),
        pace=Pace(requests_per_s=1.0),
        lag=timedelta(days=1),
        reach=Reach(),
        independence_group="ourairports",
        open_archive=False,
    )
)
