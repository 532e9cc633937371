"""What is held on one aircraft and one airport, before any date is read.

Each fact is computed once, when it is first asked for. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from schemas.movements import GroundSpan, Heard, Movement, Pass, Rival, Segment
from schemas.places import Airport
from schemas.records import EVERYTHING, LedgerRow, Report
from schemas.verdicts import Candidate, Evidence, Interval
from service.domain.ordering import in_order
from service.domain.verdict import brackets, contradictions, coverage, paths, reachability, speeds
from service.domain.verdict import reports as told
from service.domain.verdict.once import once
from service.domain.verdict.paths import NearLegs, Path
from service.domain.verdict.reachability import Silence

NEAR_NM = 15.0
"""Low inside this ring, or on the ground at another field inside it, is near."""
OVERHEAD_NM = 5.5
"""Inside this, at whatever height, it flew over the airport."""


@dataclass(frozen=True)
class Dossier:
    """The evidence on one aircraft, seen from one airport."""

    airport: Airport
    evidence: Evidence
    now: datetime
    period: Interval
    """Every reading of the date lies within it; only the track in it and next to it is looked at
    closely."""

    # --- which aircraft ---------------------------------------------------------------------

    @once
    def aircraft(self) -> Candidate | None:
        """The one aircraft that is meant, or None."""
        return self.evidence.identity.established

    @once
    def only_a_rule(self) -> bool:
        """Asked by registration, and nothing but an algorithm ties it to the address."""
        return (
            self.evidence.identity.asked_by == "registration"
            and self.aircraft is not None
            and self.aircraft.by_rule
        )

    @once
    def is_established(self) -> bool:
        """Whether what is held under the address is this aircraft's."""
        return self.aircraft is not None and self.aircraft.icao24 != "" and not self.only_a_rule

    @once
    def has_anything_by_address(self) -> bool:
        """Whether anything is held under any address that may be meant."""
        addresses = {c.icao24 for c in self.evidence.identity.candidates} - {""}
        held = self.evidence
        items: tuple[Iterable[Segment | Movement | GroundSpan | Pass], ...] = (
            held.segments,
            held.movements,
            held.ground_spans,
            held.passes,
        )
        return any(item.icao24 in addresses for kind in items for item in kind) or any(
            report.icao24 in addresses and not report.registration for report in held.reports
        )

    @once
    def _names(self) -> set[str]:
        names = {self.evidence.identity.registration}
        if self.aircraft is not None:
            names.add(self.aircraft.registration)
        return names - {""}

    @once
    def _icao24(self) -> str | None:
        """Its address; None where it has none, and then nothing held is its own."""
        aircraft = self.aircraft
        return aircraft.icao24 if aircraft is not None and aircraft.icao24 else None

    # --- its track --------------------------------------------------------------------------

    @once
    def segments(self) -> tuple[Segment, ...]:
        """In time order."""
        icao24 = self._icao24
        ours = [s for s in self.evidence.segments if s.icao24 == icao24]
        return in_order(ours, lambda s: (s.first.t, s.last.t, s.source))

    @once
    def paths(self) -> tuple[Path, ...]:
        """Of all segments that are good enough to place it, in time order."""
        return tuple(Path(segment) for segment in self.segments if segment.usable)

    @once
    def usable(self) -> tuple[Path, ...]:
        """Those that touch the period, and what was heard last before it and first after it."""
        t_from, t_to = self.period.t_from, self.period.t_to
        segments = [path.segment for path in self.paths]
        last = max([s.last.t for s in segments if s.last.t < t_from], default=t_from)
        first = min([s.first.t for s in segments if s.first.t > t_to], default=t_to)
        return tuple(
            [p for p in self.paths if p.segment.last.t >= last and p.segment.first.t <= first]
        )

    @once
    def speed_class(self) -> speeds.SpeedClass:
        """By every type that anybody states for it; of no known type when it was seen faster."""
        if self.aircraft is None:
            return speeds.ANY
        stated = {self.aircraft.type_code, *(s.type_code for s in self.aircraft.statements)}
        bound = speeds.speed_class(stated)
        return speeds.ANY if any(kt > bound.v_max_kt for kt in self._seen_kt) else bound

    @once
    def v_max_kt(self) -> float:
        """The fastest it can be over the ground."""
        return max((self.speed_class.v_max_kt, *self._seen_kt))

    @once
    def _seen_kt(self) -> tuple[float, ...]:
        speeds_kt = (path.segment.max_gs_kt for path in self.paths)
        return tuple(kt for kt in speeds_kt if kt is not None)

    @once
    def silences(self) -> tuple[Silence, ...]:
        """When no usable segment places it."""
        segments = (path.segment for path in self.usable)
        return reachability.silences(segments, self.airport, self.v_max_kt)

    @once
    def near_legs(self) -> tuple[NearLegs, ...]:
        """Where its paths come near the airport, or leave time for it between two fixes."""
        found = (paths.near_legs(p, self.airport, self.v_max_kt, NEAR_NM) for p in self.usable)
        return tuple(legs for legs in found if legs is not None)

    @once
    def clashes(self) -> tuple[contradictions.Jump | contradictions.Disagreement, ...]:
        """Usable stretches that one aircraft cannot have flown both."""
        return contradictions.clashes(self.usable, self.v_max_kt)

    # --- at the airport ---------------------------------------------------------------------

    @once
    def movements(self) -> tuple[Movement, ...]:
        """Wherever they were, in time order."""
        icao24 = self._icao24
        ours = [m for m in self.evidence.movements if m.icao24 == icao24]
        return in_order(ours, lambda m: (m.t_best, m.move, m.source))

    @once
    def spans(self) -> tuple[GroundSpan, ...]:
        """On the ground, wherever, in time order."""
        icao24 = self._icao24
        ours = [s for s in self.evidence.ground_spans if s.icao24 == icao24]
        return in_order(ours, lambda s: (s.first.t, s.last.t, s.source))

    @once
    def movements_here(self) -> tuple[Movement, ...]:
        """Those at this airport."""
        ident = self.airport.ident
        return tuple([m for m in self.movements if m.airport == ident])

    @once
    def spans_here(self) -> tuple[GroundSpan, ...]:
        """Those at this airport."""
        ident = self.airport.ident
        return tuple([s for s in self.spans if s.airport == ident])

    @once
    def rival_movements(self) -> tuple[Movement, ...]:
        """Those that this airport would fit too."""
        return tuple([m for m in self.movements if m.rivals and self._is_rival(m.rivals)])

    @once
    def rival_spans(self) -> tuple[GroundSpan, ...]:
        """Those that this airport would fit too."""
        return tuple([s for s in self.spans if s.rivals and self._is_rival(s.rivals)])

    def _is_rival(self, rivals: Iterable[Rival]) -> bool:
        return any(rival.airport == self.airport.ident for rival in rivals)

    @once
    def passes(self) -> tuple[Pass, ...]:
        """Of this airport, in time order."""
        ours = (
            p
            for p in self.evidence.passes
            if p.airport == self.airport.ident and p.icao24 == self._icao24
        )
        return in_order(ours, lambda p: (p.t_best, p.form, p.source))

    @once
    def brackets(self) -> tuple[brackets.Bracket, ...]:
        """Stays seen at both ends and not in between."""
        return brackets.brackets(self.airport.ident, self.movements, self.spans, self._seen_away)

    def _seen_away(self, t_from: datetime, t_to: datetime) -> bool:
        return any(
            path.farthest_nm(self.airport, t_from, t_to) > OVERHEAD_NM for path in self.paths
        )

    # --- reported ---------------------------------------------------------------------------

    @once
    def reports(self) -> tuple[Report, ...]:
        """Those that name the registration itself, or only the address."""
        ours = (
            r
            for r in self.evidence.reports
            if (r.registration in self._names if r.registration else r.icao24 == self._icao24)
        )
        return in_order(ours, lambda r: (r.source, r.url, r.capture))

    @once
    def reported_visits(self) -> tuple[told.ReportedVisit, ...]:
        """Every reported end of a flight with an airport and a time, in time order."""
        return told.visits_of(self.reports)

    # --- asked and heard --------------------------------------------------------------------

    @once
    def ledger(self) -> tuple[LedgerRow, ...]:
        """What was asked about this aircraft, about everything, or about a circle round the
        airport: one that holds all of its runways and the last miles before them. Without what
        is said of everybody and does not hold for it."""
        ours = (
            row
            for row in self.evidence.ledger
            if row.target == EVERYTHING
            or row.target in self._names
            or row.target == self._icao24
            or coverage.circle_holds(row.target, self.airport, OVERHEAD_NM)
        )
        about_it = coverage.without_exceptions(ours)
        return in_order(about_it, lambda r: (r.t_from, r.source, r.t_to, r.asked_at))

    @once
    def answers(self) -> tuple[LedgerRow, ...]:
        """Those rows that are an answer. One that says "data" where no track is held is none: what
        it gave is lost to us."""
        return tuple(row for row in self.ledger if coverage.is_answer(row, self.segments))

    @once
    def others_heard(self) -> tuple[Heard, ...]:
        """Other aircraft, low or on the ground at the airport."""
        ours = "" if self.aircraft is None else self.aircraft.icao24
        return tuple(
            item
            for item in self.evidence.heard
            if item.airport == self.airport.ident and (not ours or item.icao24 != ours)
        )
