"""A day's flying: the legs flown one after another, joined into one true path."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tests.simulator.flight import Flight, fly
from tests.simulator.kinds import KINDS, Kind
from tests.simulator.legs import Leg, legs_of
from tests.simulator.recipe import Recipe
from tests.simulator.sphere import distance_nm
from tests.simulator.truth import GroundTime, TrueMovement, TruePass, Truth

Window = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Plan:
    """The truth, and when the aircraft could be heard at all."""

    truth: Truth
    on_air: tuple[Window, ...]
    """Transponder on."""
    silent: tuple[Window, ...]
    """No receiver hears it: over an ocean, or by intent."""
    callsigns: tuple[tuple[float, str], ...]
    """From when the crew set which callsign; some set it only after take-off."""


@dataclass(slots=True)
class _Log:
    """What has been flown so far."""

    clock: float
    """When the next leg first moves, seconds since 1970."""
    ground_from: float
    flights: list[tuple[float, Flight]] = field(default_factory=list)
    movements: list[TrueMovement] = field(default_factory=list)
    passes: list[TruePass] = field(default_factory=list)
    grounds: list[GroundTime] = field(default_factory=list)
    on_air: list[Window] = field(default_factory=list)
    silent: list[Window] = field(default_factory=list)
    callsigns: list[tuple[float, str]] = field(default_factory=list)
    crashed_s: float | None = None


def make(recipe: Recipe, start_s: float, rng: np.random.Generator) -> Plan:
    """Flies the whole plan. `start_s`: 00:00 UTC of its first day, seconds since 1970."""
    kind = KINDS[recipe.type_code]
    legs = legs_of(recipe, rng)
    clock = start_s + recipe.start_h * 3600.0
    log = _Log(clock=clock, ground_from=clock - 7200.0)
    always_on = rng.random() < 0.25
    for leg in legs:
        _append(log, leg, _flown(leg, kind, rng), kind, rng, always_on=always_on)
    if log.crashed_s is None:
        log.grounds.append(GroundTime(log.ground_from, log.clock + 86400.0, legs[-1].arr.airport))
    flights = log.flights
    truth = Truth(
        t_s=np.concatenate([clock + f.t_s for clock, f in flights]),
        xyz=np.concatenate([f.xyz for _, f in flights]),
        alt_ft=np.concatenate([f.alt_ft for _, f in flights]),
        gs_kt=np.concatenate([f.gs_kt for _, f in flights]),
        movements=tuple(log.movements),
        passes=tuple(log.passes),
        grounds=tuple(log.grounds),
        crashed_s=log.crashed_s,
    )
    return Plan(truth, _merged(log.on_air), tuple(log.silent), tuple(log.callsigns))


def _append(
    log: _Log, leg: Leg, flight: Flight, kind: Kind, rng: np.random.Generator, *, always_on: bool
) -> None:
    """Writes one flight into the log and moves its clock to the next one."""
    clock = log.clock
    off, on, end = clock + flight.off_s, clock + flight.on_s, clock + float(flight.t_s[-1])
    runway = not kind.vertical
    dep, arr = leg.dep, leg.arr
    log.flights.append((clock, flight))
    log.movements.append(TrueMovement("takeoff", dep.airport, off, dep.lat, dep.lon, runway))
    log.grounds.append(GroundTime(log.ground_from, off, dep.airport))
    log.grounds.extend(GroundTime(clock + a, clock + b, at) for a, b, at in flight.touches)
    log.passes.extend(TruePass(x.form, x.airport, clock + x.t_s, x.height_ft) for x in flight.lows)
    log.silent.extend(_silences(leg, flight, clock))
    number = len(log.flights)
    log.callsigns.append((clock + float(rng.uniform(-120.0, 240.0)), f"SIM{number}"))
    on_air_from = clock - float(rng.uniform(40.0, 400.0))
    if leg.crash:
        log.crashed_s = on
        log.on_air.append((on_air_from, on + 2.0))
        return
    log.movements.append(TrueMovement("landing", arr.airport, on, arr.lat, arr.lon, runway))
    log.ground_from = on
    stay = float(rng.choice([1500.0, 3000.0, 7200.0, 20000.0])) * float(rng.uniform(0.7, 1.3))
    log.clock = end + (60.0 if leg.brief else stay)
    off_air = end + float(rng.uniform(20.0, 500.0))
    log.on_air.append((on_air_from, log.clock if always_on else min(off_air, log.clock)))


def _flown(leg: Leg, kind: Kind, rng: np.random.Generator) -> Flight:
    """The leg, at a cruise altitude that suits its length and clears what lies below."""
    highest = max(
        leg.dep.elevation_ft,
        leg.arr.elevation_ft,
        *(e.place.elevation_ft + e.height_ft for e in leg.events),
        -1000.0,
    )
    d = distance_nm(leg.dep.lat, leg.dep.lon, leg.arr.lat, leg.arr.lon)
    cruise = float(rng.uniform(*kind.cruise_ft))
    if d < 150.0 and kind.cruise_ft[0] > 10000.0:
        cruise = min(cruise, 5000.0 + 90.0 * d)
    cruise = round(max(cruise, highest + 1200.0) / 500.0) * 500.0
    return fly(
        kind,
        leg.dep,
        leg.arr,
        rng,
        events=leg.events,
        cruise_ft=cruise,
        wind_kt=float(rng.uniform(-0.8, 1.0)) * kind.wind_kt,
        crash=leg.crash,
    )


def _silences(leg: Leg, flight: Flight, clock: float) -> list[Window]:
    """When nobody hears this flight, by intent or for want of receivers."""
    high = flight.t_s[flight.alt_ft > 0.7 * flight.alt_ft.max()]
    first, last = clock + float(high[0]), clock + float(high[-1])
    middle = 0.5 * (first + last)
    out: list[Window] = []
    if "oceanic" in leg.silent and last - first > 1800.0:
        out.append((first + 600.0, last - 600.0))
    if "end" in leg.silent:
        out.append((middle, clock + float(flight.t_s[-1]) + 900.0))
    if "begin" in leg.silent:
        out.append((clock - 900.0, middle))
    return out


def _merged(windows: list[Window]) -> tuple[Window, ...]:
    """Windows that touch, joined."""
    out: list[Window] = []
    for a, b in sorted(windows):
        if out and a <= out[-1][1]:
            out[-1] = (out[-1][0], max(b, out[-1][1]))
        else:
            out.append((a, b))
    return tuple(out)
