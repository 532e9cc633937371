"""The airports that may have had a say: the answer can be derived without the whole table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from schemas.records import Float64, Report, Track
from service.domain.airports.exonyms import MOVED_CODES
from service.domain.airports.table import Airports
from service.evidence.bundle.parts import Places

_CELL_DEG: Final = 0.25
_AROUND_NM: Final = 230.0
"""What is worked out at a fix looks 40 NM around it, from the corners of a cell of one degree and
those beside it; more than all of that together."""


def places(
    airports: Airports, ident: str, tracks: Iterable[Track], reports: Iterable[Report]
) -> Places:
    """The rows around every fix, the airport asked about, and all that share a code with one that a
    report names, in the order of the table."""
    wanted: set[int] = set()
    cells: set[tuple[int, int]] = set()
    for track in tracks:
        cells |= set(zip(_cells(track.lat), _cells(track.lon), strict=True))
    if cells:
        lat, lon = (np.array(column, np.float64) * _CELL_DEG for column in zip(*cells, strict=True))
        _, found, _ = airports.near(lat, lon, _AROUND_NM)
        wanted |= set(found.tolist())
    codes = {code for r in reports for code in (r.origin, r.destination)} | {ident}
    codes = {code.strip().upper() for code in codes} - {""}
    codes |= {MOVED_CODES[code][1] for code in codes if code in MOVED_CODES}
    cities = tuple(group for group in airports.city_groups if group.code in codes)
    codes |= {member for group in cities for member in group.idents}
    for index, airport in enumerate(airports.airports):
        if codes & {airport.ident, airport.iata, airport.local, *airport.aliases}:
            wanted.add(index)
    return Places(
        version=airports.version,
        airports=tuple(airports.airports[index] for index in sorted(wanted)),
        cities=cities,
    )


def table(found: Places) -> Airports:
    """The rows as a table to derive with."""
    return Airports.build(found.airports, found.version, city_groups=found.cities)


def _cells(degrees: Float64) -> list[int]:
    known = np.nan_to_num(degrees, nan=0.0, posinf=0.0, neginf=0.0)
    numbers: list[int] = np.rint(np.clip(known, -360, 360) / _CELL_DEG).astype(int).tolist()
    return numbers
