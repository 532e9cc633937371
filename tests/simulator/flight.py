"""One flight from stand to stand: height and speed along its way, and time from speed.

Height is the lowest of what each part of the flight allows there (climb-out, cruise, every
approach); speed likewise. Between knots all is linear.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from schemas.records import Float64
from tests.simulator.kinds import Kind
from tests.simulator.places import FT_PER_NM, Place
from tests.simulator.route import Event, EventForm, Way, lay, thin_air
from tests.simulator.sphere import distance_nm

TAXI_KT = 16.0
FAR_NM = 300.0

_NEAR = np.concatenate(
    [
        [0.0, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9, 1.2, 1.6, 2.0, 2.5],
        [3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 18.0, 22.0, 27.0, 33.0, 40.0, 50.0],
        [60.0, 75.0, 90.0, 110.0],
    ]
)
_AROUND = np.concatenate([-_NEAR[:0:-1], _NEAR])
"""Where knots stand around each point of interest, NM: dense near it, sparse far away."""


@dataclass(frozen=True, slots=True)
class Low:
    """The lowest moment of an event, as flown."""

    form: EventForm
    airport: str | None
    t_s: float
    height_ft: float


@dataclass(frozen=True, slots=True)
class Flight:
    """Knots of the true path; between them position, height and speed are linear."""

    t_s: Float64
    """Seconds after it began to move."""
    xyz: Float64
    """Unit vectors [n, 3]."""
    alt_ft: Float64
    """True height above mean sea level."""
    gs_kt: Float64
    off_s: float
    """Wheels off the ground."""
    on_s: float
    """Wheels on the ground; when it crashes, the impact."""
    touches: tuple[tuple[float, float, str | None], ...]
    """Touch-and-go: wheels on, wheels off, where."""
    lows: tuple[Low, ...]


@dataclass(slots=True)
class _Profile:
    """What is allowed along the way: the least of all limits holds."""

    s: Float64
    height_ft: Float64
    speed_kt2: Float64
    """Squared: constant acceleration is linear in it."""

    def limit_height(self, x: Sequence[float], y: Sequence[float]) -> None:
        np.minimum(self.height_ft, np.interp(self.s, x, y), out=self.height_ft)

    def limit_speed(self, x: Sequence[float], kt: Sequence[float]) -> None:
        np.minimum(self.speed_kt2, np.interp(self.s, x, [v * v for v in kt]), out=self.speed_kt2)


@dataclass(frozen=True, slots=True)
class _Low:
    """Where along the way an event is lowest, from and to, and how high."""

    event: Event
    s0: float
    s1: float
    height_ft: float


def fly(
    kind: Kind,
    dep: Place,
    arr: Place,
    rng: np.random.Generator,
    *,
    events: Sequence[Event] = (),
    cruise_ft: float,
    wind_kt: float = 0.0,
    crash: bool = False,
) -> Flight:
    """Flies from `dep` to `arr` by way of `events`, in order; with `crash`, down into `arr`."""
    way = lay(kind, dep, arr, events, rng, crash=crash)
    lows = [_low(kind, e, s, way.s_roll) for e, s in zip(events, way.s_events, strict=True)]
    s_lift = way.s_roll
    if not kind.vertical and dep.end is not None:
        wanted = kind.roll_nm * thin_air(dep.elevation_ft) * rng.uniform(0.85, 1.15)
        s_lift += min(wanted, 0.75 * dep.end.length_ft / FT_PER_NM)
    total = float(way.s[-1])
    special = np.array([way.s_roll, s_lift, way.s_touch, *(x.s0 for x in lows)])
    exact = np.array([way.s_stop, way.s_stop - 0.05, total - 0.03, *(x.s1 for x in lows)])
    grid = np.concatenate(
        [(special[:, None] + _AROUND).ravel(), exact, way.s, np.arange(0.0, total, 6.0)]
    )
    s = np.unique(np.clip(grid, 0.0, total))
    s = s[np.diff(s, prepend=-1.0) > 1e-5]
    cruise_kt = kind.cruise_kt + wind_kt
    profile = _Profile(s, np.full(len(s), float(cruise_ft)), np.full(len(s), cruise_kt**2))
    _limit_departure(profile, kind, dep, way.s_roll, s_lift=s_lift, cruise_kt=cruise_kt)
    _limit_arrival(profile, kind, arr, way, rng, cruise_kt=cruise_kt, crash=crash)
    nexts = [*(x.s0 for x in lows), way.s_touch][1:]
    places = [*(x.event.place for x in lows), arr][1:]
    for low, s_next, place in zip(lows, nexts, places, strict=True):
        _limit_event(profile, kind, low, cruise_kt)
        _limit_circuit(profile, kind, low, s_next, place)
    speed = np.sqrt(np.maximum(profile.speed_kt2, 0.0))
    mean = np.maximum(0.5 * (speed[:-1] + speed[1:]), 0.5)
    t = np.concatenate([[0.0], np.cumsum(np.diff(s) / mean * 3600.0)])
    if way.s_roll > 0.0:
        t[s > way.s_roll] += rng.uniform(5.0, 90.0)  # waits at the holding point

    def when(x: float) -> float:
        return float(np.interp(x, s, t))

    xyz = np.stack([np.interp(s, way.s, way.xyz[:, k]) for k in range(3)], axis=1)
    xyz /= np.linalg.norm(xyz, axis=1, keepdims=True)
    return Flight(
        t_s=t,
        xyz=xyz,
        alt_ft=profile.height_ft,
        gs_kt=speed,
        off_s=when(s_lift),
        on_s=when(way.s_touch),
        touches=tuple(
            (when(x.s0), when(x.s1), x.event.place.airport)
            for x in lows
            if x.event.form == "touch_and_go"
        ),
        lows=tuple(_flown_low(x, when) for x in lows),
    )


def _low(kind: Kind, event: Event, s: float, s_roll: float) -> _Low:
    """Where an event whose place lies at `s` is lowest."""
    back = event.height_ft / kind.descent_ft_nm
    if event.form == "touch_and_go":
        return _Low(event, s, s + 0.7 * kind.roll_nm, 0.0)
    if event.form == "go_around":
        return _Low(event, s - back, s - back, event.height_ft)
    if event.form == "low_pass":
        return _Low(event, s - back, s + 0.6 * kind.roll_nm, event.height_ft)
    wide = 4.0 * kind.turn_nm
    laps = 22.0 * kind.turn_nm * event.laps if event.form == "hold" else 0.0
    return _Low(event, max(s_roll, s - wide), s + wide + laps, event.height_ft)


def _flown_low(low: _Low, when: Callable[[float], float]) -> Low:
    middle = low.s0 if low.event.form == "touch_and_go" else 0.5 * (low.s0 + low.s1)
    return Low(low.event.form, low.event.place.airport, when(middle), low.height_ft)


def _limit_departure(
    profile: _Profile, kind: Kind, dep: Place, s_roll: float, *, s_lift: float, cruise_kt: float
) -> None:
    climb = kind.climb_ft_nm
    profile.limit_height(
        [s_lift + x for x in (0.0, 3.0, 10.0, 25.0, 60.0, 150.0, 400.0)],
        [dep.elevation_ft + climb * x for x in (0.0, 3.0, 9.0, 18.0, 32.0, 60.0, 130.0)],
    )
    if kind.vertical:
        profile.limit_speed([0.0, 0.15, 0.6, 2.0], [4.0, 30.0, 60.0, cruise_kt])
        return
    lift_kt = kind.approach_kt * 1.08 * thin_air(dep.elevation_ft)
    terminal = max(lift_kt, kind.terminal_kt)
    taxi_s = [0.0, 0.03, max(0.03, s_roll - 0.05), s_roll] if s_roll > 0.0 else []
    taxi_kt = [0.0, TAXI_KT, TAXI_KT, 4.0] if s_roll > 0.0 else []
    profile.limit_speed(
        [*taxi_s, *(s_lift + x for x in (0.0, 2.0, 9.0, 45.0, 90.0))],
        [
            *taxi_kt,
            lift_kt,
            min(lift_kt + 15.0, terminal),
            terminal,
            max(terminal, 0.75 * cruise_kt),
            cruise_kt,
        ],
    )


def _limit_arrival(
    profile: _Profile,
    kind: Kind,
    arr: Place,
    way: Way,
    rng: np.random.Generator,
    *,
    cruise_kt: float,
    crash: bool,
) -> None:
    slope = kind.descent_ft_nm
    level = rng.uniform(1500.0, 3500.0) if kind.runway_ft > 3000.0 else rng.uniform(700.0, 1500.0)
    if crash:
        slope, level = rng.uniform(900.0, 5000.0), 60000.0
    join, flat = level / slope, rng.uniform(0.0, 5.0) * (kind.turn_nm / 1.6)
    before = (join + flat + FAR_NM, join + flat, join, 0.0)
    heights = (level + FAR_NM * slope, level, level, 0.0)
    profile.limit_height([way.s_touch - x for x in before], [arr.elevation_ft + h for h in heights])
    if crash:
        return
    total = float(way.s[-1])
    if kind.vertical or arr.end is None:
        profile.limit_speed(
            [total - 2.0, total - 0.6, total - 0.15, total], [cruise_kt, 60.0, 30.0, 4.0]
        )
        return
    final_kt = kind.approach_kt * thin_air(arr.elevation_ft)
    terminal = max(final_kt, kind.terminal_kt)
    profile.limit_speed(
        [
            *(way.s_touch - x for x in (90.0, 45.0, 11.0, 4.0, 0.0)),
            way.s_stop,
            max(way.s_stop, total - 0.03),
            total,
        ],
        [
            cruise_kt,
            max(terminal, 0.75 * cruise_kt),
            terminal,
            final_kt * 1.08,
            final_kt,
            TAXI_KT,
            TAXI_KT,
            0.0,
        ],
    )


def _limit_event(profile: _Profile, kind: Kind, low: _Low, cruise_kt: float) -> None:
    """Down to an event, along it, and up again."""
    bottom = low.event.place.elevation_ft + low.height_ft
    climb = 0.8 * kind.climb_ft_nm
    profile.limit_height(
        [low.s0 - FAR_NM, low.s0, low.s1, low.s1 + FAR_NM],
        [bottom + FAR_NM * kind.descent_ft_nm, bottom, bottom, bottom + FAR_NM * climb],
    )
    slow = kind.approach_kt * thin_air(low.event.place.elevation_ft) * 1.05
    if low.event.form in {"overflight", "hold"}:
        slow = kind.terminal_kt
    terminal = max(slow, kind.terminal_kt)
    profile.limit_speed(
        [
            *(low.s0 - x for x in (90.0, 11.0, 4.0, 0.0)),
            *(low.s1 + x for x in (0.0, 5.0, 12.0, 90.0)),
        ],
        [cruise_kt, terminal, slow * 1.05, slow, slow, slow * 1.1, terminal, cruise_kt],
    )


def _limit_circuit(profile: _Profile, kind: Kind, low: _Low, s_next: float, place: Place) -> None:
    """Stays at circuit height between an event and what comes next close by."""
    here = low.event.place
    if distance_nm(here.lat, here.lon, place.lat, place.lon) >= 8.0:
        return
    circuit = 2800.0 if kind.runway_ft > 3000.0 else 1100.0
    ceiling = here.elevation_ft + max(low.height_ft, circuit)
    profile.limit_height([low.s0 - 0.1, low.s0, s_next, s_next + 0.1], [1e6, ceiling, ceiling, 1e6])
