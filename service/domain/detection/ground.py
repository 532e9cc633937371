"""How far contacts with the ground can be believed.

A contact is a run of ground flags, or of fixes that claim to fly while they stand or taxi at field
elevation. Flags lie: in cruise, on final approach, for a second or two while parked. So:

    an airborne blip between ground fixes, brief or slow and level, is no flight
    a flag faster than taxiing counts only on a runway strip
    a run of flags that is fast for longer than a roll takes is an error
    an airborne neighbour that high above the field that nobody gets there in time: an error
    a few flags in the midst of a flight need heights that bear them out
    fast all the way is a touch-and-go or a roll half heard, and proves nothing
    slow and near field elevation proves only with a corrected height and a roll in or out
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from schemas.records import Bool, Float32, Int64
from service.domain.detection import rules
from service.domain.detection.attribution import ground_place
from service.domain.detection.contacts import Contact, Level, flagged_runs, flew_between, slow_runs
from service.domain.detection.fields import Fields
from service.domain.detection.fixes import Fixes
from service.domain.detection.rolls import sampled
from service.domain.detection.strips import on_strip

_NEIGHBOUR_S = 60.0
_LOOKS = 3
"""Places of one contact that its airport is judged by."""
_SLOWED = 0.65
_LEVEL_FT = 30.0
_LEVEL_S = 5.0
"""At one height for so long, to one step of 25 ft: no descent and no climb."""
_WORSE: tuple[Level, ...] = ("unsaid", "level", "possible", "off", "high")
_ISLAND_S = 150.0
"""Flags for so short a time in the midst of a flight need heights that bear them out."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """All contacts of one body, and which rows fly."""

    contacts: tuple[Contact, ...]
    flying: Bool
    """Rows in the air as far as we know: neither in a contact, nor wrongly flagged, nor a blip."""
    lying: int
    """How many ground flags are not believed."""


def grounds_of(fixes: Fixes, fields: Fields, over_ft: Float32, *, fast: bool) -> Grounds:
    """Every contact of a body, in time order. `over_ft`: see `Flights`."""
    flying = ~fixes.on_ground
    found = list(flagged_runs(fixes, flying, fast=fast))
    found.extend(slow_runs(fixes, over_ft, flying))
    found.sort(key=lambda contact: contact.start)
    believed: list[Contact] = []
    lying = 0
    for contact in found:
        if contact.basis == "surface":
            if _judge_flags(fixes, fields, contact, flying, fast=fast):
                believed.append(contact)
            else:
                lying += int(fixes.on_ground[contact.start : contact.stop].sum())
        elif _judge_slow(fixes, fields, contact, flying, fast=fast):
            believed.append(contact)
            flying[contact.start : contact.stop] = False
    for before, after in pairwise(believed):
        if not flew_between(fixes, before, after, fast=fast):
            flying[before.stop : after.start] = False
    return Grounds(tuple(believed), flying, lying)


def _judge_flags(
    fixes: Fixes, fields: Fields, contact: Contact, flying: Bool, *, fast: bool
) -> bool:
    """Whether a run of ground flags is believed; fills in what it shows."""
    rows = np.flatnonzero(fixes.on_ground[contact.start : contact.stop]) + contact.start
    gs = fixes.gs_kt[rows]
    before, after = _neighbours(fixes, contact, flying)
    quick = gs > np.float32(rules.TAXI_KT)
    _leave_out_hovering(fixes, contact, gs, quick, before, after)
    rolled = bool(quick.any())
    if rolled and _rolls_too_long(fixes, rows, gs > np.float32(rules.ROLL_KT)):
        return False
    slow = rows[~quick] if rolled else rows
    look = sampled((slow if len(slow) else rows).tolist(), _LOOKS)
    contact.place = ground_place(fixes, fields, look, rolled=rolled, fast=fast)
    strip = on_strip(fixes, fields, contact, rows, quick, look) if rolled else quick
    contact.level = _level(fixes, fields, contact, before, after)
    if contact.level == "high":
        return False
    island = before is not None and after is not None and not bool(strip.any())
    if island and contact.level != "level" and fixes.t_s[after] - fixes.t_s[before] < _ISLAND_S:
        return False
    grounded = ~quick | strip
    half_heard = not bool(grounded.any())
    if half_heard:
        # A roll half heard, and not where we think the runway is: at field elevation all the same.
        both = before is not None and after is not None
        if contact.level != "level" or contact.hovers or both:
            return False
        grounded = quick
    believed = rows[grounded]
    contact.first, contact.last = int(believed[0]), int(believed[-1])
    slowest = float(np.fmin.reduce(gs[grounded]))
    contact.stopped = slowest <= rules.STOPPED_KT
    if contact.place.airport is None and not contact.stopped:
        return False
    slowed = contact.stopped or _slowed(fixes, slowest, before, after)
    contact.proven = slowed and contact.level != "off" and contact.place.airport is not None
    # A helicopter passes along a strip as slowly as others roll on it.
    contact.proven &= not contact.hovers or slowest <= rules.HOVER_KT
    if slowest > rules.TAXI_KT:
        contact.proven &= _flies_up_to_it(fixes, fields, contact, before, after)
    if half_heard:
        beside = before if before is not None else after
        contact.proven &= beside is not None and bool(
            fixes.sigma_ft.item(beside) < rules.PRESSURE_SIGMA_FT
        )
    # Most of its flags are wrong, and it never stood: why should the others be right?
    contact.proven &= contact.stopped or 2 * len(believed) >= len(rows)
    if contact.proven:
        contact.sound = believed[fixes.doubt[believed] == 0]
    return True


def _leave_out_hovering(
    fixes: Fixes,
    contact: Contact,
    gs_kt: Float32,
    quick: Bool,
    before: int | None,
    after: int | None,
) -> None:
    """What came down slowly, or goes up so, a helicopter, stands only when it hardly moves: on
    that side of its slowest moment, `quick` begins at `HOVER_KT`."""
    came, went = (row is not None and _hovers(fixes, row) for row in (before, after))
    if not (came or went):
        return
    contact.hovers = True
    slowest = int(np.argmin(np.where(np.isnan(gs_kt), np.inf, gs_kt)))
    sides = slice(0 if came else slowest, len(gs_kt) if went else slowest + 1)
    quick[sides] |= gs_kt[sides] > np.float32(rules.HOVER_KT)


def _hovers(fixes: Fixes, row: int) -> bool:
    """Slow in the air next to a contact, and not rolling: not fast at the same height just before
    or after."""
    if not fixes.gs_kt.item(row) <= rules.HOVERS_KT:
        return False
    t_s, alt, gs = fixes.t_s, fixes.track.alt_baro_ft, fixes.gs_kt
    lo, hi = np.searchsorted(t_s, (t_s[row] - rules.ROLL_MAX_S, t_s[row] + rules.ROLL_MAX_S))
    rows = np.arange(lo, hi)
    rows = rows[~np.isnan(alt[rows])]
    if not len(rows):
        return True
    # The very first altitudes in the air are often unsaid.
    beside = int(rows[np.argmin(np.abs(rows - row))])
    level = (np.abs(alt[rows] - alt[beside]) <= _LEVEL_FT) & (
        np.abs(t_s[rows] - t_s[beside]) >= _LEVEL_S
    )
    return not bool((level & (gs[rows] >= rules.TAXI_KT + 10.0)).any())


def _rolls_too_long(fixes: Fixes, rows: Int64, rolling: Bool) -> bool:
    """Faster than any roll lasts: the flag is stuck."""
    if int(np.count_nonzero(rolling)) < 2:
        return False
    steps = rows[:-1][rolling[:-1] & rolling[1:] & (rows[1:] - rows[:-1] == 1)]
    rolls = 2.0  # one in, one out
    return bool(
        float(fixes.step_s[steps].sum()) > rolls * rules.ROLL_MAX_S
        or float(fixes.step_nm[steps].sum()) > rolls * rules.ROLL_MAX_NM
    )


def _neighbours(fixes: Fixes, contact: Contact, flying: Bool) -> tuple[int | None, int | None]:
    """The airborne rows right before and after a contact, when they are close in time."""
    step_s, before, after = fixes.step_s, contact.start - 1, contact.stop
    close_before = before >= 0 and flying.item(before) and step_s.item(before) <= _NEIGHBOUR_S
    close_after = (
        after < len(fixes) and flying.item(after) and step_s.item(after - 1) <= _NEIGHBOUR_S
    )
    return before if close_before else None, after if close_after else None


def _level(
    fixes: Fixes, fields: Fields, contact: Contact, before: int | None, after: int | None
) -> Level:
    """How heights around a contact, and its own where said, go with the field's elevation."""
    elevation = fields.elevation(contact.place.airport)
    if math.isnan(elevation):
        return "unsaid"
    looks = [(contact.start, 0.0), (contact.stop - 1, 0.0)]
    if before is not None:
        looks.append((before, fixes.step_s.item(before)))
    if after is not None:
        looks.append((after, fixes.step_s.item(after - 1)))
    found: Level = "unsaid"
    for row, away_s in looks:
        over = fixes.msl_ft.item(row) - elevation
        if math.isnan(over):
            continue
        sigma = fixes.sigma_ft.item(row)
        if over > rules.FLAG_HEIGHT_FT + rules.FLAG_SIGMAS * sigma + rules.CLIMB_FPS * away_s:
            return "high"
        sunk = over - rules.SINK_FPS * away_s
        bare = sigma >= rules.PRESSURE_SIGMA_FT
        if -150.0 - 2.0 * sigma <= over and sunk <= 100.0 + 2.0 * sigma:
            seen: Level = "level"
        elif bare and rules.PRESSURE_RANGE_FT[0] <= over and sunk <= rules.PRESSURE_RANGE_FT[1]:
            seen = "possible"
        else:
            seen = "off"
        found = max(found, seen, key=_WORSE.index)
    return found


