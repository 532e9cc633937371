"""Runs of a track that may be contacts with the ground: flagged so, or slow and level.

An airborne blip between ground fixes, brief or slow and level, is no flight and parts no run. What
a run is worth is judged in `service.domain.detection.ground`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np

from schemas.movements import GroundBasis
from schemas.records import Bool, Float32, Int64
from service.domain.detection import rules
from service.domain.detection.attribution import NOWHERE, Place
from service.domain.detection.fixes import Fixes

_NEVER_FLEW_S = 900.0
_SPOT_NM = 0.1
_SPOT_FT = 700.0

Level = Literal["unsaid", "level", "possible", "off", "high"]
"""How heights around a contact go with the field: nothing is said; they fit; they fit at some QNH;
they do not; nobody gets down from there in time."""


@dataclass(slots=True)
class Contact:
    """A stretch on the ground: rows [start, stop) of a body of fixes."""

    start: int
    stop: int
    basis: GroundBasis
    place: Place = NOWHERE
    first: int = -1
    """First and last row that are believed to be on the ground."""
    last: int = -1
    sound: Int64 = field(default_factory=lambda: np.empty(0, np.int64))
    """Rows that prove it: on the ground beyond doubt, without a mark."""
    stopped: bool = False
    """Came down to taxi speed: no touch-and-go."""
    proven: bool = False
    """A wrong flag cannot look like this."""
    level: Level = "unsaid"
    hovers: bool = False
    """Came or went as slowly as a helicopter: its outermost flags may still be in the air."""

    @property
    def clear(self) -> bool:
        """At one airport, and no other fits as well."""
        return self.place.airport is not None and not self.place.rivals


def flagged_runs(fixes: Fixes, flying: Bool, *, fast: bool) -> Iterator[Contact]:
    """Runs of ground flags; blips within and beside them are taken out of `flying`. `fast`: a jet,
    see `never_flew`."""
    flag = fixes.on_ground
    edges = (np.flatnonzero(flag[1:] != flag[:-1]) + 1).tolist()
    if not edges and not (len(flag) and flag[0]):
        return
    held: Contact | None = None
    for a, b in pairwise([0, *edges, len(flag)]):
        if flag.item(a):
            pieces = _split_where_moved(fixes, a, b)
            if held is not None and held.stop == a:  # a blip lay between
                held.stop = pieces.pop(0)[1]
            for start, stop in pieces:
                if held is not None:
                    yield held
                held = Contact(start, stop, "surface")
        elif a > 0 and b < len(flag) and _is_blip(fixes, a, b, fast=fast):
            flying[a:b] = False
            if held is not None and not _moved(fixes, a - 1, b):
                held.stop = b
        else:
            _ground_edges(fixes, flying, a, b, fast=fast)
    if held is not None:
        yield held


def _split_where_moved(fixes: Fixes, a: int, b: int) -> list[tuple[int, int]]:
    """A run of flags cut where the aircraft stood elsewhere after a silence: it flew meanwhile."""
    moved = (fixes.step_s[a : b - 1] > rules.GAP_S) & (fixes.step_nm[a : b - 1] > rules.MOVED_NM)
    return list(pairwise([a, *(a + 1 + np.flatnonzero(moved)).tolist(), b]))


def _moved(fixes: Fixes, before: int, after: int) -> bool:
    return bool(
        fixes.t_s[after] - fixes.t_s[before] > rules.GAP_S
        and float(fixes.step_nm[before:after].sum()) > rules.MOVED_NM
    )


def _is_blip(fixes: Fixes, a: int, b: int, *, fast: bool) -> bool:
    """An airborne stretch between ground fixes that is a bounce or an error."""
    t_s = fixes.t_s
    if (
        b - a <= rules.BLIP_FIXES
        and t_s.item(b - 1) - t_s.item(a) <= rules.BLIP_S
        and t_s.item(b) - t_s.item(a - 1) <= 2.0 * rules.BLIP_S
        and _spread_ft(fixes, a, b) <= rules.BLIP_FT
    ):
        return True
    return never_flew(fixes, a, b, fast=fast)


def never_flew(fixes: Fixes, a: int, b: int, *, fast: bool) -> bool:
    """Slow (for a jet, where `fast`) and level throughout, and at one place; or on one spot,
    whatever its altitudes say."""
    if fixes.t_s.item(b - 1) - fixes.t_s.item(a) > _NEVER_FLEW_S:
        return False
    fastest = float(np.fmax.reduce(fixes.gs_kt[a:b]))
    if fastest > (rules.HOP_FAST_KT if fast else rules.HOP_KT):
        return False
    rates = np.abs(fixes.track.rate_fpm[a:b])
    rates = rates[rates >= 0.0]  # those that are said
    if len(rates) and float(np.median(rates)) >= rules.TREND_FPM:
        return False
    extent = _extent_nm(fixes, a, b)
    if fastest <= rules.HOVER_KT and extent <= _SPOT_NM:
        return _spread_ft(fixes, a, b) <= _SPOT_FT
    return extent <= rules.MOVED_NM and _spread_ft(fixes, a, b) <= rules.BLIP_FT


def flew_between(fixes: Fixes, before: Contact, after: Contact, *, fast: bool) -> bool:
    """Whether the unflagged rows between two contacts are a flight."""
    return before.stop < after.start and not (
        _rolled_on(fixes, before, after) or never_flew(fixes, before.stop, after.start, fast=fast)
    )


def _rolled_on(fixes: Fixes, before: Contact, after: Contact) -> bool:
    """Fast on the ground, then stopped, at one airport and height, within a roll's time: a landing
    roll. Nobody flies a circuit meanwhile. Not the other way round: past a take-off a wrong flag
    is as fast. Nor up to a contact that proves its own touchdown."""
    last, first = before.stop - 1, after.start
    return (
        not before.stopped
        and after.stopped
        and not after.proven
        and before.place.airport is not None
        and before.place.airport == after.place.airport
        and fixes.t_s.item(first) - fixes.t_s.item(last) <= rules.ROLL_MAX_S
        and _spread_ft(fixes, before.stop, first) <= rules.BLIP_FT
    )


def _ground_edges(fixes: Fixes, flying: Bool, a: int, b: int, *, fast: bool) -> None:
    """Takes out of `flying` what never flew at either end of an airborne stretch, where ground
    flags are next to it and a silence parts it from the rest."""
    silent = (a + 1 + np.flatnonzero(fixes.step_s[a : b - 1] > rules.GAP_S)).tolist()
    pieces = list(pairwise([a, *silent, b]))
    before = a > 0 and fixes.step_s[a - 1] <= rules.GAP_S
    after = b < len(fixes) and fixes.step_s[b - 1] <= rules.GAP_S
    for piece, beside in ((pieces[0], before), (pieces[-1], after)):
        if beside and never_flew(fixes, *piece, fast=fast):
            flying[slice(*piece)] = False


def _spread_ft(fixes: Fixes, a: int, b: int) -> float:
    alt = fixes.track.alt_baro_ft[a:b]
    spread = float(np.fmax.reduce(alt)) - float(np.fmin.reduce(alt))
    return 0.0 if math.isnan(spread) else spread


def _extent_nm(fixes: Fixes, a: int, b: int) -> float:
    lat, lon = fixes.track.lat[a:b], fixes.track.lon[a:b]
    east = np.abs(lon - lon[0])
    east = np.minimum(east, 360.0 - east) * fixes.cos_lat.item(a)
    return float(np.hypot(lat - lat[0], east).max()) * 60.0


def slow_runs(fixes: Fixes, over_ft: Float32, flying: Bool) -> Iterator[Contact]:
    """Runs that claim to fly, slower than taxiing, level, and low enough for some field."""
    slow = flying & (fixes.gs_kt <= np.float32(rules.TAXI_KT))
    if not slow.any():
        return
    # An altitude unsaid or struck out for once parts nothing.
    slow &= ~(over_ft >= np.float32(rules.PRESSURE_RANGE_FT[1] - rules.PRESSURE_RANGE_FT[0]))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], slow.view(np.int8), [0]))))
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if stop - start < rules.SEEN_FIXES:
            continue
        a, b = _level_part(fixes, start, stop)
        if (
            b - a >= rules.SEEN_FIXES
            and fixes.t_s[b - 1] - fixes.t_s[a] >= rules.SEEN_S / 2.0
            and _extent_nm(fixes, a, b) <= rules.TAXI_NM
        ):
            yield Contact(a, b, "slow_near_elevation")


def _level_part(fixes: Fixes, a: int, b: int) -> tuple[int, int]:
    """The part of a slow run that keeps to one height: a helicopter is slow before it lands. An
    empty part when the run keeps to none."""
    alt = fixes.track.alt_baro_ft[a:b]
    said = ~np.isnan(alt)
    if not said.any():
        return a, a
    level = np.abs(alt - np.float32(np.median(alt[said]))) <= rules.PARKED_SPREAD_FT
    at = np.flatnonzero(level)
    if not len(at):
        return a, a
    first, last = int(at[0]), int(at[-1])
    if 5 * len(at) < 4 * int(said[first : last + 1].sum()):
        return a, a
    return a + first, a + last + 1
