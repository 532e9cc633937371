"""What happened while nothing was heard.

In the air on both sides: see `stops`. Found on the ground somewhere else than last heard on it is
an unseen flight: its take-off and landing are inferred, within bounds that the speed of flight
sets. Lost low and found on the ground, or the other way round, likewise. What is lost in
cruise says nothing, and what goes down too steeply is no landing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from schemas.movements import Method, Move, Movement
from service.domain.detection import rules
from service.domain.detection.attribution import Fits, fits_of
from service.domain.detection.fixes import Doubt, marks_of
from service.domain.detection.flights import Edge, Flights, edge_of
from service.domain.detection.movements import Touch, When, movement
from service.domain.detection.stops import Findings, Silence, dives, in_the_air, seconds_to
from service.domain.detection.window import Window

_CONTESTED = int(Doubt.CONTESTED)
_CONTESTED_OR_TWO = int(Doubt.CONTESTED | Doubt.TWO)
_EDGE_FT = np.float32(rules.LOW_FT + 1_000.0)


def silences_of(flights: Flights, window: Window) -> list[Silence]:
    """Every silence over `GAP_S`, and the body's two ends, as far as they are near the window."""
    t_s, n = flights.fixes.t_s, len(flights.fixes)
    sides = [
        (None, 0, 0),
        *((i, i + 1, i) for i in flights.silent.tolist()),
        (n - 1, None, n - 1),
    ]
    return [
        Silence(before, after)
        for before, after, row in sides
        if window.is_near(t_s.item(row), t_s.item(row if after is None else after))
    ]


def judge_silences(flights: Flights, touches: Sequence[Touch], window: Window) -> Findings:
    """Take-offs and landings that fell into silences, those near the window at least."""
    findings = Findings()
    sides: list[tuple[Silence, Touch | None, Touch | None]] = []
    for heard in silences_of(flights, window):
        left = _contact_at(flights, touches, heard.before)
        arrived = _contact_at(flights, touches, heard.after)
        sides.append((_between_air(flights, heard, left, arrived), left, arrived))
    edges = _low_edges(flights, sides)
    fits = {key: _fits(flights, edge) for key, edge in edges.items()}
    for silence, left, arrived in sides:
        if left is not None and arrived is not None:
            if left is not arrived and not _contested(flights, silence):
                _unseen_flight(flights, findings, silence, left, arrived)
            continue
        lost = None if silence.before is None else edges.get((silence.before, "landing"))
        found = None if silence.after is None else edges.get((silence.after, "takeoff"))
        if lost is not None and _crashed(flights, lost, fits[lost.row, "landing"]):
            findings.crashes.append(lost.row)
        elif arrived is not None:
            if lost is not None and not _contested(flights, silence):
                _landed_unseen(flights, findings, lost, arrived)
        elif left is not None:
            if found is not None and not _contested(flights, silence):
                _left_unseen(flights, findings, left, found)
        elif lost is not None or found is not None:
            in_the_air(flights, findings, silence, lost, found, fits)
    return findings


def _low_edges(
    flights: Flights, sides: Sequence[tuple[Silence, Touch | None, Touch | None]]
) -> dict[tuple[int, Move], Edge]:
    """Both sides of each silence, where the aircraft is in the air there, and low."""
    keys: list[tuple[int, Move]] = []
    for silence, left, arrived in sides:
        if silence.before is not None and left is None:
            keys.append((silence.before, "landing"))
        if silence.after is not None and arrived is None:
            keys.append((silence.after, "takeoff"))
    if not keys:
        return {}
    rows = np.array([row for row, _ in keys])
    fixes = flights.fixes
    # NaN, an altitude unsaid on the last row, may still be low.
    low = ~(flights.over_ft[rows] >= _EDGE_FT)
    low &= flights.grounds.flying[rows]
    low &= (fixes.doubt[rows] & np.uint8(_CONTESTED_OR_TWO)) != _CONTESTED
    return {key: edge_of(flights, *key) for key, at in zip(keys, low.tolist(), strict=True) if at}


