"""From one track to all that it shows: segments, gaps, movements, passes, ground spans, coverage.

    in order → what can be believed → one body of fixes (rarely two)
             → contacts with the ground, and the flights between them
             → changes seen, silences judged, passes, segments; and what was squawked

Deterministic, and never raises on any track. Vectorised: rows are never walked in Python, only
contacts, silences and visits are, which come in dozens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from schemas.movements import (
    Derived,
    GroundSpan,
    Heard,
    Movement,
    Pass,
    Segment,
)
from schemas.records import Bool, Rejected, Track
from service.domain.airports.table import Airports
from service.domain.detection.clipping import clip
from service.domain.detection.emergencies import emergencies_of
from service.domain.detection.fields import Fields, fields_of
from service.domain.detection.fixes import Fixes, moment
from service.domain.detection.flights import Flights, flights_of
from service.domain.detection.hearing import heard_of
from service.domain.detection.movements import (
    Touch,
    is_touch_and_go,
    seen_change,
    touch_and_go,
    touches_of,
)
from service.domain.detection.passes import low_stretches, passes_of
from service.domain.detection.segments import gaps_between, segments_of, shown_segments
from service.domain.detection.silences import judge_silences
from service.domain.detection.soundness import believe
from service.domain.detection.spans import spans_of
from service.domain.detection.stops import Findings
from service.domain.detection.window import ALWAYS, Window, window_of

__all__ = ["RULES_VERSION", "clip", "detect"]

RULES_VERSION = "detection 3"


def detect(
    track: Track,
    airports: Airports,
    stacked: Bool | None = None,
    *,
    within: tuple[datetime, datetime] | None = None,
) -> Derived:
    """All that a track shows. The rows may stand in any order and hold anything.

    `stacked`: rows that lie on one spot with other aircraft's, see `stacking` in this room.
    `within`: only what `clip` leaves of it for these two moments, which costs less.
    """
    fields = fields_of(airports)
    belief = believe(track, fields, stacked)
    window = ALWAYS if within is None else window_of(*within)
    found = _Found(window)
    for body in belief.bodies:
        if len(body):
            found.add_body(body, fields)
    for stretch in belief.unusable:
        found.segments.extend(shown_segments(stretch.fixes, stretch.marks, window))
    segments = sorted(found.segments, key=lambda s: (s.first.t, s.last.t, not s.usable))
    derived = Derived(
        segments=tuple(segments),
        gaps=gaps_between(segments),
        movements=tuple(sorted(found.movements, key=lambda m: (m.t_best, m.move))),
        passes=tuple(sorted(found.passes, key=lambda p: (p.t_best, p.airport))),
        ground_spans=tuple(sorted(found.spans, key=lambda s: (s.first.t, s.last.t))),
        heard=tuple(sorted(found.heard, key=lambda h: (h.hour, h.airport))),
        emergencies=tuple(emergencies_of(track, belief.bodies)),
        rejected=belief.rejected + tuple(found.rejected),
    )
    return derived if within is None else clip(derived, *within)


class _Found:
    """What the bodies of one track come to, gathered."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.segments: list[Segment] = []
        self.movements: list[Movement] = []
        self.passes: list[Pass] = []
        self.spans: list[GroundSpan] = []
        self.heard: list[Heard] = []
        self.rejected: list[Rejected] = []

    def add_body(self, body: Fixes, fields: Fields) -> None:
        """Everything that one body of fixes shows."""
        window = self.window
        flights = flights_of(body, fields)
        touches = touches_of(flights)
        near = flights.widened(window)
        moved = _moved(flights, touches, near)
        stretches = low_stretches(flights, moved.movements, window)
        if stretches and near is not ALWAYS:
            # Whether a field was passed hangs on every movement there, of whatever hour.
            moved = _moved(flights, touches, ALWAYS)
        lying = flights.grounds.lying
        if lying:
            self.rejected.append(Rejected(why="ground flag not believed", count=lying))
        crashed = {moment(body.track.t_us.item(row)) for row in moved.crashes}
        self.segments.extend(
            replace(s, marks=(*s.marks, "crash_suspected")) if s.last.t in crashed else s
            for s in segments_of(body, window)
        )
        self.movements.extend(moved.movements)
        self.passes.extend(moved.passes)
        self.passes.extend(passes_of(flights, stretches, moved.movements, moved.passes))
        self.spans.extend(spans_of(flights, touches, window))
        self.heard.extend(heard_of(flights, window))


def _moved(flights: Flights, touches: Sequence[Touch], near: Window) -> Findings:
    """Take-offs and landings, seen and in silences; touch-and-goes and approaches broken off."""
    seen: list[Movement] = []
    touched: list[Pass] = []
    for touch in touches:
        if not near.is_near(*flights.lasted(touch.contact)):
            continue
        if is_touch_and_go(flights, touch):
            passing = touch_and_go(flights, touch)
            touched.extend([passing] if passing is not None else [])
            continue
        for change in (
            seen_change(flights, touch, "landing"),
            seen_change(flights, touch, "takeoff"),
        ):
            seen.extend([change] if change is not None else [])
    silent = judge_silences(flights, touches, near)
    return Findings(seen + silent.movements, touched + silent.passes, silent.crashes)
