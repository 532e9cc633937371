"""The way over the ground from stand to stand: a chain of points with rounded corners."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from schemas.places import RunwayEnd
from schemas.records import Float64
from tests.simulator.kinds import Kind
from tests.simulator.places import FT_PER_NM, Place
from tests.simulator.sphere import (
    RADIUS_NM,
    bearing_deg,
    destination,
    distance_nm,
    offset,
    turn_deg,
    unit,
)

EventForm = Literal["go_around", "touch_and_go", "low_pass", "overflight", "hold"]
AIM_NM = 0.17
"""The wheels touch this far behind the threshold: 50 ft over it on a 3 degree path."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something done on the way: an approach broken off, a flight past, a holding."""

    form: EventForm
    place: Place
    height_ft: float
    """Above the field, at its lowest."""
    laps: int = 1
    """Of a holding."""


@dataclass(frozen=True, slots=True)
class Way:
    """The route as flown, and where along it (NM from the stand) things happen."""

    xyz: Float64
    """Unit vectors [n, 3]."""
    s: Float64
    """Distance along, NM."""
    s_events: tuple[float, ...]
    """Where each event's place, or its runway's touchdown point, lies."""
    s_roll: float
    """Where the take-off roll begins; 0 without a runway."""
    s_touch: float
    s_stop: float
    """Where the landing roll ends; the end without a runway."""


@dataclass(slots=True)
class Route:
    """Points so far, each with the radius of its corner, NM."""

    lat: list[float] = field(default_factory=list)
    lon: list[float] = field(default_factory=list)
    radius: list[float] = field(default_factory=list)

    def add(self, point: tuple[float, float], radius_nm: float) -> int:
        """Goes on to a point; returns its number. A turn back is flown as two turns."""
        if self.lat and distance_nm(*self.last, *point) < 1e-4:
            return len(self.lat) - 1
        if len(self.lat) > 1 and self.radius[-1] > 0.1:
            course = (bearing_deg(*self.last, self.lat[-2], self.lon[-2]) + 180.0) % 360.0
            turn = turn_deg(course, bearing_deg(*self.last, *point))
            if abs(turn) > 125.0:
                aside = 2.4 * self.radius[-1] * (1.0 if turn > 0.0 else -1.0)
                self._put(offset(*self.last, course, 0.0, aside), self.radius[-1])
        self._put(point, radius_nm)
        return len(self.lat) - 1

    def _put(self, point: tuple[float, float], radius_nm: float) -> None:
        self.lat.append(point[0])
        self.lon.append(point[1])
        self.radius.append(radius_nm)

    @property
    def last(self) -> tuple[float, float]:
        return self.lat[-1], self.lon[-1]


