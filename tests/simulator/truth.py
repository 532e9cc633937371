"""What really happened: where the aircraft was at any moment, and every movement it made."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from schemas.movements import Move
from schemas.records import Bool, Float64
from tests.simulator.route import EventForm
from tests.simulator.sphere import distances_nm, lat_lon


@dataclass(frozen=True, slots=True)
class TrueMovement:
    """Wheels on or off the ground."""

    move: Move
    airport: str | None
    """None = off any airport."""
    t_s: float
    lat: float
    lon: float
    on_runway: bool


@dataclass(frozen=True, slots=True)
class TruePass:
    """An approach broken off, a flight past, a holding, a touch-and-go."""

    form: EventForm
    airport: str | None
    t_s: float
    height_ft: float


@dataclass(frozen=True, slots=True)
class GroundTime:
    """Wheels on the ground, from and to, and where. Touch-and-go counts."""

    t_from_s: float
    t_to_s: float
    airport: str | None


@dataclass(frozen=True, slots=True)
class State:
    """Where the aircraft truly was at some moments, one column per quantity."""

    lat: Float64
    lon: Float64
    alt_ft: Float64
    gs_kt: Float64
    track_deg: Float64
    rate_fpm: Float64
    on_ground: Bool

    def take(self, index: Bool) -> State:
        """Some of the moments."""
        return State(**{f.name: getattr(self, f.name)[index] for f in fields(self)})


@dataclass(frozen=True, slots=True)
class Truth:
    """Knots of the whole path (seconds since 1970 UTC) and what happened on it.

    Before the first knot and after the last one the aircraft stands still.
    """

    t_s: Float64
    xyz: Float64
    alt_ft: Float64
    gs_kt: Float64
    movements: tuple[TrueMovement, ...]
    passes: tuple[TruePass, ...]
    grounds: tuple[GroundTime, ...]
    crashed_s: float | None = None

    def at(self, t_s: Float64) -> State:
        """The true state at each of some moments."""
        xyz = np.stack([np.interp(t_s, self.t_s, self.xyz[:, k]) for k in range(3)], axis=1)
        lat, lon = lat_lon(xyz)
        knot = np.clip(np.searchsorted(self.t_s, t_s, side="right") - 1, 0, len(self.t_s) - 2)
        knot_lat, knot_lon = lat_lon(self.xyz)
        dt = np.maximum(np.diff(self.t_s), 1e-6)
        rates = np.diff(self.alt_ft) / dt * 60.0
        return State(
            lat=lat,
            lon=lon,
            alt_ft=np.interp(t_s, self.t_s, self.alt_ft),
            gs_kt=np.interp(t_s, self.t_s, self.gs_kt),
            track_deg=_courses(knot_lat, knot_lon)[knot],
            rate_fpm=rates[knot],
            on_ground=self.on_ground(t_s),
        )

    def on_ground(self, t_s: Float64) -> Bool:
        """Whether the wheels were on the ground at each moment."""
        edges = np.array([x for g in self.grounds for x in (g.t_from_s, g.t_to_s)])
        inside: Bool = np.searchsorted(edges, t_s, side="right") % 2 == 1
        return inside

    def ground_at(self, airport: str, t_from_s: float, t_to_s: float) -> bool:
        """Whether it was on the ground at this airport at any moment of a half-open window."""
        return any(
            g.airport == airport and g.t_from_s < t_to_s and g.t_to_s > t_from_s
            for g in self.grounds
        )

    def nearest_nm(self, lat: float, lon: float, t_from_s: float, t_to_s: float) -> float:
        """How close it came to a point within a window."""
        inside = self.t_s[(self.t_s > t_from_s) & (self.t_s < t_to_s)]
        t = np.concatenate([[t_from_s, t_to_s], inside])
        xyz = np.stack([np.interp(t, self.t_s, self.xyz[:, k]) for k in range(3)], axis=1)
        here_lat, here_lon = lat_lon(xyz)
        return float(distances_nm(here_lat, here_lon, lat, lon).min())


def _courses(lat: Float64, lon: Float64) -> Float64:
    """Course from each knot to the next, degrees true; kept where it stands still."""
    north = np.diff(lat)
    east = ((np.diff(lon) + 180.0) % 360.0 - 180.0) * np.cos(np.radians(lat[:-1]))
    course = np.degrees(np.arctan2(east, north)) % 360.0
    moving = np.hypot(north, east) > 1e-7
    last = np.maximum.accumulate(np.where(moving, np.arange(len(course)), 0))
    out: Float64 = course[last]
    return out
