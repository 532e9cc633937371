"""OurAirports: runways with their thresholds; public domain, one CSV.

Half of the rows have no coordinates; they are runways all the same, and are kept. A number that
is there but is none, or is impossible, rejects its row.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import httpx

from adapters._contract import Covered, Page, Record, Wanted, ask
from adapters._csv import Tally, table
from schemas.places import RunwayRow
from schemas.records import Rejected
from schemas.sources import Pace, Reach, Source, Terms

CAP_BYTES = 64 * 1024 * 1024

_NEEDED = (
    "airport_ident",
    "length_ft",
    "le_ident",
    "le_latitude_deg",
    "le_longitude_deg",
    "he_ident",
    "he_latitude_deg",
    "he_longitude_deg",
)


class _Impossible(ValueError):
    """A value that no runway has."""


@dataclass(frozen=True, slots=True)
class OurAirports:
    """The table of runways."""

    source: Source

    def fetch(
        self,
        wanted: Wanted,  # noqa: ARG002  (the table is one file)
        secrets: Mapping[str, str],  # noqa: ARG002  (it needs none)
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """The whole table. It says nothing of aircraft, so it covers nothing."""
        yield ask(f"{self.source.url}/runways.csv")
        return ()

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """A `RunwayRow` for each runway, then what was rejected."""
        tally = Tally()
        rows = table(page.content, cap_bytes=CAP_BYTES, needed=_NEEDED, tally=tally)
        for number, (header, values) in enumerate(rows):
            try:
                yield _runway(dict(zip(header, values, strict=True)))
            except _Impossible as error:
                tally.add(str(error), number, values)
        yield from tally.rejected()


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
        title="OurAirports, runways",
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
