"""From one track to all that it shows: segments, gaps, movements, passes, ground spans, coverage.

    in order → what can be believed → one body of fixes (rarely two)
             → contacts with the ground, and the flights between them
             → changes seen, silences judged, passes, segments

Deterministic, and never raises on any track. Vectorised: rows are never walked in Python, only
contacts, silences and visits are, which come in dozens.
"""

from __future__ import annotations

from dataclasses import replace

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
from service.domain.detection.fields import Fields, fields_of
from service.domain.detection.fixes import Fixes, moment
from service.domain.detection.flights import flights_of
from service.domain.detection.hearing import heard_of
from service.domain.detection.movements import (
    is_touch_and_go,
    seen_change,
    touch_and_go,
    touches_of,
)
from service.domain.detection.passes import passes_of
from service.domain.detection.segments import gaps_between, segments_of, shown_segments
from service.domain.detection.silences import judge_silences
from service.domain.detection.soundness import believe
from service.domain.detection.spans import spans_of

__all__ = ["RULES_VERSION", "clip", "detect"]

RULES_VERSION = "detection 1"


def detect(track: Track, airports: Airports, stacked: Bool | None = None) -> Derived:
    """All that a track shows. The rows may stand in any order and hold anything.

    `stacked`: rows that lie on one spot with other aircraft's, see `stacking` in this room.
    """
    fields = fields_of(airports)
    belief = believe(track, fields, stacked)
    found = _Found()
    for body in belief.bodies:
        if len(body):
            found.add_body(body, fields)
    for stretch in belief.unusable:
        found.segments.extend(shown_segments(stretch.fixes, stretch.marks))
    segments = sorted(found.segments, key=lambda s: (s.first.t, s.last.t, not s.usable))
    return Derived(
        segments=tuple(segments),
        gaps=gaps_between(segments),
        movements=tuple(sorted(found.movements, key=lambda m: (m.t_best, m.move))),
        passes=tuple(sorted(found.passes, key=lambda p: (p.t_best, p.airport))),
        ground_spans=tuple(sorted(found.spans, key=lambda s: (s.first.t, s.last.t))),
        heard=tuple(sorted(found.heard, key=lambda h: (h.hour, h.airport))),
        rejected=belief.rejected + tuple(found.rejected),
    )


class _Found:
    """What the bodies of one track come to, gathered."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.movements: list[Movement] = []
        self.passes: list[Pass] = []
        self.spans: list[GroundSpan] = []
        self.heard: list[Heard] = []
        self.rejected: list[Rejected] = []

    def add_body(self, body: Fixes, fields: Fields) -> None:
        """Everything that one body of fixes shows."""
        flights = flights_of(body, fields)
        touches = touches_of(flights)
        movements: list[Movement] = []
        passes: list[Pass] = []
        for touch in touches:
            if is_touch_and_go(flights, touch):
                passing = touch_and_go(flights, touch)
                passes.extend([passing] if passing is not None else [])
                continue
            for change in (
                seen_change(flights, touch, "landing"),
                seen_change(flights, touch, "takeoff"),
            ):
                movements.extend([change] if change is not None else [])
        silent = judge_silences(flights, touches)
        movements.extend(silent.movements)
        passes.extend(silent.passes)
        passes.extend(passes_of(flights, movements, passes))
        lying = flights.grounds.lying
        if lying:
            self.rejected.append(Rejected(why="ground flag not believed", count=lying))
        crashed = {moment(int(body.track.t_us[row])) for row in silent.crashes}
        self.segments.extend(
            replace(s, marks=(*s.marks, "crash_suspected")) if s.last.t in crashed else s
            for s in segments_of(body)
        )
        self.movements.extend(movements)
        self.passes.extend(passes)
        self.spans.extend(spans_of(flights, touches))
        self.heard.extend(heard_of(flights))
