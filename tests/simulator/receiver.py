"""What is received of a flight: when a fix comes, what it says, and whether it is sound.

First the world (pressure, geoid, coverage) makes honest fixes; `tests.simulator.faults` then spoils
them. Each fix keeps its true time and whether what it says is true, so that truth stays known.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from schemas.records import Bool, Float64, Int64, UInt8, Via
from service.domain.detection.geoid import undulation_ft
from tests.simulator.kinds import KINDS
from tests.simulator.places import true_elevation_ft, world
from tests.simulator.plan import Plan
from tests.simulator.recipe import Recipe
from tests.simulator.sphere import distances_nm
from tests.simulator.truth import Truth

FT_PER_M = 1.0 / 0.3048


@dataclass(slots=True)
class Fixes:
    """Columns of received fixes, in the order received; faults change them in place."""

    t_true_s: Float64
    """When the aircraft was in the state the fix comes from."""
    t_s: Float64
    """When the fix says it was."""
    lat: Float64
    lon: Float64
    alt_baro_ft: Float64
    alt_geom_ft: Float64
    on_ground: Bool
    gs_kt: Float64
    track_deg: Float64
    rate_fpm: Float64
    flags: UInt8
    via: UInt8
    nic: Int64
    nac_p: Int64
    sil: Int64
    qnh_hpa: Float64
    """NaN = not said."""
    sound: Bool
    """Says the truth about place and ground, in time, by ADS-B."""
    truly_on_ground: Bool
    height_ft: Float64
    """True height above the nearest airport flown to."""

    def __len__(self) -> int:
        return len(self.t_s)

    def take(self, index: Bool | Int64) -> Fixes:
        """Some of them, in the order of `index`."""
        return Fixes(**{f.name: getattr(self, f.name)[index] for f in fields(self)})


def joined(parts: list[Fixes]) -> Fixes:
    """Several lots of fixes one after another."""
    return Fixes(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Fixes)}
    )


def pressure_altitude_offset_ft(qnh_hpa: float) -> float:
    """Pressure altitude minus altitude on QNH, by the ICAO standard atmosphere."""
    return float(145366.45 * (1.0 - (qnh_hpa / 1013.25) ** 0.190284))


def true_undulation_ft(lat: Float64, lon: Float64) -> Float64:
    """The geoid as it is: the project's coarse table, and what such a table misses (30 m)."""
    phi, lam = np.radians(lat), np.radians(lon)
    missed: Float64 = 30.0 * FT_PER_M * np.sin(23.0 * lam + 0.7) * np.sin(19.0 * phi)
    return undulation_ft(lat, lon) + missed


def _elevations(truth: Truth, lat: Float64, lon: Float64, t_s: Float64) -> tuple[Float64, Float64]:
    """Elevation of the nearest airport the aircraft has to do with, and how far it is, NM."""
    w = world()
    idents = {m.airport for m in truth.movements} | {p.airport for p in truth.passes}
    places = [
        (w.airports[i].lat, w.airports[i].lon, true_elevation_ft(w.airports[i]))
        for i in (w.index(a) for a in idents if a is not None)
    ]
    spots = {
        (m.lat, m.lon): float(np.interp(m.t_s, truth.t_s, truth.alt_ft))
        for m in truth.movements
        if m.airport is None
    }
    places.extend((lat_, lon_, h) for (lat_, lon_), h in spots.items())
    if not places:
        return np.zeros(len(t_s)), np.full(len(t_s), 9999.0)
    d = np.stack([distances_nm(lat, lon, p[0], p[1]) for p in places])
    nearest = np.argmin(d, axis=0)
    return np.array([p[2] for p in places])[nearest], d[nearest, np.arange(len(t_s))]


def _times(plan: Plan, recipe: Recipe, rng: np.random.Generator) -> Float64:
    """Moments at which a fix would come, if it were received."""
    truth = plan.truth
    high = np.interp(truth.alt_ft, [6000.0, 20000.0], [1.0, 3.0])
    step = np.minimum(recipe.step_s * high, max(20.0, recipe.step_s))
    moving = truth.gs_kt > 3.0
    step = np.where(moving, step, np.maximum(step, 20.0))
    pieces = []
    for a, b in plan.on_air:
        inside = (truth.t_s > a) & (truth.t_s < b)
        t = np.concatenate([[a], truth.t_s[inside], [b]])
        rate = 1.0 / np.interp(t, truth.t_s, step, left=20.0, right=20.0)
        expected = np.concatenate([[0.0], np.cumsum(0.5 * (rate[1:] + rate[:-1]) * np.diff(t))])
        n = int(expected[-1])
        ticks = np.arange(n) + rng.uniform(0.0, 0.8, n)
        pieces.append(np.interp(ticks, expected, t))
    out = np.concatenate(pieces) if pieces else np.zeros(0)
    return np.round(out, 2)


