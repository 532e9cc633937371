"""One question: the dossier read in one interval, and the facts that the rules ask about.

Each fact is computed once, when a rule first asks for it. Nothing here decides anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.movements import GroundSpan, Movement, Pass
from schemas.verdicts import CoverageHour, Interval
from service.domain.verdict import coverage, reachability
from service.domain.verdict import reports as told
from service.domain.verdict.approaches import Approach, approaches
from service.domain.verdict.brackets import Bracket
from service.domain.verdict.contradictions import Contradiction
from service.domain.verdict.dossier import NEAR_NM, OVERHEAD_NM, Dossier
from service.domain.verdict.marks import is_belied
from service.domain.verdict.once import once
from service.domain.verdict.reachability import Window
from service.domain.verdict.seen import SpanHere

NEAR_HEIGHT_FT = 5_000.0


@dataclass(frozen=True)
class Case:
    """A dossier, read in one interval."""

    held: Dossier
    interval: Interval

    def touches(self, t_from: datetime, t_to: datetime) -> bool:
        """Whether any moment of the closed stretch lies within the half-open interval."""
        return t_from < self.interval.t_to and t_to >= self.interval.t_from

    # --- where it was -----------------------------------------------------------------------

    @once
    def heard_itself(self) -> bool:
        """Whether a fix lies within the interval that places it."""
        return any(
            self.touches(path.segment.first.t, path.segment.last.t) for path in self.held.usable
        )

    @once
    def received_anything(self) -> bool:
        """Whether anything of it was received within the interval, were it too doubtful to use."""
        return any(self.touches(s.first.t, s.last.t) for s in self.held.segments)

    @once
    def received_doubtful(self) -> bool:
        """Whether something of it was received within the interval that nobody can lean on: then
        its silences are not silent."""
        return any(not s.usable and self.touches(s.first.t, s.last.t) for s in self.held.segments)

    @once
    def windows(self) -> tuple[Window, ...]:
        """Each silence that touches the interval, with the visit that could hide in it."""
        interval = self.interval
        return tuple(
            [
                reachability.visit_window(silence, interval)
                for silence in self.held.silences
                if silence.touches(interval)
            ]
        )

    @once
    def open_windows(self) -> tuple[Window, ...]:
        """The silences that a visit fits into."""
        return tuple(window for window in self.windows if window.possible)

    @once
    def approaches(self) -> tuple[Approach, ...]:
        """Usable segments that come close, closest first."""
        return approaches(self.held.near_legs, self.held.usable, self.interval, self.held.v_max_kt)

    @once
    def could_not_have_been_there(self) -> bool:
        """No silence, open end or step between fixes leaves time for a visit. Never so without a
        usable track: then all is silence."""
        return not self.open_windows and not any(a.touches for a in self.approaches)

    @once
    def contradictions(self) -> tuple[Contradiction, ...]:
        """Usable stretches that one aircraft cannot have flown both."""
        found = (clash.within(self.interval) for clash in self.held.clashes)
        return tuple(clash for clash in found if clash is not None)

    def leaves_room(self, t_from: datetime, t_to: datetime, slack: timedelta = timedelta()) -> bool:
        """Whether its own track lets it be at the airport at some moment of a stretch of time."""
        start, end = t_from - slack, t_to + slack
        return any(w.t_arrive <= end and w.t_leave >= start for w in self.open_windows) or any(
            approach.could_touch_between(start, end) for approach in self.approaches
        )

    # --- at the airport ---------------------------------------------------------------------

    @once
    def spans_here(self) -> tuple[SpanHere, ...]:
        """On the ground at this airport within the interval, believable or not."""
        return tuple(
            [
                SpanHere(span, self.interval)
                for span in self.held.spans_here
                if self.touches(span.first.t, span.last.t)
            ]
        )

    @once
    def seen_spans(self) -> tuple[SpanHere, ...]:
        """Those that satisfy the rule of "seen there" within the interval."""
        return tuple(here for here in self.spans_here if here.is_seen)

    @once
    def thin_spans(self) -> tuple[GroundSpan, ...]:
        """With a fix on the ground here within the interval that its track leaves room for."""
        return tuple(
            here.span
            for here in self.spans_here
            if not is_belied(here.span.marks)
            if here.inside and self.leaves_room(here.first, here.last)
        )

    @once
    def told_movements(self) -> tuple[Movement, ...]:
        """Take-offs and landings at this airport that may fall into the interval, believable or
        not."""
        return tuple(
            [m for m in self.held.movements_here if self.touches(m.t_earliest, m.t_latest)]
        )

    @once
    def movements_here(self) -> tuple[Movement, ...]:
        """Those that nothing belies and that its track leaves room for."""
        return tuple(m for m in self.told_movements if self._is_believable(m))

    @once
    def rival_movements(self) -> tuple[Movement, ...]:
        """Movements within the interval that fit another airport better, and this one too."""
        return tuple(m for m in self._rivalled if not _fits_several(m))

    @once
    def open_movements(self) -> tuple[Movement, ...]:
        """Movements within the interval that fit this airport and others, none of them clearly."""
        return tuple(m for m in self._rivalled if _fits_several(m))

    @once
    def _rivalled(self) -> tuple[Movement, ...]:
        return tuple(
            [
                m
                for m in self.held.rival_movements
                if self.touches(m.t_earliest, m.t_latest) and self._is_believable(m)
            ]
        )

    def _is_believable(self, movement: Movement) -> bool:
        return not is_belied(movement.marks) and self.leaves_room(
            movement.t_earliest, movement.t_latest
        )

    @once
    def rival_spans(self) -> tuple[GroundSpan, ...]:
        """On the ground within the interval at another airport, where this one would fit too."""
        return tuple(
            [
                span
                for span in self.held.rival_spans
                if self.touches(span.first.t, span.last.t) and not is_belied(span.marks)
            ]
        )

    @once
    def rivals_to_here(self) -> tuple[Movement | GroundSpan, ...]:
        """All that fits another airport better, and this one too."""
        return (*self.rival_movements, *self.rival_spans)

    @once
    def told_passes(self) -> tuple[Pass, ...]:
        """Passes of this airport within the interval, believable or not."""
        return tuple(p for p in self.held.passes if self.touches(p.t_best, p.t_best))

    @once
    def passes(self) -> tuple[Pass, ...]:
        """Those that nothing belies."""
        return tuple(p for p in self.told_passes if not is_belied(p.marks))

    @once
    def near_approaches(self) -> tuple[Approach, ...]:
        """Overhead at any height, or low or on the ground within the ring."""
        return tuple(
            approach
            for approach in self.approaches
            if approach.distance_nm <= OVERHEAD_NM
            or (approach.distance_nm <= NEAR_NM and self._is_low(approach))
        )

    def _is_low(self, approach: Approach) -> bool:
        field_ft = self.held.airport.elevation_ft
        if approach.alt_ft is None or field_ft is None:
            return approach.alt_ft is None
        return approach.alt_ft - field_ft <= NEAR_HEIGHT_FT

    @once
    def brackets(self) -> tuple[Bracket, ...]:
        """Stays over the interval, seen at both ends and nowhere else in between."""
        return tuple(
            stay
            for stay in self.held.brackets
            if stay.arrived < self.interval.t_to and stay.left > self.interval.t_from
        )

    @once
    def is_placed_here(self) -> bool:
        """Whether positions fit a landing, a take-off or a stay here."""
        return bool(self.movements_here or self.open_movements or self.brackets or self.thin_spans)

    @once
    def placed_against_reach(self) -> tuple[GroundSpan | Movement | Pass, ...]:
        """What puts it on the ground here, believable or not, when its own track leaves no room
        for that. Only what was followed to the ground counts: of a landing that was merely
        inferred, the track shows that it went on elsewhere."""
        put_here: tuple[GroundSpan | Movement | Pass, ...] = (
            *(here.span for here in self.spans_here),
            *(m for m in self.told_movements if m.method in {"ground", "runway"}),
            *(p for p in self.told_passes if p.form == "touch_and_go"),
        )
        if self.could_not_have_been_there:
            return put_here
        return tuple(
            here.span for here in self.seen_spans if not self.leaves_room(here.first, here.last)
        )

    # --- what is reported -------------------------------------------------------------------

    @once
    def reported_here(self) -> tuple[told.ReportedVisit, ...]:
        """Reported at this airport within the interval, believable or not."""
        return told.visits_at(self.held.airport, self.held.reported_visits, self.interval)

    @once
    def believable_reports(self) -> tuple[told.ReportedVisit, ...]:
        """Those that its own fixes leave room for."""
        return tuple(
            visit
            for visit in self.reported_here
            if self.leaves_room(visit.t, visit.t, told.TIME_TOLERANCE)
        )

    @once
    def report_clashes(self) -> tuple[tuple[told.ReportedVisit, told.ReportedVisit], ...]:
        """Independent reports that cannot both be true, one of them at this airport."""
        return told.clashes(
            self.reported_here,
            self.held.reported_visits,
            self.held.airport,
            self.held.evidence.places,
            self.held.v_max_kt,
        )

    # --- what silence means -----------------------------------------------------------------

    @once
    def coverage(self) -> tuple[CoverageHour, ...]:
        """Other aircraft heard at the airport in the hours that touch the interval."""
        t_from, t_to = self.interval.t_from - coverage.HOUR, self.interval.t_to
        return coverage.coverage_hours(
            item for item in self.held.others_heard if t_from < item.hour < t_to
        )

    @once
    def covered_windows(self) -> tuple[tuple[Window, tuple[str, ...]], ...]:
        """Each silence that a visit fits into, with the sources that would have heard it."""
        return tuple(
            (
                window,
                coverage.covering_sources(
                    Interval(t_from=window.t_arrive, t_to=window.t_leave),
                    self.held.answers,
                    self.coverage,
                ),
            )
            for window in self.open_windows
        )


def _fits_several(movement: Movement) -> bool:
    """Lost or found before any one field stood out: none is named, all that fit are rivals."""
    return movement.airport is None and movement.method in {
        "lost_low",
        "found_low",
        "inferred_stop",
    }
