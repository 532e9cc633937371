"""The map's projection: azimuthal equidistant, so there is no edge at 180° and none at a pole.

Distance and direction are true from the middle of the map; the plane is in nautical miles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from schemas.records import Float64
from service.domain.geo import EARTH_RADIUS_NM, bearing_deg, destination, distance_nm
from service.formats.lines import Point, unit

FARTHEST_NM: Final = 0.97 * np.pi * EARTH_RADIUS_NM
"""Beyond this a place is smeared along the rim: it is left out."""


@dataclass(frozen=True, slots=True)
class View:
    """A rectangle of the plane around a middle; `half_x_nm` and `half_y_nm` reach to its sides."""

    lat: float
    lon: float
    half_x_nm: float
    half_y_nm: float

    @property
    def reach_nm(self) -> float:
        """From the middle to a corner."""
        return float(np.hypot(self.half_x_nm, self.half_y_nm))

    def plane(self, points: Sequence[Point] | Float64) -> tuple[Float64, Float64]:
        """Points (latitude, longitude) on the plane, NM. NaN stays, and is where a line breaks."""
        lat, lon = np.asarray(points, np.float64).reshape(-1, 2).T
        run = distance_nm(self.lat, self.lon, lat, lon)
        course = np.radians(bearing_deg(self.lat, self.lon, lat, lon))
        run = np.where(run > FARTHEST_NM, np.nan, run)
        return run * np.sin(course), run * np.cos(course)

    def near(self, points: Sequence[Point] | Float64) -> tuple[Float64, Float64]:
        """As `plane`, without what lies well beyond the corners: much of a coast does."""
        x, y = self.plane(points)
        with np.errstate(invalid="ignore"):
            beyond = ~(np.hypot(x, y) <= 1.3 * self.reach_nm + 100.0)
        x, y = np.where(beyond, np.nan, x), np.where(beyond, np.nan, y)
        needed = ~beyond
        needed[1:] |= ~beyond[:-1]
        return x[needed], y[needed]

    def shows(self, x: Float64, y: Float64) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Which of these lie inside of the rectangle."""
        with np.errstate(invalid="ignore"):
            return (np.abs(x) <= self.half_x_nm) & (np.abs(y) <= self.half_y_nm)


def view_of(points: Sequence[Point], *, aspect: float, least_nm: float) -> View:
    """A view that shows all the points, with a margin. `aspect` is width over height; it is never
    closer than `least_nm` from the middle to the nearer side."""
    lat, lon = _middle(points)
    x, y = View(lat, lon, 1.0, 1.0).plane(points)
    if bool(np.isfinite(x).all()):
        mid_x, mid_y = (x.min() + x.max()) / 2, (y.min() + y.max()) / 2
        course, run = np.degrees(np.arctan2(mid_x, mid_y)), np.hypot(mid_x, mid_y)
        there_lat, there_lon = destination(lat, lon, course, run)
        moved = View(float(there_lat), float(there_lon), 1.0, 1.0)
        if bool(np.isfinite(moved.plane(points)).all()):
            lat, lon = moved.lat, moved.lon
            x, y = moved.plane(points)
    x, y = x[np.isfinite(x)], y[np.isfinite(y)]
    half_x = 1.12 * float(np.abs(x).max(initial=0.0))
    half_y = 1.12 * float(np.abs(y).max(initial=0.0))
    half_y = min(max(half_y, half_x / aspect, least_nm), FARTHEST_NM)
    return View(lat, lon, half_y * aspect, half_y)


def _middle(points: Sequence[Point]) -> Point:
    """The middle of the points on the globe. Where some would lie on the far side from there, as
    antipodes do, it is whichever of some places has the farthest of them nearest."""
    vectors = unit(np.asarray(points, np.float64).reshape(-1, 2))
    mean = vectors.mean(axis=0)
    first = vectors[0]
    aside = np.cross(first, np.eye(3)[int(np.argmin(np.abs(first)))])
    places = np.array([mean, aside, -aside, *np.eye(3), *-np.eye(3)])
    lengths = np.linalg.norm(places, axis=1)
    places = places[lengths > 1e-6] / lengths[lengths > 1e-6, None]
    nearness = (places @ vectors.T).min(axis=1)
    best = places[0] if nearness[0] > _FAR_SIDE else places[int(np.argmax(nearness))]
    lat = float(np.degrees(np.arctan2(best[2], np.hypot(best[0], best[1]))))
    return lat, float(np.degrees(np.arctan2(best[1], best[0])))


_FAR_SIDE: Final = -0.9
"""Cosine of how far from the middle a place is on the far side."""
