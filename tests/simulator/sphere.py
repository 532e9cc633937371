"""The simulator's own geometry on the mean sphere, apart from the project's: truth must not share
a mistake with what it judges. Degrees and nautical miles; scalars use `math`, arrays NumPy.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from schemas.records import Float64

RADIUS_NM = 6371.0088 / 1.852


def unit(lat: npt.ArrayLike, lon: npt.ArrayLike) -> Float64:
    """Unit vectors [..., 3] of points."""
    phi, lam = np.radians(lat), np.radians(lon)
    c = np.cos(phi)
    return np.stack([c * np.cos(lam), c * np.sin(lam), np.sin(phi)], axis=-1)


def lat_lon(vectors: Float64) -> tuple[Float64, Float64]:
    """Points of vectors [..., 3] of any length."""
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    return np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))


def distances_nm(
    lat1: npt.ArrayLike, lon1: npt.ArrayLike, lat2: npt.ArrayLike, lon2: npt.ArrayLike
) -> Float64:
    """Great-circle distances by the chord between unit vectors."""
    chord = np.linalg.norm(unit(lat1, lon1) - unit(lat2, lon2), axis=-1)
    out: Float64 = 2.0 * RADIUS_NM * np.arcsin(np.clip(chord / 2.0, 0.0, 1.0))
    return out


def distance_nm(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance between two points."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    h = math.sin((p2 - p1) / 2) ** 2
    h += math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2.0 * RADIUS_NM * math.asin(math.sqrt(min(1.0, h)))


def bearing_deg(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Initial true course from the first point to the second, 0 to 360."""
    p1, p2, dl = math.radians(lat1), math.radians(lat2), math.radians(lon2 - lon1)
    east = math.sin(dl) * math.cos(p2)
    north = math.cos(p1) * math.sin(p2) - math.sin(p1) * math.cos(p2) * math.cos(dl)
    return math.degrees(math.atan2(east, north)) % 360.0


def destination(lat: float, lon: float, course_deg: float, run_nm: float) -> tuple[float, float]:
    """Where one arrives after `run_nm` on an initial course; longitude in -180 to 180."""
    p, c, d = math.radians(lat), math.radians(course_deg), run_nm / RADIUS_NM
    sin_p2 = math.sin(p) * math.cos(d) + math.cos(p) * math.sin(d) * math.cos(c)
    dl = math.atan2(math.sin(c) * math.sin(d) * math.cos(p), math.cos(d) - math.sin(p) * sin_p2)
    lon2 = (lon + math.degrees(dl) + 180.0) % 360.0 - 180.0
    return math.degrees(math.asin(max(-1.0, min(1.0, sin_p2)))), lon2


def offset(
    lat: float, lon: float, course_deg: float, ahead_nm: float, right_nm: float
) -> tuple[float, float]:
    """The point so far ahead and to the right of a course."""
    run = math.hypot(ahead_nm, right_nm)
    if run == 0.0:
        return lat, lon
    return destination(lat, lon, course_deg + math.degrees(math.atan2(right_nm, ahead_nm)), run)


def turn_deg(course_from: float, course_to: float) -> float:
    """Signed turn between two courses, -180 to 180, positive to the right."""
    return (course_to - course_from + 180.0) % 360.0 - 180.0
