"""Great-circle geometry on the mean sphere, for scalars and arrays alike.

Every function takes and returns degrees and nautical miles, broadcasts like NumPy and works in
float64. The sphere has the Earth's mean radius (IUGG R1). Against the WGS84 ellipsoid a distance
is wrong by at most 0.56 % either way. Whoever must never overstate a distance (a refutation)
multiplies by `NEVER_OVERSTATES`; whoever must never understate one, by `NEVER_UNDERSTATES`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from schemas.records import Float64

EARTH_RADIUS_NM = 6371.0088 / 1.852
"""Mean radius R1 of the WGS84 ellipsoid."""
NM_PER_DEGREE = EARTH_RADIUS_NM * np.pi / 180.0
"""Length of one degree of a great circle, about 60.04 NM."""
NEVER_OVERSTATES = 0.994
"""Spherical distance times this is never more than the true one."""
NEVER_UNDERSTATES = 1.006
"""Spherical distance times this is never less than the true one."""
FT_PER_NM = 1852.0 / 0.3048


def distance_nm(
    lat1: npt.ArrayLike, lon1: npt.ArrayLike, lat2: npt.ArrayLike, lon2: npt.ArrayLike
) -> Float64:
    """Great-circle distance by the haversine, sound from centimetres to antipodes.

    Degrees in, NM out, broadcast; scalars give a 0-d result that `float()` takes.
    """
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half_dphi = np.radians(np.subtract(lat2, lat1)) / 2.0
    half_dlam = np.radians(np.subtract(lon2, lon1)) / 2.0
    h = np.sin(half_dphi) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(half_dlam) ** 2
    distance: Float64 = np.asarray(2.0 * EARTH_RADIUS_NM * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0))))
    return distance


def bearing_deg(
    lat1: npt.ArrayLike, lon1: npt.ArrayLike, lat2: npt.ArrayLike, lon2: npt.ArrayLike
) -> Float64:
    """Initial true course from the first point to the second, degrees in [0, 360).

    Between identical points it is 0, which means nothing.
    """
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    dlam = np.radians(np.subtract(lon2, lon1))
    east = np.sin(dlam) * np.cos(phi2)
    north = np.cos(phi1) * np.sin(phi2) - np.sin(phi1) * np.cos(phi2) * np.cos(dlam)
    # The remainder of a tiny negative angle rounds up to 360 itself.
    bearing = np.mod(np.degrees(np.arctan2(east, north)), 360.0)
    return np.asarray(np.where(bearing >= 360.0, 0.0, bearing))


def angle_diff_deg(a: npt.ArrayLike, b: npt.ArrayLike) -> Float64:
    """How far `a` stands from `b`, signed, degrees in [-180, 180): positive = clockwise of it."""
    diff = np.mod(np.subtract(a, b) + 180.0, 360.0) - 180.0
    return np.asarray(np.where(diff >= 180.0, -180.0, diff))


def destination(
    lat: npt.ArrayLike, lon: npt.ArrayLike, course_deg: npt.ArrayLike, run_nm: npt.ArrayLike
) -> tuple[Float64, Float64]:
    """Latitude and longitude reached from a point on an initial true course; lon in [-180, 180)."""
    phi, course = np.radians(lat), np.radians(course_deg)
    delta = np.divide(run_nm, EARTH_RADIUS_NM)
    sin_phi2 = np.sin(phi) * np.cos(delta) + np.cos(phi) * np.sin(delta) * np.cos(course)
    phi2 = np.arcsin(np.clip(sin_phi2, -1.0, 1.0))
    dlam = np.arctan2(
        np.sin(course) * np.sin(delta) * np.cos(phi), np.cos(delta) - np.sin(phi) * sin_phi2
    )
    return np.asarray(np.degrees(phi2)), angle_diff_deg(np.degrees(dlam) + lon, 0.0)


def along_and_cross_track_nm(
    lat: npt.ArrayLike,
    lon: npt.ArrayLike,
    origin_lat: npt.ArrayLike,
    origin_lon: npt.ArrayLike,
    course_deg: npt.ArrayLike,
) -> tuple[Float64, Float64]:
    """Where a point lies in the frame of a course through an origin: (along, cross), NM.

    Along is positive ahead of the origin and negative behind it: an aircraft on final approach,
    seen from the threshold it lands on with that runway's heading, has a negative along-track.
    Cross is positive to the right of the course. Exact on the sphere within a quarter of the
    Earth of the origin.
    """
    d = distance_nm(origin_lat, origin_lon, lat, lon) / EARTH_RADIUS_NM
    off = np.radians(
        np.subtract(bearing_deg(origin_lat, origin_lon, lat, lon), np.asarray(course_deg))
    )
    cross = np.arcsin(np.clip(np.sin(d) * np.sin(off), -1.0, 1.0))
    along = np.arctan2(np.sin(d) * np.cos(off), np.cos(d))
    return np.asarray(along * EARTH_RADIUS_NM), np.asarray(cross * EARTH_RADIUS_NM)


def along_track_nm(
    lat: npt.ArrayLike,
    lon: npt.ArrayLike,
    origin_lat: npt.ArrayLike,
    origin_lon: npt.ArrayLike,
    course_deg: npt.ArrayLike,
) -> Float64:
    """Distance ahead (+) or behind (-) the origin along the course, NM."""
    return along_and_cross_track_nm(lat, lon, origin_lat, origin_lon, course_deg)[0]


def cross_track_nm(
    lat: npt.ArrayLike,
    lon: npt.ArrayLike,
    origin_lat: npt.ArrayLike,
    origin_lon: npt.ArrayLike,
    course_deg: npt.ArrayLike,
) -> Float64:
    """Distance to the right (+) or left (-) of the course line through the origin, NM."""
    return along_and_cross_track_nm(lat, lon, origin_lat, origin_lon, course_deg)[1]
