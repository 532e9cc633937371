"""Where a segment's path leads: position at a time, and how close it comes to an airport.

A path is linear in time between its points, in latitude and longitude, the short way round. At
every fix the aircraft is within the segment's `path_error_nm` of it. Between two fixes it is
within what it can fly in half the step: a point of a straight leg is the weighted mean of the
leg's ends, so whatever reaches both ends in time cannot be farther from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import asin, ceil, cos, degrees, hypot, radians, sin, sqrt

import numpy as np

from schemas.movements import PathPoint, Segment
from schemas.places import Airport
from schemas.records import Float64, Int64
from service.domain.geo import EARTH_RADIUS_NM, NEVER_OVERSTATES, NM_PER_DEGREE, distance_nm
from service.domain.verdict.once import once

AIRPORT_RADIUS_NM = 4.0
"""From the reference point to the farthest place that is still "at the airport": thresholds lie
up to 6 km (3.2 NM) away, and the table's reference point may be off by some more."""
SAMPLE_S = 4.0
"""Near an airport a path is looked at wherever the aircraft may have flown on for so long."""
REST_S = 60.0
"""... and at the least this often: a silence between two segments is longer."""


def apart_nm(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """`service.domain.geo.distance_nm` for two single points, many times as quick."""
    half_dphi, half_dlam = radians(lat2 - lat1) / 2.0, radians(lon2 - lon1) / 2.0
    h = sin(half_dphi) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(half_dlam) ** 2
    return 2.0 * EARTH_RADIUS_NM * asin(min(1.0, sqrt(h)))


@dataclass(frozen=True, eq=False)
class Path:
    """A segment with its path as columns, made once however often it is asked."""

    segment: Segment

    @once
    def points(self) -> tuple[PathPoint, ...]:
        """Of the simplified path; the two ends where a segment has none."""
        ends = (self.segment.first, self.segment.last)
        return tuple(self.segment.path) or tuple(
            PathPoint(t=f.t, lat=f.lat, lon=f.lon, alt_ft=f.alt_ft, on_ground=f.on_ground)
            for f in ends
        )

    @once
    def start(self) -> float:
        """Its first moment, seconds since 1970 UTC."""
        return self.points[0].t.timestamp()

    @once
    def end(self) -> float:
        """Its last moment."""
        return self.points[-1].t.timestamp()

    @once
    def t(self) -> Float64:
        """Seconds since 1970 UTC."""
        return np.array([point.t.timestamp() for point in self.points])

    @once
    def lat(self) -> Float64:
        """Degrees."""
        return np.array([point.lat for point in self.points])

    @once
    def lon(self) -> Float64:
        """Degrees without a jump at the antimeridian, so not always within ±180."""
        lon = np.array([point.lon for point in self.points])
        return np.unwrap(lon, period=360.0) if np.ptp(lon) > 180.0 else lon

    def at(self, times: Float64) -> tuple[Float64, Float64]:
        """Latitudes and longitudes at those times; outside its own time the path stands still."""
        return np.interp(times, self.t, self.lat), np.interp(times, self.t, self.lon)

    def uncertain_nm(self, v_max_kt: float) -> float:
        """How far the aircraft can be from its path at any time, unheard steps included."""
        return self.segment.path_error_nm + v_max_kt * self.segment.max_step_s / 7_200.0

    def overlaps(self, other: Path) -> bool:
        """Whether the two have a moment in common."""
        return self.start <= other.end and other.start <= self.end

    def farthest_nm(self, airport: Airport, t_from: datetime, t_to: datetime) -> float:
        """How far from the airport it gets between two moments; 0 when it was not heard then."""
        if self.segment.first.t >= t_to or self.segment.last.t <= t_from:
            return 0.0
        start, end = max(self.start, t_from.timestamp()), min(self.end, t_to.timestamp())
        lat, lon = self.at(np.clip(self.t, start, end))
        return float(np.max(distance_nm(lat, lon, airport.lat, airport.lon)))


@dataclass(frozen=True, eq=False)
class Nearby:
    """The legs of a path that can come near an airport, in samples; arrays of one length, in time
    order. Between two samples of one leg it flew no farther than `SAMPLE_S` at its fastest, and
    not longer than `REST_S`."""

    legs: NearLegs
    t: Float64
    """Seconds since 1970 UTC."""
    lat: Float64
    lon: Float64
    """Degrees, not always within ±180."""
    away_nm: Float64
    """To the airport's reference point; may be overstated by the ellipsoid's share."""
    leg: Int64
    """Which of the legs each sample lies on."""

    def alt_ft(self, sample: int) -> float | None:
        """Above mean sea level; None on the ground or unknown. Where only one end of the leg
        says, the nearer end's word counts."""
        leg = self.legs.legs[int(self.leg[sample])]
        share = leg.share(float(self.t[sample]))
        if leg.a.alt_ft is None or leg.b.alt_ft is None:
            return leg.a.alt_ft if share < 0.5 else leg.b.alt_ft
        return leg.a.alt_ft + (leg.b.alt_ft - leg.a.alt_ft) * share


@dataclass(frozen=True, slots=True)
class Leg:
    """One straight stretch of a path."""

    a: PathPoint
    b: PathPoint
    start: float
    end: float
    """Seconds since 1970 UTC."""
    samples: int
    """So many tell where it was."""

    def share(self, t: float) -> float:
        """How much of it is flown at a time."""
        return (t - self.start) / (self.end - self.start) if self.end > self.start else 0.0


@dataclass(frozen=True, eq=False)
class NearLegs:
    """The legs of a path that can come near an airport."""

    path: Path
    airport: Airport
    there_nm: float
    """Within this of the reference point its own fixes are at the airport."""
    reach_nm: float
    """Within this it may have been at the airport between two of its fixes."""
    legs: tuple[Leg, ...]

    def between(self, t_from: float, t_to: float) -> Nearby | None:
        """Samples between two times (seconds since 1970 UTC); None when no leg touches them."""
        rows: list[tuple[float, float, float, int]] = []
        for number, leg in enumerate(self.legs):
            if leg.start > t_to or leg.end < t_from:
                continue
            start, end = max(leg.start, t_from), min(leg.end, t_to)
            lat, lon, dlat = leg.a.lat, leg.a.lon, leg.b.lat - leg.a.lat
            dlon = (leg.b.lon - lon + 180.0) % 360.0 - 180.0
            for step in range(leg.samples):
                t = start + (end - start) * step / (leg.samples - 1)
                share = leg.share(t)
                rows.append((t, lat + dlat * share, lon + dlon * share, number))
        if not rows:
            return None
        t, lat, lon, number = np.array(rows).T
        away_nm = distance_nm(lat, lon, self.airport.lat, self.airport.lon)
        return Nearby(self, t, lat, lon, away_nm, number.astype(np.int64))


def near_legs(path: Path, airport: Airport, v_max_kt: float, within_nm: float) -> NearLegs | None:
    """The legs that can come within `within_nm` of the airport, or near enough to leave time for
    it between two fixes; None when there is none."""
    segment = path.segment
    step_nm = v_max_kt * SAMPLE_S / 3_600.0
    there_nm = AIRPORT_RADIUS_NM + segment.path_error_nm + step_nm / 2.0
    reach_nm = there_nm + v_max_kt * segment.max_step_s / 7_200.0
    ring = Ring.around(airport, max(within_nm, reach_nm / NEVER_OVERSTATES))
    if not ring.may_meet_box(segment):
        return None
    points = path.points
    legs = []
    for a, b in zip(points, points[1:] or points, strict=False):
        if ring.may_meet(a, b):
            start, end = a.t.timestamp(), b.t.timestamp()
            steps = max(_length_nm(a, b) / step_nm, (end - start) / REST_S)
            legs.append(Leg(a, b, start, end, 2 + ceil(steps)))
    return NearLegs(path, airport, there_nm, reach_nm, tuple(legs)) if legs else None


def _length_nm(a: PathPoint, b: PathPoint) -> float:
    """Never less than the length of the leg, which is linear in latitude and longitude."""
    dlon = abs(b.lon - a.lon)
    nearer_equator = min(abs(a.lat), abs(b.lat)) if a.lat * b.lat > 0.0 else 0.0
    widest = cos(radians(nearer_equator))
    return NM_PER_DEGREE * hypot(b.lat - a.lat, min(dlon, 360.0 - dlon) * widest)


@dataclass(frozen=True, slots=True)
class Ring:
    """All places within some distance of an airport, as the box of degrees around them."""

    south: float
    north: float
    lon: float
    half_lon: float
    """180 when a pole is inside."""

    @classmethod
    def around(cls, airport: Airport, radius_nm: float) -> Ring:
        """The box of the ring; a little wider than it need be."""
        half = radius_nm / NM_PER_DEGREE * 1.001
        half_lon = 180.0
        if abs(airport.lat) + half < 89.9:
            half_lon = degrees(asin(sin(radians(half)) / cos(radians(airport.lat))))
        return cls(airport.lat - half, airport.lat + half, airport.lon, half_lon)

    def may_meet(self, a: PathPoint, b: PathPoint) -> bool:
        """Whether the straight leg between two points, the short way round, can touch the ring;
        never wrongly no."""
        if (a.lat < self.south and b.lat < self.south) or (
            a.lat > self.north and b.lat > self.north
        ):
            return False
        east = (b.lon - a.lon) % 360.0
        return self._holds(a.lon, east) if east <= 180.0 else self._holds(b.lon, 360.0 - east)

    def may_meet_box(self, segment: Segment) -> bool:
        """Whether anything of the segment can touch the ring; never wrongly no."""
        if segment.lat_max < self.south or segment.lat_min > self.north:
            return False
        width = segment.lon_max - segment.lon_min
        # So far north a flight may go round the pole, and its box says nothing of longitudes.
        if max(abs(segment.lat_min), abs(segment.lat_max)) >= 70.0 or width >= 360.0:
            return True
        return self._holds(segment.lon_min, width % 360.0)

    def _holds(self, west_end: float, width: float) -> bool:
        """Whether any longitude of a stretch to the east of `west_end` is in the box."""
        return (self.lon - west_end + self.half_lon) % 360.0 <= width + 2.0 * self.half_lon
