"""What detection needs of the airport table, laid out once for arithmetic.

`fields_of` is pure: the same table gives the same fields; the last few are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from schemas.records import Bool, Float32, Float64, Int32, Int64
from service.domain.airports.table import Airports
from service.domain.detection import rules
from service.domain.detection.cells import COLUMNS, COUNT, cell_of, neighbours
from service.domain.detection.fixes import Fixes
from service.domain.geo import FT_PER_NM, NM_PER_DEGREE

_AIRLINER = ("international", "intercontinental", " intl")
_MILITARY = ("air base", "afb", "air force", "army", "naval", "airbase", " aaf", " nas ")
Index = int | npt.NDArray[np.integer] | slice


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """Airports (n) and runway ends (m) as columns; index = position in the table."""

    airports: Airports
    idents: tuple[str, ...]
    lat: Float64
    lon: Float64
    cos_lat: Float64
    elevation_ft: Float64
    """NaN = the table does not know it."""
    big: Bool
    """Has an IATA code or a runway of `BIG_FIELD_FT`: airliners may go there."""
    jet_prior: Float64
    """Log-likelihood that a jet goes there rather than elsewhere, before anything is seen of it.
    Small aircraft go everywhere; it is not for them."""
    end_start: Int32
    """[n + 1]: the ends of airport i are those from end_start[i] to end_start[i + 1]."""
    end_lat: Float64
    end_lon: Float64
    end_cos_lat: Float64
    end_sin: Float64
    """Of the heading."""
    end_cos: Float64
    end_heading_deg: Float64
    end_length_nm: Float64
    end_elevation_ft: Float64
    """The end's own, else the field's."""
    ceiling_ft: Float32
    """By cell: the highest field within `APPROACH_NM` of any place in it; -inf: there is none."""
    around_start: Int64
    around: Int32
    """Airports within `APPROACH_NM` of any place in cell c, and some more:
    ``around[around_start[c] : around_start[c + 1]]``."""

    def ident(self, index: int | None) -> str | None:
        """What we call an airport; None for no airport."""
        return None if index is None else self.idents[index]

    def elevation(self, index: int | None) -> float:
        """Field elevation; NaN for no airport and where the table does not know it."""
        return float("nan") if index is None else self.elevation_ft.item(index)

    def ends_of(self, index: int) -> slice:
        """Where an airport's runway ends stand."""
        return slice(self.end_start.item(index), self.end_start.item(index + 1))

    def has_runways(self, index: int) -> bool:
        """Whether the table places any runway of it."""
        return self.end_start.item(index) < self.end_start.item(index + 1)

    def in_cell(self, cell: int) -> Int32:
        """Airports within `APPROACH_NM` of any place in a cell, and some more."""
        return self.around[self.around_start.item(cell) : self.around_start.item(cell + 1)]

    def near_row(self, fixes: Fixes, row: int, radius_nm: float) -> tuple[Int32, Float64]:
        """Airports whose reference point lies within a radius (`APPROACH_NM` at most) of a fix,
        and how far away, NM."""
        candidates = self.in_cell(fixes.cell.item(row))
        away = self.away_nm(candidates, fixes.track.lat.item(row), fixes.track.lon.item(row))
        close = away <= radius_nm
        return candidates[close], away[close]

    def runway_frame(
        self, ends: Index, lat: npt.ArrayLike, lon: npt.ArrayLike
    ) -> tuple[Float64, Float64]:
        """Along (positive: past the threshold) and cross (positive: right) of places in the frame
        of runway ends, NM; flat, good within some 40 NM."""
        north = np.subtract(lat, self.end_lat[ends]) * NM_PER_DEGREE
        east = np.subtract(lon, self.end_lon[ends])
        east = (east - 360.0 * np.rint(east / 360.0)) * self.end_cos_lat[ends] * NM_PER_DEGREE
        sin, cos = self.end_sin[ends], self.end_cos[ends]
        return np.asarray(east * sin + north * cos), np.asarray(east * cos - north * sin)

    def away_nm(self, index: Index, lat: npt.ArrayLike, lon: npt.ArrayLike) -> Float64:
        """From places to reference points, NM; flat, good within some 60 NM."""
        north = np.subtract(lat, self.lat[index])
        east = np.subtract(lon, self.lon[index])
        east = (east - 360.0 * np.rint(east / 360.0)) * self.cos_lat[index]
        return np.asarray(np.sqrt(north * north + east * east) * NM_PER_DEGREE)


