"""Which known places lie near each of many points, fast and exactly.

Places are sorted by bands of latitude and, in a band, by longitude. For a point and a radius only
the bands within reach are searched, each for the stretch of longitude that the radius covers at
that latitude; the few places found are then measured. The stretch is exact for a cap on the
sphere, so nothing is missed: half its width is asin(sin r / cos latitude), and all longitudes
once the cap holds a pole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schemas.records import Float64, Int32
from service.domain.geo import EARTH_RADIUS_NM, NM_PER_DEGREE

_BAND_DEG = 0.5
"""Height of a band: about three times the usual radius of 10 NM."""
_BAND_STRIDE = 1024.0
"""Distance between two bands in the sort key; more than 360."""
_CHUNK = 100_000
"""Points looked up at once, so that memory stays flat however long a track is."""
_SLACK_DEG = 1e-9
"""The search reaches a little farther than the radius; the measured distance decides."""

_Rows = npt.NDArray[np.intp]
_Pairs = tuple[Int32, Int32, Float64]


@dataclass(frozen=True, eq=False, slots=True)
class PlaceGrid:
    """Places in search order."""

    place: Int32
    """Index of each place in the columns the grid was built from."""
    key: Float64
    """Band and longitude as one ascending number."""
    x: Float64
    y: Float64
    z: Float64
    """Unit vectors."""

    @classmethod
    def build(cls, lat: Float64, lon: Float64) -> PlaceGrid:
        """From latitudes and longitudes in degrees; places without a position are left out."""
        lon = _wrapped(lon)
        with np.errstate(invalid="ignore"):
            key = np.floor((lat + 90.0) / _BAND_DEG) * _BAND_STRIDE + lon
        order = np.argsort(key, kind="stable")[: int(np.isfinite(key).sum())]
        return cls(order.astype(np.int32), key[order], *_unit_vectors(lat[order], lon[order]))

    def near(self, lat: Float64, lon: Float64, radius_nm: float) -> _Pairs:
        """All (point, place, distance in NM) within the radius, points ascending.

        Points without a position (NaN, latitude over 90) have no pair. Antimeridian and poles
        need no care. A radius that is negative or NaN finds nothing.
        """
        lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
        parts = [
            self._near(lat[at : at + _CHUNK], lon[at : at + _CHUNK], radius_nm, at)
            for at in range(0, len(lat), _CHUNK)
        ]
        if not parts:
            return _none()
        point, place, distance = zip(*parts, strict=True)
        return np.concatenate(point), np.concatenate(place), np.concatenate(distance)

    def _near(self, lat: Float64, lon: Float64, radius_nm: float, offset: int) -> _Pairs:
        with np.errstate(invalid="ignore"):
            points = np.flatnonzero(np.isfinite(lon) & (np.abs(lat) <= 90.0))
        if not len(points) or not len(self.key) or not radius_nm >= 0.0:
            return _none()
        radius_nm = min(radius_nm, np.pi * EARTH_RADIUS_NM)
        lat, lon = lat[points], _wrapped(lon[points])
        row, begin, end = self._stretches(lat, lon, radius_nm / NM_PER_DEGREE + _SLACK_DEG)

        # One line per candidate: the point's row, and the slot of the place in search order.
        count = end - begin
        row_of = np.repeat(row, count)
        slot = np.arange(len(row_of)) + np.repeat(begin - (np.cumsum(count) - count), count)
        x, y, z = _unit_vectors(lat, lon)
        squared = (
            (x[row_of] - self.x[slot]) ** 2
            + (y[row_of] - self.y[slot]) ** 2
            + (z[row_of] - self.z[slot]) ** 2
        )
        chord_max = 2.0 * np.sin(radius_nm / EARTH_RADIUS_NM / 2.0)
        hit = squared <= chord_max**2
        distance = 2.0 * EARTH_RADIUS_NM * np.arcsin(np.minimum(np.sqrt(squared[hit]) / 2.0, 1.0))
        point = (points[row_of[hit]] + offset).astype(np.int32)
        return point, self.place[slot[hit]], distance

    def _stretches(self, lat: Float64, lon: Float64, reach: float) -> tuple[_Rows, _Rows, _Rows]:
        """For each point the slots to look at, as (row, begin, end), rows ascending."""
        first = np.maximum(np.floor((lat - reach + 90.0) / _BAND_DEG), 0.0)
        last = np.minimum(np.floor((lat + reach + 90.0) / _BAND_DEG), 180.0 / _BAND_DEG)
        half = np.full(len(lat), 180.0)
        no_pole = np.abs(lat) + reach < 90.0
        sine = np.sin(np.radians(reach)) / np.cos(np.radians(lat[no_pole]))
        half[no_pole] = np.degrees(np.arcsin(np.minimum(sine, 1.0))) + _SLACK_DEG
        bands: Float64 = first[:, None] + np.arange(int((last - first).max()) + 1)
        at, column = np.nonzero(bands <= last[:, None])
        row, band, west, east = _split_at_antimeridian(
            at, bands[at, column], lon[at] - half[at], lon[at] + half[at]
        )
        begin = np.searchsorted(self.key, band * _BAND_STRIDE + west, side="left")
        end = np.searchsorted(self.key, band * _BAND_STRIDE + east, side="right")
        return row, begin, end


def _split_at_antimeridian(
    row: _Rows, band: Float64, west: Float64, east: Float64
) -> tuple[_Rows, Float64, Float64, Float64]:
    """Stretches of longitude within [-180, 180]; one that leaves it becomes two."""
    whole = east - west >= 360.0
    west, east = np.where(whole, -180.0, west), np.where(whole, 180.0, east)
    over_west, over_east = west < -180.0, east > 180.0
    split = over_west | over_east
    if not split.any():
        return row, band, np.maximum(west, -180.0), np.minimum(east, 180.0)
    beyond_west = np.where(over_west, west + 360.0, -180.0)[split]
    beyond_east = np.where(over_west, 180.0, east - 360.0)[split]
    rows = np.concatenate((row, row[split]))
    order = np.argsort(rows, kind="stable")
    return (
        rows[order],
        np.concatenate((band, band[split]))[order],
        np.concatenate((np.maximum(west, -180.0), beyond_west))[order],
        np.concatenate((np.minimum(east, 180.0), beyond_east))[order],
    )


def _wrapped(lon: Float64) -> Float64:
    return np.asarray(np.mod(lon + 180.0, 360.0) - 180.0)


def _unit_vectors(lat: Float64, lon: Float64) -> tuple[Float64, Float64, Float64]:
    phi, lam = np.radians(lat), np.radians(lon)
    return np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)


def _none() -> _Pairs:
    return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0)
