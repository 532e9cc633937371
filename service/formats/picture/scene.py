"""What stands on the sheet, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.movements import Segment
from service.formats.lines import Point, path_of
from service.formats.picture.timeline import Timeline
from service.formats.shown import Shown
from service.formats.silences import Silence, silences

TRACK = "#1e50b4"
DOUBTED = "#e07000"
GAP = "#606060"
PLACE = "#b41e1e"
FAINT = "#9a9a9a"


@dataclass(frozen=True, slots=True)
class Scene:
    """The answer, its gaps and its day."""

    shown: Shown
    silences: tuple[Silence, ...]
    timeline: Timeline

    @property
    def marks(self) -> tuple[str, ...]:
        """Every doubt there is about what is drawn."""
        verdict = self.shown.verdict
        marks = {mark for segment in self.shown.segments for mark in segment.marks}
        return tuple(sorted(marks | {mark for item in verdict.evidence for mark in item.marks}))

    @property
    def points(self) -> list[Point]:
        """All that the map must show; empty = there is nothing."""
        airport = self.shown.airport
        points = [] if airport is None else [(airport.lat, airport.lon)]
        return [*points, *(p for segment in self.shown.segments for p in path_of(segment))]

    def touches(self, segment: Segment) -> bool:
        """Whether a segment lies within the day, and not merely beside it."""
        return self.timeline.within(segment.first.t, segment.last.t) is not None


def scene_of(shown: Shown) -> Scene:
    """The scene of one answer."""
    verdict = shown.verdict
    return Scene(
        shown=shown,
        silences=silences(shown.segments, verdict.gaps),
        timeline=Timeline(verdict.interval, verdict.zone),
    )
