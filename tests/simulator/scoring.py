"""What was derived, held against what really happened.

Nothing here knows a rule of the detection. A movement is *visible* when the fixes that were
handed out show it, judged by truth: a sound, unbroken stretch with the change between air and
ground, or a sound approach (climb-out) down to (up from) 500 ft along a runway.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from schemas.movements import Derived, FixPoint, GroundSpan, Mark, Movement
from schemas.records import Float64
from tests.simulator.day import Day
from tests.simulator.places import TRUE_ELEVATION_FT
from tests.simulator.sphere import distances_nm
from tests.simulator.truth import TrueMovement

OBSERVED_WITHIN_S = 60.0
"""An observed movement's best time may be off by this: steps and clocks of up to 30 s each."""
INFERRED_WITHIN_S = 1200.0
"""From a coverage floor of 5,000 ft it takes so long to the ground at most."""
STOOD_S = 300.0
BRACKET_SLACK_S = 45.0
"""Clocks and the squat switch, against the earliest and latest time of a movement."""
GROUND_SLACK_S = 40.0
"""A ground span's ends may be off by a clock set back by 30 s, and the squat switch."""
VISIBLE_STEP_S = 30.0
VISIBLE_HEIGHT_FT = 500.0
PLACE_SLACK_NM = 2.0
"""A usable segment's path may be so far off beyond its own error: MLAT, noise."""
CLOCK_SLACK_S = 40.0
CRUISE_HEIGHT_FT = 12_000.0
DOUBT: frozenset[Mark] = frozenset(
    {
        "stale",
        "frozen",
        "jump",
        "spoof_suspected",
        "low_integrity",
        "clock",
        "not_adsb",
        "ground_flag_doubted",
    }
)
"""Marks that say: do not lean on this."""


@dataclass(slots=True)
class Tally:
    """Counts over many days, and what went wrong, each with the line that makes it again."""

    days: int = 0
    fixes: int = 0
    observed: int = 0
    attributed: int = 0
    visible: int = 0
    false_observed: list[str] = field(default_factory=list)
    false_ground: list[str] = field(default_factory=list)
    wrong_airport: list[str] = field(default_factory=list)
    false_movement: list[str] = field(default_factory=list)
    """The airport was approached or left, but no such movement happened there."""
    missed: list[str] = field(default_factory=list)
    from_cruise: list[str] = field(default_factory=list)
    off_truth: list[str] = field(default_factory=list)

    def add(self, day: Day, derived: Derived) -> None:
        """Scores one day."""
        self.days += 1
        self.fixes += len(day.fixes)
        self.observed += sum(m.grade == "observed" for m in derived.movements)
        self.attributed += sum(m.airport is not None for m in derived.movements)
        seen = list(visible_movements(day))
        self.visible += len(seen)
        for into, found in (
            (self.false_observed, false_observed(day, derived)),
            (self.false_ground, false_ground(day, derived)),
            (self.from_cruise, landings_from_cruise(day, derived)),
            (self.off_truth, usable_off_truth(day, derived)),
            (self.missed, (_of(m) for m in seen if not _found(m, derived))),
        ):
            into.extend(f"{text} | {day.remake}" for text in found)
        for wrong, text in wrong_movements(day, derived):
            (self.wrong_airport if wrong else self.false_movement).append(f"{text} | {day.remake}")


def false_observed(day: Day, derived: Derived) -> Iterator[str]:
    """Observed movements that did not happen, not there, or not then."""
    for m in derived.movements:
        if m.grade != "observed":
            continue
        fits = [
            t
            for t in day.truth.movements
            if t.move == m.move
            and t.airport == m.airport
            and abs(t.t_s - m.t_best.timestamp()) <= OBSERVED_WITHIN_S
            and m.t_earliest.timestamp() - BRACKET_SLACK_S <= t.t_s
            and t.t_s <= m.t_latest.timestamp() + BRACKET_SLACK_S
        ]
        if not fits:
            yield f"observed {_said(m)}; true: {_nearest(day, m)}"


def false_ground(day: Day, derived: Derived) -> Iterator[str]:
    """Undoubted ground spans at airports where the wheels were not on the ground then."""
    for span in derived.ground_spans:
        if span.airport is None or DOUBT & set(span.marks):
            continue
        first, last = span.first.t.timestamp(), span.last.t.timestamp()
        if not any(
            g.airport == span.airport
            and g.t_from_s - GROUND_SLACK_S <= first
            and last <= g.t_to_s + GROUND_SLACK_S
            for g in day.truth.grounds
        ):
            yield f"ground {_span(span)}"


def wrong_movements(day: Day, derived: Derived) -> Iterator[tuple[bool, str]]:
    """Movements given to an airport where they did not happen: (wrong airport, text).

    Where the aircraft did approach or pass that airport then (a go-around below coverage), or
    stood there, the airport is right and the movement false: not a wrong airport.
    """
    for m in derived.movements:
        if m.airport is None or _matches(day, m):
            continue
        best = m.t_best.timestamp()
        passed = any(
            p.airport == m.airport and abs(p.t_s - best) <= INFERRED_WITHIN_S
            for p in day.truth.passes
        )
        stood = day.truth.ground_at(m.airport, best - STOOD_S, best + STOOD_S)
        yield not (passed or stood), f"{_said(m)}; true: {_nearest(day, m)}"


