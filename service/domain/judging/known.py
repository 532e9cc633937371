"""What the assertions about one aircraft are judged on, and what all of them ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from schemas.claims import Assertion, AssertionKind
from schemas.judging import RESULTS, Result
from schemas.movements import Move, Movement, Segment
from schemas.places import Airport
from schemas.records import Report
from schemas.verdicts import Identity, Verdict
from service.domain.identity.registrations import registration_key
from service.domain.ordering import in_order
from service.domain.verdict.marks import is_belied, is_doubted

CLOCKS_APART = timedelta(seconds=60)
"""Stretches of track that are this near to each other are one."""


@dataclass(frozen=True, slots=True)
class Unasked:
    """Why a question about an airport and a date has no verdict, as a sentence."""

    why: str


Ask = Callable[[str, date, str | None], Verdict | Unasked]
"""Was it at this airport (ident) on this date, read in this zone (None = the airport's own)?"""


@dataclass(frozen=True, kw_only=True)
class Known:
    """One aircraft, as far as it is known. The order of any tuple carries no meaning."""

    identity: Identity
    """Over the dates of the claim."""
    is_dated: bool = True
    """Whether the claim states a date that its identity could be looked up for."""
    published: date | None = None
    """When it states none: the day of publication, which the identity is of; None = unsaid too."""
    ask: Ask
    """The verdict itself says whether it was at an airport; nothing here does so in its stead."""
    airports: Mapping[str, Airport]
    """By ident: all that the claim may mean."""
    movements: tuple[Movement, ...] = ()
    segments: tuple[Segment, ...] = ()
    """Both empty unless a source ties the aircraft to its address."""
    reports: tuple[Report, ...] = ()
    """Those that are no echo of the claim, with our idents for their airports."""

    @property
    def name(self) -> str:
        """As sentences name it."""
        return self.identity.registration or self.identity.typed

    def believable(self, move: Move, places: Iterable[str]) -> tuple[Movement, ...]:
        """Its take-offs or landings at any of these airports, in time order."""
        wanted = set(places)
        return in_order(
            (
                m
                for m in self.movements
                if m.move == move and m.airport in wanted and not is_belied(m.marks)
            ),
            lambda m: (m.t_best, m.source),
        )

    def tracked(self, t_from: datetime, t_to: datetime) -> tuple[Segment, ...]:
        """The usable stretches that together cover the time from `t_from` to `t_to`; none when
        anything of it is silent or doubtful."""
        reached = t_from
        found = []
        for segment in in_order(self.segments, lambda s: (s.first.t, s.source)):
            if segment.last.t < t_from or segment.first.t > t_to:
                continue
            if not segment.usable or is_doubted(segment.marks):
                return ()
            if segment.first.t > reached + CLOCKS_APART and reached < t_to:
                return ()
            found.append(segment)
            reached = max(reached, segment.last.t)
        return tuple(found) if reached >= t_to else ()


def is_about(identity: Identity, report: Report) -> bool:
    """Whether a report is about this aircraft by the name that was asked for: an address that only
    a rule gives a registration may be another aircraft's."""
    if identity.asked_by == "icao24":
        return True
    return registration_key(report.registration) == registration_key(identity.registration)


def is_sound(movement: Movement) -> bool:
    """It was received on the ground and in the air, and nothing casts doubt on it."""
    return (
        movement.method == "ground"
        and movement.grade == "observed"
        and not is_doubted(movement.marks)
    )


def weakest(results: Iterable[Result]) -> Result:
    """The weakest of some results, one at least."""
    return max(results, key=RESULTS.index)


@dataclass(frozen=True, slots=True)
class Flight:
    """What is claimed of one flight: its assertions by kind."""

    number: int
    parts: Mapping[AssertionKind, Assertion]

    def other_end(self, of: Assertion) -> Assertion | None:
        """The arrival of a departure, and the other way round."""
        kind: AssertionKind = "arrival" if of.kind == "departure" else "departure"
        return self.parts.get(kind)


def flights_of(assertions: Iterable[Assertion]) -> tuple[Flight, ...]:
    """The assertions of a claim, flight by flight."""
    found: dict[int, dict[AssertionKind, Assertion]] = {}
    for assertion in assertions:
        if assertion.kind not in {"aircraft", "type"}:
            found.setdefault(assertion.leg, {}).setdefault(assertion.kind, assertion)
    return tuple(Flight(number, found[number]) for number in sorted(found))