@lru_cache(maxsize=4)
def fields_of(airports: Airports) -> Fields:
    """The columns of a table, computed when first asked for."""
    longest = np.zeros(len(airports.lat))
    np.maximum.at(longest, airports.end_airport, np.nan_to_num(airports.end_length_ft))
    elevation = np.asarray(airports.elevation_ft, np.float64)
    own = np.asarray(airports.end_elevation_ft, np.float64)
    heading = np.radians(airports.end_heading_deg)
    around_start, around = _around(airports.lat, airports.lon)
    return Fields(
        airports=airports,
        idents=tuple(airport.ident for airport in airports.airports),
        lat=airports.lat,
        lon=airports.lon,
        cos_lat=np.cos(np.radians(airports.lat)),
        elevation_ft=elevation,
        big=(longest >= rules.BIG_FIELD_FT)
        | np.array([bool(a.iata) for a in airports.airports], np.bool_),
        jet_prior=_jet_prior(airports, longest),
        end_start=airports.end_start,
        end_lat=airports.end_lat,
        end_lon=airports.end_lon,
        end_cos_lat=np.cos(np.radians(airports.end_lat)),
        end_sin=np.sin(heading),
        end_cos=np.cos(heading),
        end_heading_deg=airports.end_heading_deg,
        end_length_nm=np.nan_to_num(airports.end_length_ft, nan=5_000.0) / FT_PER_NM,
        end_elevation_ft=np.where(np.isnan(own), elevation[airports.end_airport], own),
        ceiling_ft=_ceiling(elevation, around_start, around),
        around_start=around_start,
        around=around,
    )


def _jet_prior(airports: Airports, longest_ft: Float64) -> Float64:
    """Runway length where it is known, else whether it has an IATA code; and what its name says."""
    prior = np.zeros(len(airports.lat))
    known = longest_ft > 0.0
    prior[known & (longest_ft < rules.JET_FIELD_FT)] = -2.0
    prior[known & (longest_ft < rules.BIG_FIELD_FT)] = -5.0
    for i, airport in enumerate(airports.airports):
        if not airport.iata:
            prior[i] -= 2.0 if known[i] else 6.0
        name = f" {airport.name.lower()} "
        if any(word in name for word in _MILITARY):
            prior[i] -= 1.5
        if any(word in name for word in _AIRLINER):
            prior[i] += 0.75
        elif not known[i]:
            prior[i] -= 0.5  # all there is to tell it from those with long runways
    return prior


def _around(lat: Float64, lon: Float64) -> tuple[Int64, Int32]:
    """Airports by cell, those of the neighbouring cells among them."""
    if not len(lat):
        return np.zeros(COUNT + 1, np.int64), np.zeros(0, np.int32)
    cell = cell_of(lat, lon)
    row, column = cell // COLUMNS, cell % COLUMNS
    homes: list[npt.NDArray[np.integer]] = []
    guests: list[npt.NDArray[np.integer]] = []
    index = np.arange(len(lat), dtype=np.int32)
    for home_row, pairs in enumerate(neighbours(rules.APPROACH_NM / NM_PER_DEGREE)):
        for offset, wide in pairs:
            here = index[row == home_row + offset]
            if not len(here):
                continue
            shifts = np.arange(-wide, wide + 1) if 2 * wide < COLUMNS else np.arange(COLUMNS)
            columns = (column[here][:, None] + shifts) % COLUMNS
            homes.append((home_row * COLUMNS + columns).ravel())
            guests.append(np.repeat(here, len(shifts)))
    at, who = np.concatenate(homes), np.concatenate(guests)
    order = np.lexsort((who, at))
    start = np.searchsorted(at[order], np.arange(COUNT + 1))
    return start.astype(np.int64), who[order].astype(np.int32)


def _ceiling(elevation_ft: Float64, start: Int64, around: Int32) -> Float32:
    height = np.where(np.isnan(elevation_ft), -np.inf, elevation_ft)[around].astype(np.float32)
    ceiling = np.full(COUNT, -np.inf, np.float32)
    filled = np.flatnonzero(start[1:] > start[:-1])
    if len(filled):
        ceiling[filled] = np.maximum.reduceat(height, start[filled])
    # Where no field's elevation is known, the sea's is the lowest there is.
    return np.where(np.isneginf(ceiling), np.float32(0.0), ceiling)