def _rounded(route: Route) -> tuple[Float64, Float64, list[float]]:
    """Unit vectors and distance along of the rounded route, and where each point fell on it."""
    n = len(route.lat)
    runs = [
        distance_nm(route.lat[i], route.lon[i], route.lat[i + 1], route.lon[i + 1])
        for i in range(n - 1)
    ]
    lats, lons, index = [route.lat[0]], [route.lon[0]], [0]
    for i in range(1, n - 1):
        here = route.lat[i], route.lon[i]
        back = bearing_deg(*here, route.lat[i - 1], route.lon[i - 1])
        out = bearing_deg(*here, route.lat[i + 1], route.lon[i + 1])
        turn = turn_deg((back + 180.0) % 360.0, out)
        if abs(turn) < 1.0:
            lats.append(here[0])
            lons.append(here[1])
            index.append(len(lats) - 1)
            continue
        tan = math.tan(math.radians(min(abs(turn), 170.0)) / 2.0)
        cut = min(route.radius[i] * tan, 0.45 * runs[i - 1], 0.45 * runs[i])
        radius = cut / tan
        side = 1.0 if turn > 0 else -1.0
        start = destination(*here, back, cut)
        centre = destination(*start, (back + 180.0 + side * 90.0) % 360.0, radius)
        first = bearing_deg(*centre, *start)
        steps = max(2, math.ceil(abs(turn) / 12.0))
        # Flat is good enough within a few miles of the centre.
        north = math.degrees(radius / RADIUS_NM)
        east = north / math.cos(math.radians(centre[0]))
        for k in range(steps + 1):
            angle = math.radians(first + turn * k / steps)
            lats.append(centre[0] + north * math.cos(angle))
            lons.append(centre[1] + east * math.sin(angle))
        index.append(len(lats) - 1 - steps // 2)
    lats.append(route.lat[-1])
    lons.append(route.lon[-1])
    index.append(len(lats) - 1)
    return _densified(unit(lats, lons), index)


def _densified(xyz: Float64, index: list[int]) -> tuple[Float64, Float64, list[float]]:
    """Points added every 60 NM of great circle, so that chords lie on it."""
    chord = np.linalg.norm(np.diff(xyz, axis=0), axis=1)
    angle = 2.0 * np.arcsin(np.clip(chord / 2.0, 0.0, 1.0))
    run = np.concatenate([[0.0], np.cumsum(angle * RADIUS_NM)])
    where = [float(run[i]) for i in index]
    pieces, s_pieces = [], []
    for i in range(len(angle)):
        k = int(angle[i] * RADIUS_NM / 60.0)
        pieces.append(xyz[i : i + 1])
        s_pieces.append(run[i : i + 1])
        if k:
            f = np.arange(1, k + 1) / (k + 1)
            w0 = np.sin((1.0 - f) * angle[i]) / np.sin(angle[i])
            w1 = np.sin(f * angle[i]) / np.sin(angle[i])
            pieces.append(w0[:, None] * xyz[i] + w1[:, None] * xyz[i + 1])
            s_pieces.append(run[i] + f * (run[i + 1] - run[i]))
    pieces.append(xyz[-1:])
    s_pieces.append(run[-1:])
    return np.concatenate(pieces), np.concatenate(s_pieces), where


def _approach(route: Route, end: RunwayEnd, kind: Kind, final_nm: float) -> None:
    """Points from wherever the route is to the final approach fix of a runway."""
    r = kind.turn_nm
    run = distance_nm(end.lat, end.lon, *route.last)
    off = math.radians(bearing_deg(end.lat, end.lon, *route.last) - end.heading_deg)
    ahead, right = run * math.cos(off), run * math.sin(off)
    if ahead > -final_nm - 0.5 * r:
        side = -1.0 if right < 0 else 1.0
        wide = 2.4 * r
        if ahead > 1.5 + 2.0 * r:
            route.add(offset(end.lat, end.lon, end.heading_deg, 1.5, side * wide), r)
        route.add(offset(end.lat, end.lon, end.heading_deg, -final_nm, side * wide), r)
    route.add(offset(end.lat, end.lon, end.heading_deg, -final_nm, 0.0), r)


def _climb_out(route: Route, end: RunwayEnd, kind: Kind, onward: tuple[float, float]) -> None:
    """Points from the runway to where the aircraft is free to turn to the next place."""
    r = kind.turn_nm
    length = end.length_ft / FT_PER_NM
    clear = length + 0.5 + 1.5 * r
    point = offset(end.lat, end.lon, end.heading_deg, clear, 0.0)
    turn = turn_deg(end.heading_deg, bearing_deg(*point, *onward))
    if abs(turn) > 95.0 or distance_nm(*point, *onward) < 4.0 * r:
        side = 1.0 if turn > 0 else -1.0
        route.add(point, r)
        route.add(offset(end.lat, end.lon, end.heading_deg, clear, side * 2.4 * r), r)
    else:
        route.add(point, r)


def lay(
    kind: Kind,
    dep: Place,
    arr: Place,
    events: Sequence[Event],
    rng: np.random.Generator,
    *,
    crash: bool,
) -> Way:
    """The way from `dep` to `arr` by all events; a crash goes straight to the spot."""
    route = Route()
    finals = rng.uniform(kind.final_nm[0], kind.final_nm[1], len(events) + 1)
    route.add((dep.lat, dep.lon), 0.0)
    places = [*(e.place for e in events), arr]
    roll = 0
    if dep.end is not None and not kind.vertical:
        end = dep.end
        route.add(offset(end.lat, end.lon, end.heading_deg, 0.04, 0.0), 0.03)
        roll = route.add(offset(end.lat, end.lon, end.heading_deg, 0.1, 0.0), 0.0)
        _climb_out(route, end, kind, (places[0].lat, places[0].lon))
    at = [
        _lay_event(route, kind, event, float(finals[i]), (places[i + 1].lat, places[i + 1].lon))
        for i, event in enumerate(events)
    ]
    if arr.end is not None and not kind.vertical and not crash:
        end = arr.end
        _approach(route, end, kind, float(finals[-1]))
        touch = route.add(offset(end.lat, end.lon, end.heading_deg, AIM_NM, 0.0), 0.0)
        wanted = kind.roll_nm * rng.uniform(0.9, 1.5) * thin_air(arr.elevation_ft)
        rolled = min(0.55 * end.length_ft / FT_PER_NM, wanted)
        stop = route.add(offset(end.lat, end.lon, end.heading_deg, AIM_NM + rolled, 0.0), 0.03)
        route.add((arr.lat, arr.lon), 0.0)
    else:
        touch = stop = route.add((arr.lat, arr.lon), 0.0)
    xyz, s, where = _rounded(route)
    return Way(
        xyz=xyz,
        s=s,
        s_events=tuple(where[i] for i in at),
        s_roll=where[roll],
        s_touch=where[touch],
        s_stop=where[stop],
    )


def _lay_event(
    route: Route, kind: Kind, event: Event, final_nm: float, onward: tuple[float, float]
) -> int:
    """Points of one event; returns which of them is its place."""
    end = event.place.end
    here = (event.place.lat, event.place.lon)
    if event.form == "hold":
        course = bearing_deg(*route.last, *here)
        length, wide = 4.0 * kind.turn_nm, 2.4 * kind.turn_nm
        at = route.add(here, kind.turn_nm)
        for _ in range(event.laps):
            for ahead, right in ((length, 0.0), (length, wide), (-length, wide), (-length, 0.0)):
                route.add(offset(*here, course, ahead, right), kind.turn_nm)
        return at
    if event.form == "overflight" or end is None:
        return route.add(here, kind.turn_nm)
    _approach(route, end, kind, final_nm)
    at = route.add(offset(end.lat, end.lon, end.heading_deg, AIM_NM, 0.0), 0.0)
    _climb_out(route, end, kind, onward)
    return at


def thin_air(elevation_ft: float) -> float:
    """True over indicated airspeed at a field elevation: about 1.8 % per 1,000 ft."""
    return 1.0 + 0.018 * max(0.0, elevation_ft) / 1000.0
