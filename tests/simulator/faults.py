"""What goes wrong between the aircraft and the file: one function per fault.

Every fault takes the fixes as received so far and gives them back spoiled, with `sound` cleared
where a fix no longer says the truth. A lie that nothing in the track contradicts (a displaced
stretch whose both ends could have been flown to) is not told: no one could find it in one track.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from schemas.records import Bool, Float64, Int64, Via
from tests.simulator.places import world
from tests.simulator.plan import Plan
from tests.simulator.receiver import Fixes, joined, receive
from tests.simulator.recipe import Fault, Recipe
from tests.simulator.sphere import destination, distances_nm

IMPOSSIBLE_KT = 1500.0
"""No civil aircraft moves so fast: an edge of a displaced stretch that shows."""

UNBROKEN_S = 90.0
WELL_HEARD = 10
WELL_HEARD_S = 600.0
"""So many true fixes in so long a time stand against a displaced stretch."""

Rng = np.random.Generator


def _some(mask: Bool, count: int, rng: Rng) -> Int64:
    """Up to `count` of the fixes in a mask."""
    index = np.flatnonzero(mask)
    if not len(index):
        return index
    return np.sort(rng.choice(index, size=min(count, len(index)), replace=False))


def _stretch(mask: Bool, least: int, most: int, rng: Rng) -> slice | None:
    """Consecutive fixes whose first is in a mask."""
    index = np.flatnonzero(mask)
    if len(index) < least:
        return None
    first = int(rng.choice(index))
    return slice(first, min(first + int(rng.integers(least, most + 1)), len(mask)))


def _moved(fixes: Fixes, part: slice, course_deg: float, run_nm: Float64 | float) -> None:
    """Displaces fixes by a fixed course and run."""
    lat, lon = fixes.lat[part], fixes.lon[part]
    phi, c = np.radians(lat), np.radians(course_deg)
    d = np.asarray(run_nm) / 3440.07
    sin2 = np.sin(phi) * np.cos(d) + np.cos(phi) * np.sin(d) * np.cos(c)
    dlam = np.arctan2(np.sin(c) * np.sin(d) * np.cos(phi), np.cos(d) - np.sin(phi) * sin2)
    fixes.lat[part] = np.degrees(np.arcsin(np.clip(sin2, -1.0, 1.0)))
    fixes.lon[part] = (lon + np.degrees(dlam) + 180.0) % 360.0 - 180.0
    fixes.sound[part] = False


def _shows(fixes: Fixes, part: slice) -> bool:
    """Whether an edge of a displaced stretch is an impossible jump, off a track well heard."""
    for i, j, beyond in (
        (part.start - 1, part.start, slice(max(0, part.start - WELL_HEARD), part.start)),
        (part.stop - 1, part.stop, slice(part.stop, part.stop + WELL_HEARD)),
    ):
        t = fixes.t_s[beyond]
        if len(t) < WELL_HEARD or np.ptp(t) > WELL_HEARD_S or not fixes.sound[beyond].all():
            continue
        d = float(distances_nm(fixes.lat[i], fixes.lon[i], fixes.lat[j], fixes.lon[j]))
        hours = max(float(fixes.t_s[j] - fixes.t_s[i]), 1.0) / 3600.0
        if d > 10.0 and d / hours > IMPOSSIBLE_KT:
            return True
    return False


def _unbroken(fixes: Fixes, part: slice) -> slice:
    """The stretch up to its first silence: what is not heard, nobody can contradict."""
    silent = np.flatnonzero(np.diff(fixes.t_s[part]) > UNBROKEN_S)
    return slice(part.start, part.start + int(silent[0]) + 1) if len(silent) else part


def _displaced(fixes: Fixes, part: slice | None, place: Callable[[Fixes, slice], None]) -> Fixes:
    """Applies a displacement where it shows, else leaves the fixes alone."""
    if part is None:
        return fixes
    part = _unbroken(fixes, part)
    spoiled = fixes.take(np.arange(len(fixes)))
    place(spoiled, part)
    spoiled.sound[part] = False
    return spoiled if _shows(spoiled, part) else fixes


def air_flagged_ground(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """Airborne fixes that claim to be on the ground: single ones, and a low stretch."""
    picks = [_some(~fixes.truly_on_ground, int(rng.integers(1, 5)), rng)]
    low = ~fixes.truly_on_ground & (fixes.height_ft < 3500.0)
    stretch = _stretch(low, 2, 8, rng)
    if stretch is not None:
        picks.append(np.arange(stretch.start, stretch.stop))
    for i in picks:
        fixes.on_ground[i] = True
        fixes.alt_baro_ft[i] = fixes.rate_fpm[i] = np.nan
        fixes.sound[i] = False
    return fixes


def airborne_blips(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """A fix or two on the ground that claim to fly, at the altitude of the field."""
    for first in _some(fixes.on_ground & fixes.truly_on_ground, 3, rng):
        last = first + int(rng.integers(1, 3))
        t = fixes.t_true_s[first:last]
        altitude = np.interp(t, plan.truth.t_s, plan.truth.alt_ft)
        fixes.on_ground[first:last] = False
        fixes.alt_baro_ft[first:last] = np.round(altitude / 25.0) * 25.0
        fixes.sound[first:last] = False
    return fixes


def stale_repeats(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """The last position again, later, flagged stale."""
    picks = _some(np.ones(len(fixes), np.bool_), 12, rng)
    again = fixes.take(picks)
    again.t_s += rng.uniform(5.0, 20.0, len(again))
    again.flags |= 1
    again.sound[:] = False
    both = joined([fixes, again])
    return both.take(np.argsort(both.t_s, kind="stable"))


def jumps(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """Single fixes far off."""
    for i in _some(fixes.sound, int(rng.integers(1, 6)), rng):
        run = float(rng.choice([2.0, 10.0, 60.0, 300.0])) * float(rng.uniform(0.7, 1.5))
        _moved(fixes, slice(int(i), int(i) + 1), float(rng.uniform(0, 360)), run)
    return fixes


def teleports(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """A few fixes in a row far off, as if of another aircraft."""
    part = _stretch(fixes.sound, 2, 5, rng)
    run, course = float(rng.uniform(20.0, 400.0)), float(rng.uniform(0, 360))
    return _displaced(fixes, part, lambda f, p: _moved(f, p, course, run))


def frozen(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """The position stands still while the aircraft flies on."""
    part = _stretch(~fixes.truly_on_ground, 5, 60, rng)
    if part is not None:
        part = _unbroken(fixes, part)
        fixes.lat[part], fixes.lon[part] = fixes.lat[part.start], fixes.lon[part.start]
        fixes.sound[part] = False
    return fixes


def spoof_shift(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """A long stretch displaced as a whole."""
    part = _stretch(~fixes.truly_on_ground, 30, 400, rng)
    run, course = float(rng.uniform(15.0, 250.0)), float(rng.uniform(0, 360))
    return _displaced(fixes, part, lambda f, p: _moved(f, p, course, run))


def _false_airport(fixes: Fixes, part: slice, plan: Plan, rng: Rng) -> tuple[float, float]:
    """An airport within some hundred miles that the aircraft has nothing to do with."""
    w = world()
    idents = {m.airport for m in plan.truth.movements}
    n = len(w.flown)
    d = distances_nm(fixes.lat[part.start], fixes.lon[part.start], w.lat[:n], w.lon[:n])
    other = np.array([a.ident not in idents for a in w.flown])
    near = np.flatnonzero(other & (d > 15.0) & (d < 400.0))
    i = int(rng.choice(near)) if len(near) else int(np.argmin(np.where(other, d, np.inf)))
    return float(w.lat[i]), float(w.lon[i])


def spoof_circle(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """Circling at a false place, at a steady speed: over a false airport, or anywhere."""
    part = _stretch(~fixes.truly_on_ground, 30, 300, rng)
    radius, kt = float(rng.uniform(0.5, 5.0)), float(rng.uniform(60.0, 250.0))

    def place(f: Fixes, p: slice) -> None:
        at = _false_airport(f, p, plan, rng)
        if rng.random() < 0.5:
            at = destination(*at, float(rng.uniform(0, 360)), float(rng.uniform(5.0, 60.0)))
        angle = (f.t_s[p] - f.t_s[p.start]) / 3600.0 * kt / radius
        north, east = radius / 60.0 * np.cos(angle), radius / 60.0 * np.sin(angle)
        f.lat[p] = at[0] + north
        f.lon[p] = (at[1] + east / np.cos(np.radians(at[0])) + 180.0) % 360.0 - 180.0
        f.track_deg[p] = (np.degrees(angle) + 90.0) % 360.0
        f.gs_kt[p] = kt

    return _displaced(fixes, part, place)


def _stacked(f: Fixes, p: slice, plan: Plan, rng: Rng) -> None:
    at = _false_airport(f, p, plan, rng)
    n = p.stop - p.start
    f.lat[p] = at[0] + rng.normal(0.0, 2e-4, n)
    f.lon[p] = at[1] + rng.normal(0.0, 2e-4, n)
    f.gs_kt[p] = np.abs(rng.normal(0.0, 1.5, n))
    f.alt_geom_ft[p] = np.where(np.isnan(f.alt_geom_ft[p]), np.nan, 300.0)
    if rng.random() < 0.3:
        f.alt_baro_ft[p] = np.nan


def spoof_stack(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """In flight, but put at the middle of a false airport with all the others."""
    part = _stretch(~fixes.truly_on_ground, 20, 300, rng)
    return _displaced(fixes, part, lambda f, p: _stacked(f, p, plan, rng))


def spoof_stack_on_ground(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """On the ground at one airport and, by its position, at another, into the flight."""
    part = _stretch(fixes.truly_on_ground, 20, 300, rng)
    return _displaced(fixes, part, lambda f, p: _stacked(f, p, plan, rng))


def spoof_drift(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """Drawn away bit by bit, then back in one jump."""
    part = _stretch(~fixes.truly_on_ground, 60, 300, rng)
    run, course = float(rng.uniform(20.0, 100.0)), float(rng.uniform(0, 360))
    return _displaced(
        fixes,
        part,
        lambda f, p: _moved(f, p, course, run * np.linspace(0.0, 1.0, p.stop - p.start)),
    )


def jamming(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """Low integrity, most positions lost, the rest rough."""
    part = _stretch(~fixes.truly_on_ground, 30, 300, rng)
    if part is None:
        return fixes
    n = part.stop - part.start
    fixes.nic[part] = rng.integers(0, 6, n)
    fixes.nac_p[part] = rng.integers(0, 5, n)
    rough = float(rng.choice([0.0, 0.2, 0.5])) / 60.0
    fixes.lat[part] += rng.normal(0.0, rough, n)
    fixes.lon[part] += rng.normal(0.0, rough, n)
    fixes.lon[part] = (fixes.lon[part] + 180.0) % 360.0 - 180.0
    fixes.sound[part] = False
    keep = np.ones(len(fixes), np.bool_)
    keep[part] = rng.random(n) > 0.6
    return fixes.take(keep)


def clock_back(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """The receiver's clock is set back for a while: times repeat, rows stay as received."""
    part = _stretch(np.ones(len(fixes), np.bool_), 5, 100, rng)
    if part is not None:
        fixes.t_s[part] -= float(rng.choice([2.0, 5.0, 10.0, 30.0]))
        fixes.sound[part] = False
    return fixes


