"""Lines on the globe: along great circles, and cut where maps are cut."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np

from schemas.movements import Segment
from schemas.records import Float64
from service.domain.geo import EARTH_RADIUS_NM, distance_nm

Point = tuple[float, float]
"""Latitude and longitude, degrees."""


def path_of(segment: Segment) -> list[Point]:
    """The simplified path of a segment; never empty."""
    points = [(point.lat, point.lon) for point in segment.path]
    return points or [(segment.first.lat, segment.first.lon), (segment.last.lat, segment.last.lon)]


def great_circle(start: Point, end: Point, steps: int) -> list[Point]:
    """The shortest way from one point to another, in so many steps; both ends exactly.

    Between antipodes any way is the shortest: one is taken.
    """
    a, b = unit(np.array([start])), unit(np.array([end]))
    angle = float(distance_nm(*start, *end)) / EARTH_RADIUS_NM
    across = b - a * float(np.sum(a * b))
    length = float(np.linalg.norm(across))
    if steps < 2 or length < 1e-12:
        return [start, end]
    turned = np.linspace(0.0, angle, steps + 1)[1:-1, None]
    way = a * np.cos(turned) + across / length * np.sin(turned)
    lat = np.degrees(np.arcsin(np.clip(way[:, 2], -1.0, 1.0)))
    lon = np.degrees(np.arctan2(way[:, 1], way[:, 0]))
    return [start, *zip(lat.tolist(), lon.tolist(), strict=True), end]


def unit(points: Float64) -> Float64:
    """Points (n, 2) in degrees as vectors (n, 3) from the middle of the sphere."""
    lat, lon = np.radians(points[:, 0]), np.radians(points[:, 1])
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def dashes(start: Point, end: Point, count: int = 24) -> list[list[Point]]:
    """The great circle as so many pieces with spaces between them."""
    way = great_circle(start, end, 2 * count - 1)
    if len(way) < 2 * count:
        return [way]
    return [way[at : at + 2] for at in range(0, 2 * count, 2)]


def cut(points: Sequence[Point]) -> list[list[Point]]:
    """The line in pieces that do not cross the antimeridian (RFC 7946 §3.1.9); each piece ends
    and begins on it."""
    pieces: list[list[Point]] = [[points[0]]]
    for (lat1, lon1), (lat2, lon2) in itertools.pairwise(points):
        if abs(lon2 - lon1) > 180.0:
            edge = 180.0 if lon1 > 0 else -180.0
            beyond = lon2 + 2 * edge
            share = (edge - lon1) / (beyond - lon1)
            lat = lat1 + share * (lat2 - lat1)
            pieces[-1].append((lat, edge))
            pieces.append([(lat, -edge)])
        pieces[-1].append((lat2, lon2))
    return pieces


def lon_lat(points: Iterable[Point]) -> list[list[float]]:
    """As GeoJSON and KML write them."""
    return [[round(lon, 6), round(lat, 6)] for lat, lon in points]