def receive(plan: Plan, recipe: Recipe, rng: np.random.Generator) -> Fixes:
    """Honest fixes of what is covered, in time order."""
    truth, kind = plan.truth, KINDS[recipe.type_code]
    t = _times(plan, recipe, rng)
    t = t[rng.random(len(t)) >= recipe.drop]
    for a, b in plan.silent:
        t = t[(t < a) | (t > b)]
    for _ in range(recipe.outages):
        a = float(rng.choice(t)) if len(t) else 0.0
        b = a + float(rng.choice([90.0, 400.0, 1800.0, 7200.0]))
        t = t[(t < a) | (t > b)]
    state = truth.at(t)
    elevation, away = _elevations(truth, state.lat, state.lon, t)
    height = state.alt_ft - elevation
    floor = np.minimum(
        recipe.floor_ft + 40.0 * np.maximum(away - 5.0, 0.0),
        max(recipe.floor_ft, recipe.en_route_floor_ft),
    )
    heard = np.where(state.on_ground, False, height >= floor)
    if recipe.floor_ft == 0.0 and recipe.surface != "none":
        share = 1.0 if recipe.surface == "full" else 0.35
        heard |= state.on_ground & (rng.random(len(t)) < share)
    t, height, elevation, state = t[heard], height[heard], elevation[heard], state.take(heard)
    n = len(t)
    offset_ft = pressure_altitude_offset_ft(recipe.qnh_hpa)
    indicated = elevation + height / recipe.warm
    baro = np.round((indicated + offset_ft + rng.normal(0.0, 8.0, n)) / 25.0) * 25.0
    geom = state.alt_ft + true_undulation_ft(state.lat, state.lon) + rng.normal(0.0, 20.0, n)
    geom = np.round(geom / 25.0) * 25.0
    flag = state.on_ground.copy()
    # The squat switch follows the wheels by a second or two.
    lag = float(rng.uniform(0.0, 2.0))
    flag &= truth.on_ground(t - lag)
    has_flag = rng.random() < kind.has_flag and "no_ground_flag" not in recipe.faults
    if not has_flag:
        flag[:] = False
    jitter = 3e-5
    lat = np.round(state.lat + rng.normal(0.0, jitter, n), 6)
    lon = np.round(state.lon + rng.normal(0.0, jitter, n) / np.cos(np.radians(state.lat)), 6)
    gs = np.round(np.maximum(state.gs_kt + rng.normal(0.0, 0.7, n), 0.0), 1).astype(np.float64)
    low = height < 7000.0
    qnh = np.where(low, np.round(recipe.qnh_hpa / 0.8) * 0.8, 1013.2)
    if not recipe.nav_qnh:
        qnh[:] = np.nan
    elif "bad_qnh" in recipe.faults:
        qnh[:] = 1013.2
    geom_known = recipe.geometric & ~flag
    fixes = Fixes(
        t_true_s=t,
        t_s=t.copy(),
        lat=lat,
        lon=(lon + 180.0) % 360.0 - 180.0,
        alt_baro_ft=np.where(flag, np.nan, baro),
        alt_geom_ft=np.where(geom_known, geom, np.nan),
        on_ground=flag,
        gs_kt=gs,
        track_deg=np.round((state.track_deg + rng.normal(0.0, 0.6, n)) % 360.0, 1) % 360.0,
        rate_fpm=np.where(flag, np.nan, np.round(state.rate_fpm / 64.0) * 64.0),
        flags=np.zeros(n, np.uint8),
        via=np.full(n, Via.ADSB, np.uint8),
        nic=np.full(n, 8),
        nac_p=np.full(n, 9),
        sil=np.full(n, 3),
        qnh_hpa=qnh,
        sound=np.ones(n, np.bool_),
        truly_on_ground=state.on_ground,
        height_ft=height,
    )
    fixes.flags[np.diff(t, prepend=t[:1]) > 20.0] = 1
    return fixes