def merged(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """A second receiver's fixes, its clock a little off, interleaved by time."""
    other = receive(plan, recipe, rng)
    other.t_s += float(rng.uniform(-2.0, 2.0))
    both = joined([fixes, other])
    return both.take(np.argsort(both.t_s, kind="stable"))


def mlat(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """Positions by multilateration for a stretch or all day: rough, none on the ground."""
    everything = rng.random() < 0.5
    part = slice(0, len(fixes)) if everything else _stretch(~fixes.truly_on_ground, 30, 400, rng)
    if part is None:
        return fixes
    n = part.stop - part.start
    fixes.via[part] = Via.MLAT
    fixes.nic[part] = fixes.nac_p[part] = 0 if rng.random() < 0.5 else -1
    rough = np.where(rng.random(n) < 0.02, 1.5, 0.1) / 60.0
    fixes.lat[part] += rng.normal(0.0, 1.0, n) * rough
    fixes.lon[part] += rng.normal(0.0, 1.0, n) * rough
    fixes.lon[part] = (fixes.lon[part] + 180.0) % 360.0 - 180.0
    fixes.sound[part] = False
    keep = np.ones(len(fixes), np.bool_)
    keep[part] = ~fixes.truly_on_ground[part]
    return fixes.take(keep)


def no_integrity(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """An old transponder or an old archive: NIC, NACp and SIL never said."""
    fixes.nic[:] = fixes.nac_p[:] = fixes.sil[:] = -1
    return fixes


def sil_zero(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """SIL 0 all day: an unproven source, by itself no reason for doubt."""
    fixes.sil[:] = 0
    return fixes


def altitude_spikes(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """A few altitudes from a wrongly decoded message."""
    picks = _some(~fixes.on_ground, 4, rng)
    fixes.alt_baro_ft[picks] = rng.choice([-1000.0, 0.0, 50175.0, 126700.0], size=len(picks))
    fixes.sound[picks] = False
    return fixes


_BY_NAME: dict[Fault, Callable[[Fixes, Plan, Recipe, Rng], Fixes]] = {
    "merged": merged,
    "mlat": mlat,
    "jamming": jamming,
    "no_integrity": no_integrity,
    "sil_zero": sil_zero,
    "air_flagged_ground": air_flagged_ground,
    "airborne_blips": airborne_blips,
    "altitude_spikes": altitude_spikes,
    "frozen": frozen,
    "spoof_shift": spoof_shift,
    "spoof_circle": spoof_circle,
    "spoof_stack": spoof_stack,
    "spoof_stack_on_ground": spoof_stack_on_ground,
    "spoof_drift": spoof_drift,
    "jumps": jumps,
    "teleports": teleports,
    "stale_repeats": stale_repeats,
    "clock_back": clock_back,
}
"""In the order in which they are applied: receivers first, then lies about the place, which all
receivers hear alike. ``no_ground_flag`` and ``bad_qnh`` are the receiver's."""
LIES: tuple[Fault, ...] = (
    "frozen",
    "spoof_shift",
    "spoof_circle",
    "spoof_stack",
    "spoof_stack_on_ground",
    "spoof_drift",
)
"""False positions for long. One a day, so that no lie bears out another; multilateration does not
hear them."""


def spoil(fixes: Fixes, plan: Plan, recipe: Recipe, rng: Rng) -> Fixes:
    """All faults of the recipe; of several lies only the first."""
    lies = [fault for fault in LIES if fault in recipe.faults and "mlat" not in recipe.faults]
    for name, fault in _BY_NAME.items():
        if name in recipe.faults and len(fixes) > 1 and (name not in LIES or name in lies[:1]):
            fixes = fault(fixes, plan, recipe, rng)
    return fixes