def _matches(day: Day, m: Movement) -> bool:
    best = m.t_best.timestamp()
    earliest = min(best - INFERRED_WITHIN_S, m.t_earliest.timestamp() - BRACKET_SLACK_S)
    latest = max(best + INFERRED_WITHIN_S, m.t_latest.timestamp() + BRACKET_SLACK_S)
    return any(
        t.move == m.move and t.airport == m.airport and earliest <= t.t_s <= latest
        for t in day.truth.movements
    )


def visible_movements(day: Day) -> Iterator[TrueMovement]:
    """True movements at airports that the fixes handed out show."""
    return (m for m, _ in _shown(day))


def seen_changes(day: Day) -> Iterator[TrueMovement]:
    """Those among them whose change between air and ground was handed out, flag and all."""
    return (m for m, change in _shown(day) if change)


def _shown(day: Day) -> Iterator[tuple[TrueMovement, bool]]:
    f = day.fixes
    order = np.argsort(f.t_s, kind="stable")
    t, sound = f.t_s[order], f.sound[order]
    air = ~f.truly_on_ground[order]
    flagged, height = f.on_ground[order], f.height_ft[order]
    for m in day.truth.movements:
        if m.airport is None or m.airport in TRUE_ELEVATION_FT:
            continue  # a field that the table puts at a wrong height is not demanded
        sign = 1.0 if m.move == "landing" else -1.0
        after = (t - m.t_s) * sign
        near = (after > -200.0) & (after < 130.0)
        if near.sum() < 8 or not sound[near].all():
            continue
        x = np.sort(after[near])
        a, g = np.sort(after[near & air]), np.sort(after[near & ~air])
        if len(a) < 5 or a[0] > -120.0 or np.diff(a).max() > VISIBLE_STEP_S:
            continue
        settled = near & ~air & (after > 3.0)
        ground = settled.sum() >= 3 and bool(flagged[settled].all()) and g[-1] > 60.0
        change = ground and float(np.diff(x).max()) <= VISIBLE_STEP_S
        unsaid = m.on_runway and not flagged[near].any()
        low = unsaid and float(height[near & air].min()) <= VISIBLE_HEIGHT_FT
        if change or low:
            yield m, change


def _found(m: TrueMovement, derived: Derived) -> bool:
    return any(
        x.move == m.move
        and x.airport == m.airport
        and abs(x.t_best.timestamp() - m.t_s) <= INFERRED_WITHIN_S
        for x in derived.movements
    )


def landings_from_cruise(day: Day, derived: Derived) -> Iterator[str]:
    """Untrue landings said to have happened in a silence that began high above everything."""
    f = day.fixes
    if not len(f):
        return
    order = np.argsort(f.t_s, kind="stable")
    t, height = f.t_s[order], f.height_ft[order]
    for m in derived.movements:
        if m.move != "landing" or _matches(day, m):
            continue
        i = int(np.searchsorted(t, m.t_best.timestamp() - 1.0, side="right")) - 1
        if i >= 0 and height[max(0, i - 2) : i + 1].min() > CRUISE_HEIGHT_FT:
            yield f"{_said(m)} from {height[i]:.0f} ft"


def usable_off_truth(day: Day, derived: Derived) -> Iterator[str]:
    """Usable segments whose path or ends are not where the aircraft was."""
    for segment in derived.segments:
        if not segment.usable:
            continue
        points = [(p.t.timestamp(), p.lat, p.lon) for p in segment.path]
        points += [(p.t.timestamp(), p.lat, p.lon) for p in (segment.first, segment.last)]
        t, lat, lon = np.array(points).T
        state = day.truth.at(t)
        allowed = segment.path_error_nm + PLACE_SLACK_NM + state.gs_kt * CLOCK_SLACK_S / 3600.0
        off: Float64 = distances_nm(lat, lon, state.lat, state.lon) - allowed
        if off.max() > 0.0:
            i = int(np.argmax(off))
            yield (
                f"usable segment {_point(segment.first)} to {_point(segment.last)}, "
                f"{segment.fixes} fixes, {off[i] + allowed[i]:.1f} NM off truth"
            )


def _of(m: TrueMovement) -> str:
    return f"{m.move} {m.airport} {_clock(m.t_s)}"


def _said(m: Movement) -> str:
    return f"{m.move} {m.airport} {m.t_best:%m-%d %H:%M:%S} {m.method} {','.join(m.marks)}"


def _nearest(day: Day, m: Movement) -> str:
    true = [t for t in day.truth.movements if t.move == m.move]
    if not true:
        return "none"
    best = m.t_best.timestamp()
    return _of(min(true, key=lambda t: abs(t.t_s - best)))


def _span(span: GroundSpan) -> str:
    return (
        f"{span.airport} {span.basis} {_point(span.first)} to {_point(span.last)}, "
        f"{span.fixes} fixes, tied={span.tied}, {','.join(span.marks)}"
    )


def _point(p: FixPoint) -> str:
    return f"{p.t:%m-%d %H:%M:%S}"


def _clock(t_s: float) -> str:
    return str(np.datetime64(int(t_s), "s"))[5:].replace("T", " ")
