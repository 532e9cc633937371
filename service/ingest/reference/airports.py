"""Reference data: the embedded table of airports, and what is added to it when that is loaded.

The table is the `airportsdata` package; `own_fields` in this room mends it. OurAirports adds fields
to it (`combining`) and runways (`runways`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from zoneinfo import available_timezones

import airportsdata

from schemas.places import Airport, AirportRow, RunwayRow
from service.domain.airports.names import CityGroup
from service.domain.airports.table import Airports
from service.ingest.reference.combining import COMBINING_VERSION, combine
from service.ingest.reference.counts import AirportCounts
from service.ingest.reference.own_fields import (
    ALIASES,
    ALSO_CLOSED,
    CLOSED_FIELDS,
    MISELEVATED,
    MISPLACED,
    OWN_VERSION,
)
from service.ingest.reference.runways import RunwayTies, tie_runways


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What is loaded beside the embedded table; None = not loaded.

    The hashes are those of the files the rows come from, for the version that verdicts name;
    without one the rows themselves are hashed.
    """

    airport_rows: Sequence[AirportRow] | None = None
    airports_sha256: str = ""
    runway_rows: Sequence[RunwayRow] | None = None
    runways_sha256: str = ""

    @property
    def version(self) -> str:
        """Names every table and every rule that the airports are made by."""
        version = f"airportsdata {airportsdata.__version__}; own fields {OWN_VERSION}"
        if self.airport_rows is not None:
            named = (self.airports_sha256 or _digest(self.airport_rows))[:12]
            version += f"; airports sha256:{named}, combining {COMBINING_VERSION}"
        if self.runway_rows is not None:
            version += f"; runways sha256:{(self.runways_sha256 or _digest(self.runway_rows))[:12]}"
        return version


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """The table, and what became of the rows that were loaded."""

    airports: Airports
    counts: AirportCounts | None
    ties: RunwayTies | None


def assemble(tables: Tables) -> Assembled:
    """All airports, with whatever is loaded."""
    airports, runway_rows = embedded_airports(), tables.runway_rows or ()
    combined = None
    if tables.airport_rows is not None:
        cities = {group.code for group in city_groups()}
        combined = combine(airports, tables.airport_rows, runway_rows, city_codes=cities)
        airports = combined.airports
    ties = None
    if tables.runway_rows is not None:
        airports, ties = tie_runways(
            airports,
            runway_rows,
            codes={} if combined is None else combined.codes,
            strangers=() if combined is None else combined.strangers,
        )
    return Assembled(
        airports=Airports.build(
            airports,
            tables.version,
            city_groups=city_groups(),
            named=None if combined is None else combined.named,
            unplaced={} if combined is None else combined.unplaced,
        ),
        counts=None if combined is None else combined.counts,
        ties=ties,
    )


def load_airports(
    runway_rows: Iterable[RunwayRow] | None = None, *, runways_sha256: str = ""
) -> Airports:
    """All airports, with runways where rows are given."""
    rows = None if runway_rows is None else tuple(runway_rows)
    return assemble(Tables(runway_rows=rows, runways_sha256=runways_sha256)).airports


@cache
def embedded_airports() -> tuple[Airport, ...]:
    """The embedded table, mended, with the closed fields that press texts still name.

    Its ICAO column also holds local codes where a field has no ICAO code, so nothing of the
    table by local codes is missing.

    An elevation of 0 is what the table writes for "unknown" (1,405 fields, up to 4,000 ft high):
    it becomes None unless runways say otherwise. Guessing from neighbours at sea level would
    save twenty of them and be wrong by more than 150 ft for one in thirty.
    """
    table = airportsdata.load("ICAO")
    zones = available_timezones()
    airports = [_airport(row, zones) for row in table.values()]
    airports += [field for field in CLOSED_FIELDS if field.ident not in table]
    return tuple(airports)


@cache
def city_groups() -> tuple[CityGroup, ...]:
    """Cities with an IATA code for several airports."""
    return tuple(
        CityGroup(
            code=code,
            name=city["name"],
            country=city["country"],
            idents=tuple(row["icao"] for row in city["airports"].values()),
        )
        for code, city in airportsdata.load_iata_macs().items()
    )


def _airport(row: airportsdata.Airport, zones: set[str]) -> Airport:
    ident, zone = row["icao"], row["tz"]
    lat, lon, elevation = row["lat"], row["lon"], row["elevation"]
    airport = Airport(
        ident=ident,
        name=row["name"],
        city=row["city"],
        country=row["country"],
        lat=lat,
        lon=lon,
        elevation_ft=_elevation(ident, elevation),
        # Antarctica has none in the table; the verdict names the zone it read a date in.
        zone=zone if zone in zones else "UTC",
        iata=row["iata"],
        local=row["lid"],
        closed=ident in ALSO_CLOSED,
        aliases=ALIASES.get(ident, ()),
    )
    mended = MISPLACED.get(ident)
    if mended is None or mended.wrong != (lat, lon):
        return airport
    return replace(
        airport,
        lat=mended.right[0],
        lon=mended.right[1],
        elevation_ft=mended.elevation_ft if mended.moved else airport.elevation_ft,
        name=mended.name or airport.name,
    )


def _elevation(ident: str, in_table: float) -> float | None:
    wrong, right = MISELEVATED.get(ident, (0.0, None))
    return right if in_table == wrong else in_table


def _digest(rows: Sequence[AirportRow] | Sequence[RunwayRow]) -> str:
    return hashlib.sha256("\n".join(map(repr, rows)).encode()).hexdigest()