def _between_air(
    flights: Flights, heard: Silence, ground_before: Touch | None, ground_after: Touch | None
) -> Silence:
    """A silence beside rows that are neither in the air nor in a contact (flags not believed) is
    taken to begin at the last row in the air before them, or end at the first one after."""
    before, after = heard.before, heard.after
    t_s, flying = flights.fixes.t_s, flights.grounds.flying
    if before is not None and ground_before is None and not flying.item(before):
        air = flights.last_air_before(before)
        if air is not None and t_s[before] - t_s[air] <= rules.GAP_S:
            before = before if _contact_between(flights, air, before) else air
    if after is not None and ground_after is None and not flying.item(after):
        air = flights.first_air_after(after)
        if air is not None and t_s[air] - t_s[after] <= rules.GAP_S:
            after = after if _contact_between(flights, after, air) else air
    return Silence(before, after)


def _contact_between(flights: Flights, a: int, b: int) -> bool:
    return any(a < contact.stop and contact.start < b for contact in flights.contacts)


def _contact_at(flights: Flights, touches: Sequence[Touch], row: int | None) -> Touch | None:
    if row is None or flights.grounds.flying.item(row):
        return None
    return next((t for t in touches if t.contact.start <= row < t.contact.stop), None)


def _fits(flights: Flights, edge: Edge) -> Fits | None:
    """How well each airport around fits an edge that goes down to it (comes up from it); None when
    there is none to which it does. One fix alone goes nowhere."""
    if math.isnan(edge.leg.msl_ft) or math.isnan(edge.trend_fpm) or dives(edge):
        return None
    fields = flights.fields
    near, away_nm = fields.near_row(flights.fixes, edge.row, rules.APPROACH_NM)
    height = edge.leg.msl_ft - fields.elevation_ft[near]
    # Flatter than 150 ft/NM to the ground, and it is not going there.
    reach = np.fmax(height / 150.0 + 6.0, 10.0)
    going = -edge.trend_fpm if edge.leg.move == "landing" else edge.trend_fpm
    if going < -rules.TREND_FPM:
        return None
    # Lower than `NEAR_GROUND_FT` it need not be on its way down (up).
    low = rules.LOW_FT if going >= rules.TREND_FPM else rules.NEAR_GROUND_FT
    fits_it = (away_nm <= reach) & ~(height > low)
    if flights.fast:
        fits_it &= fields.big[near]
    near = near[fits_it]
    if not len(near):
        return None
    fits = fits_of(fields, edge.leg, near)
    # Its runway may lie lower than the field.
    fits = fits.take(~(fits.height_ft > low))
    return fits if len(fits) else None


def _contested(flights: Flights, silence: Silence) -> bool:
    """Whether either side of a silence lies beside a jump that nobody can settle."""
    doubt = flights.fixes.doubt
    sides = (silence.before, silence.after)
    return any(
        row is not None and doubt.item(row) & _CONTESTED_OR_TWO == _CONTESTED for row in sides
    )


def _crashed(flights: Flights, lost: Edge, fits: Fits | None) -> bool:
    """Going down as no landing does: too steep too low."""
    rate = lost.steepest_fpm
    if math.isnan(rate) or rate > rules.DIVE_FPM:
        return False
    height = lost.leg.msl_ft - _ground_ft(flights, lost.row)
    if fits is not None:
        height = float(np.fmin(np.fmin.reduce(fits.height_ft), np.inf))
    return bool(height <= rules.CRASH_HEIGHT_FT or height / -rate * 60.0 <= rules.CRASH_S)


# --- found on the ground ------------------------------------------------------------------------