def _flies_up_to_it(
    fixes: Fixes, fields: Fields, contact: Contact, before: int | None, after: int | None
) -> bool:
    """Whether its airborne neighbours are no higher than the way from (to) a contact makes them."""
    elevation = fields.elevation(contact.place.airport)
    for row, step in ((before, before), (after, contact.stop - 1)):
        if row is None or step is None:
            continue
        sigma = fixes.sigma_ft.item(row)
        over = fixes.msl_ft.item(row) - elevation
        way_ft = rules.STEEP_FT_NM * fixes.step_nm.item(step)
        if sigma < rules.PRESSURE_SIGMA_FT and over > 100.0 + sigma + way_ft:
            return False
    return True


def _slowed(fixes: Fixes, slowest_kt: float, before: int | None, after: int | None) -> bool:
    """Down to two thirds of the speed it touched down or lifted off with."""
    if not slowest_kt <= rules.ROLL_KT:
        return False
    for a, b in (
        (max(0, (before or 0) - 7), None if before is None else before + 1),
        (after, None if after is None else min(len(fixes), after + 8)),
    ):
        if a is None or b is None:
            continue
        close = np.abs(fixes.t_s[a:b] - fixes.t_s.item(b - 1 if b - 1 == before else a))
        speeds = fixes.gs_kt[a:b][close <= _NEIGHBOUR_S]
        if slowest_kt <= _SLOWED * float(np.fmax.reduce(speeds)):
            return True
    return False


