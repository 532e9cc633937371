"""Ground spans: what "seen there" rests on.

Only contacts that prove something make one, and only of fixes without a mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from schemas.movements import GroundSpan
from schemas.records import Float64, Int64
from service.domain.detection import rules
from service.domain.detection.fixes import moments
from service.domain.detection.flights import Flights
from service.domain.detection.movements import Touch, is_touch_and_go
from service.domain.detection.window import Window


def spans_of(flights: Flights, touches: Sequence[Touch], window: Window) -> list[GroundSpan]:
    """The contacts that prove something, as ground spans, cut where a silence over `GAP_S` lets
    nobody know that it stood there. A touch-and-go makes none: a flag that is fast all the way
    proves nothing. Those outside of the window may be missing."""
    fixes = flights.fixes
    found: list[GroundSpan] = []
    for touch in touches:
        contact = touch.contact
        if not window.touches(*flights.lasted(contact)):
            continue
        sound = contact.sound
        if contact.place.airport is None and contact.stopped:
            rows = np.arange(contact.start, contact.stop)
            sound = rows[fixes.on_ground[rows] & (fixes.doubt[rows] == 0)]
        if not len(sound) or is_touch_and_go(flights, touch):
            continue
        steps = np.diff(fixes.t_s[sound])
        silent = (np.flatnonzero(steps > rules.GAP_S) + 1).tolist()
        found.extend(
            _span(flights, touch, sound[a:b], steps[a : b - 1])
            for a, b in pairwise([0, *silent, len(sound)])
        )
    return found


def _span(flights: Flights, touch: Touch, sound: Int64, steps_s: Float64) -> GroundSpan:
    fixes, contact = flights.fixes, touch.contact
    track, t_s = fixes.track, fixes.t_s
    first, last = sound.item(0), sound.item(-1)
    came = touch.before is not None and (
        t_s.item(first) - t_s.item(touch.before) <= rules.TIED_STEP_S
    )
    left = touch.after is not None and t_s.item(touch.after) - t_s.item(last) <= rules.TIED_STEP_S
    return GroundSpan(
        icao24=track.icao24,
        source=track.source,
        airport=flights.fields.ident(contact.place.airport),
        basis=contact.basis,
        first=fixes.point(first),
        last=fixes.point(last),
        fixes=len(sound),
        max_step_s=float(steps_s.max()) if len(steps_s) else 0.0,
        air_change_in=_changed(flights, touch.before, first),
        air_change_out=_changed(flights, touch.after, last),
        tied=came or left or _taxied(flights, sound),
        times=tuple(moments(track.t_us[_spread(t_s, sound)])),
        rivals=contact.place.rivals,
    )


def _changed(flights: Flights, air: int | None, ground: int) -> bool:
    if air is None:
        return False
    fixes = flights.fixes
    step_s = abs(float(fixes.t_s[ground] - fixes.t_s[air]))
    return step_s <= rules.STEP_SOUND_S and int(fixes.doubt[air]) == 0


def _taxied(flights: Flights, sound: Int64) -> bool:
    """Moved over the ground in an unbroken run: it did not just appear there."""
    fixes = flights.fixes
    if len(sound) < rules.FEW_FIXES:
        return False
    rows = sound[:-1][np.diff(sound) == 1]
    close = fixes.step_s[rows] <= rules.TIED_STEP_S
    moving = close & (fixes.gs_kt[rows] > 2.0)
    return float(fixes.step_nm[rows][moving].sum()) >= rules.TAXIED_NM


def _spread(t_s: Float64, sound: Int64) -> Int64:
    """Rows spread over a span, the first and the last among them: one in `SPAN_STEP_S`, or fewer
    when the span is long."""
    if len(sound) < 3:
        return sound
    seconds = t_s[sound] - t_s[sound[0]]
    slot = (seconds / max(rules.SPAN_STEP_S, seconds.item(-1) / rules.SPAN_TIMES)).astype(np.int64)
    keep = np.ones(len(sound), np.bool_)
    keep[1:-1] = slot[1:-1] != slot[:-2]
    return sound[keep]