def _unseen_flight(
    flights: Flights, findings: Findings, silence: Silence, left: Touch, arrived: Touch
) -> None:
    """On the ground before and after, far apart: it flew meanwhile."""
    assert silence.before is not None
    assert silence.after is not None
    a, b = silence.before, silence.after
    apart_nm = flights.apart_nm(a, b)
    if apart_nm <= rules.MOVED_NM:
        return
    t_s = flights.fixes.t_s
    flown_s = apart_nm / flights.top_kt * 3600.0
    start, end = float(t_s[a]), float(t_s[b])
    usual_s = apart_nm / max(flights.cruise_kt, 0.5 * flights.top_kt) * 3600.0
    slack = max(0.0, (end - start - usual_s) / 2.0)
    findings.movements.append(
        _inferred(
            flights, "takeoff", left, a, When(start, start + slack, max(start, end - flown_s))
        )
    )
    findings.movements.append(
        _inferred(flights, "landing", arrived, b, When(min(end, start + flown_s), end - slack, end))
    )


def _landed_unseen(flights: Flights, findings: Findings, lost: Edge, arrived: Touch) -> None:
    """In the air before a silence, on the ground after it. Lost in cruise, it may have been
    anywhere in between: nothing is said of its landing but that it stood there."""
    if not _is_low(flights, lost, arrived):
        return
    t_s = flights.fixes.t_s
    ground = arrived.contact.start
    start, end = float(t_s[lost.row]), float(t_s[ground])
    apart_nm = flights.apart_nm(lost.row, ground)
    flown_s = apart_nm / flights.top_kt * 3600.0
    best = min(
        end,
        start
        + (
            0.0
            if _at_field(flights, lost, arrived, apart_nm)
            else seconds_to(flights, lost, apart_nm)
        ),
    )
    findings.movements.append(
        _inferred(
            flights, "landing", arrived, ground, When(min(end, start + flown_s), best, end), lost
        )
    )


def _left_unseen(flights: Flights, findings: Findings, left: Touch, found: Edge) -> None:
    """On the ground before a silence, in the air after it. The mirror of `_landed_unseen`."""
    if not _is_low(flights, found, left):
        return
    t_s = flights.fixes.t_s
    ground = left.contact.stop - 1
    start, end = float(t_s[ground]), float(t_s[found.row])
    apart_nm = flights.apart_nm(ground, found.row)
    flown_s = apart_nm / flights.top_kt * 3600.0
    best = max(
        start,
        end
        - (
            0.0
            if _at_field(flights, found, left, apart_nm)
            else seconds_to(flights, found, apart_nm)
        ),
    )
    findings.movements.append(
        _inferred(
            flights, "takeoff", left, ground, When(start, best, max(start, end - flown_s)), found
        )
    )


def _inferred(
    flights: Flights, move: Move, touch: Touch, row: int, when: When, edge: Edge | None = None
) -> Movement:
    place = touch.contact.place
    marks = list(marks_of(int(flights.fixes.doubt[row])))
    if place.airport is None:
        marks.append("off_airport")
    method: Method = "inferred_stop"
    rows = (row, row)
    if edge is not None:
        rows = (edge.row, row)
        method = "lost_low" if move == "landing" else "found_low"
    return movement(
        flights,
        move,
        when,
        row=row,
        method=method,
        airport=place.airport,
        rivals=place.rivals,
        marks=tuple(marks),
        rows=rows,
    )


def _ground_ft(flights: Flights, row: int) -> float:
    """The highest field around a row; sea level where there is none."""
    ceiling = flights.fields.ceiling_ft.item(flights.fixes.cell.item(row))
    return ceiling if math.isfinite(ceiling) else 0.0


def _is_low(flights: Flights, edge: Edge, touch: Touch) -> bool:
    """Low over the airport on the other side of the silence, or over any field where there is
    none."""
    leg = edge.leg
    if math.isnan(leg.msl_ft):
        return False
    elevation = flights.fields.elevation(touch.contact.place.airport)
    if not math.isnan(elevation):
        return leg.msl_ft - elevation <= rules.LOW_FT
    return leg.msl_ft - _ground_ft(flights, edge.row) <= rules.LOW_FT


def _at_field(flights: Flights, edge: Edge, touch: Touch, apart_nm: float) -> bool:
    """In the air by its flag only: at field elevation, on the airport it left or came to."""
    height = edge.leg.msl_ft - flights.fields.elevation(touch.contact.place.airport)
    return apart_nm <= rules.MOVED_NM and abs(height) <= rules.RUNWAY_FT