def _judge_slow(
    fixes: Fixes, fields: Fields, contact: Contact, flying: Bool, *, fast: bool
) -> bool:
    """Whether an unflagged slow stretch stands at field elevation, and how surely."""
    look = sampled(range(contact.start, contact.stop), 5)
    roll = _roll_beside(fixes, contact, flying)
    contact.place = ground_place(fixes, fields, look, rolled=roll, fast=fast)
    elevation = fields.elevation(contact.place.airport)
    if math.isnan(elevation):
        return False
    over = float(np.nanmedian(fixes.msl_ft[look])) - elevation
    sigma = float(fixes.sigma_ft[look].max())
    bare = sigma >= rules.PRESSURE_SIGMA_FT
    if bare and (roll or fast):
        # Nothing that cruises at 250 kt hovers: what is so slow stands, at whatever QNH.
        fits = rules.PRESSURE_RANGE_FT[0] <= over <= rules.PRESSURE_RANGE_FT[1]
    else:
        fits = abs(over) <= rules.FIELD_HEIGHT_FT + sigma * (2.0 if roll or fast else 1.0)
    if not fits:
        return False
    rows = np.arange(contact.start, contact.stop)
    contact.first, contact.last = contact.start, contact.stop - 1
    contact.stopped = True
    contact.proven = roll and not bare and abs(over) <= rules.FIELD_HEIGHT_FT
    if contact.proven:
        contact.sound = rows[fixes.doubt[rows] == 0]
    return True


def _roll_beside(fixes: Fixes, contact: Contact, flying: Bool) -> bool:
    """Whether the aircraft was fast at the same height within a roll's time: a helicopter in the
    hover was not."""
    alt, t_s = fixes.track.alt_baro_ft, fixes.t_s
    stand = float(np.nanmedian(alt[contact.start : contact.stop]))
    lo = int(np.searchsorted(t_s, t_s[contact.start] - rules.ROLL_MAX_S))
    hi = int(np.searchsorted(t_s, t_s[contact.stop - 1] + rules.ROLL_MAX_S, "right"))
    rows = np.concatenate((np.arange(lo, contact.start), np.arange(contact.stop, hi)))
    rows = rows[flying[rows]]
    level = np.abs(alt[rows] - stand) <= rules.PARKED_SPREAD_FT
    return int((level & (fixes.gs_kt[rows] >= rules.TAXI_KT + 10.0)).sum()) >= 2
