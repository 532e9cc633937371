"""Runways tied to airports: rows of a table that names airports its own way.

Each row (OurAirports) is tied by ident, by another code of the same airport, or by where its
thresholds lie; what cannot be tied is counted and left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

import numpy as np

from schemas.places import Airport, RunwayEnd, RunwayRow
from schemas.records import Float64
from service.domain.airports.table import Airports
from service.domain.geo import FT_PER_NM, angle_diff_deg, bearing_deg, distance_nm

NM_PER_KM = 1.0 / 1.852
TIE_NM = 4.0 * NM_PER_KM
"""A runway row with an ident of its own belongs to the one reference point this near."""
THRESHOLD_NM = 8.0 * NM_PER_KM
"""Thresholds lie up to 7 km from the reference point (Amsterdam's 18R). Farther is an error."""
ELEVATIONS_DISAGREE_FT = 150.0
"""Table and thresholds farther apart than this: neither is believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunwayTies:
    """What became of runway rows. Every row is counted in exactly one of the first seven."""

    by_ident: int = 0
    by_alias: int = 0
    by_position: int = 0
    no_airport: int = 0
    """No airport of ours, by code or place (or several)."""
    no_position: int = 0
    """Neither end can be placed."""
    closed: int = 0
    helipads: int = 0
    ends: int = 0
    """Runway ends that can be used."""
    ends_far: int = 0
    """Ends dropped: beyond `THRESHOLD_NM` from their airport."""
    ends_doubtful: int = 0
    """Ends dropped: no direction, or one that contradicts the painted number or the length."""
    elevations_dropped: int = 0
    """Airports whose table elevation and threshold elevations contradict each other."""

    @property
    def rows(self) -> int:
        """All rows read."""
        tied = self.by_ident + self.by_alias + self.by_position
        return tied + self.no_airport + self.no_position + self.closed + self.helipads


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where and how high runways lie, by the ident of the table that lists them."""

    places: Mapping[str, Sequence[tuple[float, float]]]
    heights: Collection[str]
    """Idents with a threshold of known elevation."""

    @classmethod
    def of(cls, rows: Iterable[RunwayRow]) -> Thresholds:
        """Of the rows that can be used."""
        places: dict[str, list[tuple[float, float]]] = {}
        heights: set[str] = set()
        for row in rows:
            if not _is_usable(row, Counter()):
                continue
            ends = zip(_thresholds(row), (row.le_elevation_ft, row.he_elevation_ft), strict=True)
            for (lat, lon), height in ends:
                if lat is not None and lon is not None and _is_place(lat, lon):
                    places.setdefault(row.airport_ident, []).append((lat, lon))
                    if _sane(height, -1500.0, 16_000.0) is not None:
                        heights.add(row.airport_ident)
        return cls(places, heights)

    def lie_at(self, idents: Iterable[str], lat: float, lon: float) -> bool:
        """Whether any of these airports has a threshold as near a place as thresholds can be."""
        return any(
            float(distance_nm(lat, lon, *place)) <= THRESHOLD_NM
            for ident in idents
            for place in self.places.get(ident, ())
        )

    def have_heights(self, idents: Iterable[str]) -> bool:
        """Whether any of these airports has a threshold of known elevation."""
        return any(ident in self.heights for ident in idents)


def tie_runways(
    airports: Sequence[Airport],
    rows: Sequence[RunwayRow],
    *,
    codes: Mapping[str, str] = MappingProxyType({}),
    strangers: Collection[str] = (),
) -> tuple[tuple[Airport, ...], RunwayTies]:
    """The same airports with the runway ends that are theirs, and what became of every row.

    `codes` are idents in the rows of airports that we name otherwise, and how we name them;
    `strangers` are idents known to be none of `airports`, however near they lie.

    Field elevations that were unknown come from the thresholds (the highest one, as an airport's
    elevation is that of its highest point of landing area).
    """
    counts: Counter[str] = Counter()
    usable = [row for row in rows if _is_usable(row, counts)]
    aliases = {alias: a.ident for a in airports for alias in a.aliases}
    owners = _owners(airports, usable, {**codes, **aliases}, strangers, counts)
    tied = [(owner, row) for owner, row in zip(owners, usable, strict=True) if owner is not None]
    ends: dict[int, list[RunwayEnd]] = {}
    for owner, end in _ends(airports, tied, counts):
        ends.setdefault(owner, []).append(end)
    counts["ends"] = sum(map(len, ends.values()))
    with_runways = tuple(
        _with_runways(airport, ends[index], counts) if index in ends else airport
        for index, airport in enumerate(airports)
    )
    return with_runways, RunwayTies(**{kind.name: counts[kind.name] for kind in fields(RunwayTies)})


def _is_usable(row: RunwayRow, counts: Counter[str]) -> bool:
    if row.closed:
        counts["closed"] += 1
    elif re.match("H[0-9]", row.le_ident):
        counts["helipads"] += 1
    elif not any(_is_place(lat, lon) for lat, lon in _thresholds(row)):
        counts["no_position"] += 1
    else:
        return True
    return False


def _thresholds(row: RunwayRow) -> tuple[tuple[float | None, float | None], ...]:
    return (row.le_lat, row.le_lon), (row.he_lat, row.he_lon)


def _is_place(lat: float | None, lon: float | None) -> bool:
    return lat is not None and lon is not None and abs(lat) <= 90.0 and abs(lon) <= 180.0


def _columns(rows: Sequence[RunwayRow]) -> tuple[Float64, Float64]:
    """Latitudes and longitudes of both thresholds, (rows, 2); NaN where there is none."""
    places = [
        [(lat, lon) if _is_place(lat, lon) else (np.nan, np.nan) for lat, lon in _thresholds(row)]
        for row in rows
    ]
    table = np.array(places, dtype=np.float64).reshape(len(rows), 2, 2)
    return table[:, :, 0], table[:, :, 1]


def _owners(
    airports: Sequence[Airport],
    rows: Sequence[RunwayRow],
    codes: Mapping[str, str],
    strangers: Collection[str],
    counts: Counter[str],
) -> list[int | None]:
    """The airport of each row: by its ident, by another code, else by place."""
    idents = {airport.ident: index for index, airport in enumerate(airports)}
    owners = [idents.get(row.airport_ident) for row in rows]
    counts["by_ident"] = sum(owner is not None for owner in owners)
    for number, row in enumerate(rows):
        if owners[number] is None and codes.get(row.airport_ident) in idents:
            owners[number] = idents[codes[row.airport_ident]]
            counts["by_alias"] += 1
    taken = {owner for owner in owners if owner is not None}
    unknown = [number for number, owner in enumerate(owners) if owner is None]
    near = _near_thresholds(airports, [rows[number] for number in unknown])
    for number, found in zip(unknown, near, strict=True):
        is_stranger = rows[number].airport_ident in strangers
        if len(found) == 1 and not found & taken and not is_stranger:
            (owners[number],) = found
        counts["no_airport" if owners[number] is None else "by_position"] += 1
    return owners


def _near_thresholds(airports: Sequence[Airport], rows: Sequence[RunwayRow]) -> list[set[int]]:
    """For each row every airport whose reference point lies within `TIE_NM` of a threshold."""
    lat, lon = _columns(rows)
    at, airport, _ = Airports.build(airports, "").near(lat.ravel(), lon.ravel(), TIE_NM)
    near: list[set[int]] = [set() for _ in rows]
    for number, index in zip((at // 2).tolist(), airport.tolist(), strict=True):
        near[number].add(index)
    return near


def _ends(
    airports: Sequence[Airport], tied: Sequence[tuple[int, RunwayRow]], counts: Counter[str]
) -> Iterator[tuple[int, RunwayEnd]]:
    """Every runway end that can be placed and has a direction, with its airport.

    The direction is that from threshold to threshold, else the one the table gives. It must fit
    the painted number (within 45°, for magnetic variation; near the poles numbers follow a grid),
    and the distance between the thresholds must not be far beyond the length.
    """
    lat, lon = _columns([row for _, row in tied])
    home_lat = np.array([[airports[owner].lat] for owner, _ in tied])
    home_lon = np.array([[airports[owner].lon] for owner, _ in tied])
    far = distance_nm(lat, lon, home_lat, home_lon) > THRESHOLD_NM if tied else lat > 0.0
    span_ft = distance_nm(lat[:, 0], lon[:, 0], lat[:, 1], lon[:, 1]) * FT_PER_NM
    course = bearing_deg(lat[:, 0], lon[:, 0], lat[:, 1], lon[:, 1])
    length_ft = np.array([_sane(row.length_ft, 1.0, 30_000.0) or np.nan for _, row in tied])
    heading = np.where(np.isnan(course), [_said_heading(row) for _, row in tied], course)
    painted = np.array([_painted_heading(row) for _, row in tied], dtype=np.float64)
    off_number = np.abs(angle_diff_deg(heading, painted)) > 45.0
    off_number &= np.nanmax(np.abs(lat), axis=1, initial=0.0) < 70.0
    off_length = (span_ft < 50.0) | (span_ft > 2.0 * length_ft + 3000.0)
    doubtful = np.isnan(heading) | off_number | off_length
    length_ft = np.where(np.isnan(length_ft), np.nan_to_num(span_ft), length_ft)
    for number, (owner, row) in enumerate(tied):
        names = (row.le_ident, row.he_ident)
        heights = (row.le_elevation_ft, row.he_elevation_ft)
        for side in (0, 1):
            if np.isnan(lat[number, side]):
                continue
            if far[number, side]:
                counts["ends_far"] += 1
            elif doubtful[number]:
                counts["ends_doubtful"] += 1
            else:
                yield (
                    owner,
                    RunwayEnd(
                        name=names[side],
                        lat=float(lat[number, side]),
                        lon=float(lon[number, side]),
                        heading_deg=(float(heading[number]) + 180.0 * side) % 360.0,
                        length_ft=float(length_ft[number]),
                        elevation_ft=_sane(heights[side], -1500.0, 16_000.0),
                    ),
                )


def _said_heading(row: RunwayRow) -> float:
    """Landing over the low end, as the table gives it, turned round where it gives the other."""
    low, high = _sane(row.le_heading_deg, 0.0, 360.0), _sane(row.he_heading_deg, 0.0, 360.0)
    if low is not None:
        return low % 360.0
    return np.nan if high is None else (high + 180.0) % 360.0


def _sane(value: float | None, least: float, most: float) -> float | None:
    """The value where a runway on Earth can have it."""
    return value if value is not None and least <= value <= most else None


def _painted_heading(row: RunwayRow) -> float:
    number = re.match("[0-9]{1,2}", row.le_ident)
    return int(number[0]) * 10.0 if number else np.nan


def _with_runways(airport: Airport, ends: list[RunwayEnd], counts: Counter[str]) -> Airport:
    heights = [end.elevation_ft for end in ends if end.elevation_ft is not None]
    elevation_ft = airport.elevation_ft
    if heights and elevation_ft is None:
        elevation_ft = max(heights)
    elif heights and elevation_ft is not None:
        off = min(abs(elevation_ft - height) for height in heights)
        if off > ELEVATIONS_DISAGREE_FT:
            counts["elevations_dropped"] += 1
            elevation_ft = None
            ends = [replace(end, elevation_ft=None) for end in ends]
    longest_first = sorted(ends, key=lambda end: (-end.length_ft, end.name, end.lat, end.lon))
    return replace(airport, runways=tuple(longest_first), elevation_ft=elevation_ft)
