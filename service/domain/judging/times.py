"""Was it at that time? A stated time of day against take-offs and landings.

A time without a zone is tried in each that may be meant, and any of them will do; which one did is
said, and then it fits at best. A stated time may be that of the blocks: off the stand before
take-off, at the stand after landing. "Does not fit" needs a track without a silence through the
whole time that could be meant, or another flight could have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from schemas.claims import Assertion
from schemas.judging import RESULT_SAYS, RESULTS, Judged, JudgedKind, Result, TimeTried
from schemas.movements import Movement, Segment
from schemas.records import Report
from service.domain.judging.known import CLOCKS_APART, Known, is_sound
from service.domain.judging.moments import BLOCK, moments, tolerance
from service.domain.judging.places import MOVE_OF, NOUN_OF, OTHER_END, Placed
from service.domain.verdict.marks import is_belied
from service.domain.verdict.phrases import duration, publisher, utc
from service.domain.verdict.reports import TIME_TOLERANCE, names_of, visits_of

_KIND: Final[dict[str, JudgedKind]] = {"departure": "departure_time", "arrival": "arrival_time"}
_FOR: Final = frozenset({"holds", "fits"})


class Tried(NamedTuple):
    """One moment, judged."""

    zone: str
    t: datetime
    result: Result
    grade: str
    text: str
    movement: Movement | None = None
    report: Report | None = None


class Timed(NamedTuple):
    """How a stated time was judged, and what it picked out."""

    judged: Judged
    tried: tuple[Tried, ...] = ()

    @property
    def movements(self) -> tuple[Movement, ...]:
        """The movements that the stated time fits."""
        return tuple(one.movement for one in self.tried if one.movement is not None)


def judge_time(assertion: Assertion, placed: Placed, known: Known) -> Timed:
    """The time of a departure or an arrival, `assertion.at` given, at the place as judged."""
    tried: list[Tried] = []
    is_likeliest = True
    for day in placed.days:
        ways = [_try(assertion, zone, t, day, placed, known) for zone, t in moments(assertion, day)]
        if any(one.result in _FOR for one in ways):
            tried, is_likeliest = ways, day == placed.days[0]
            break
        tried += ways
    if not tried:
        why = "no_zone" if placed.days else "no_date"
        missing = "in a time zone that can be used" if placed.days else "with a date"
        return Timed(
            _judged(assertion, "cannot_tell", why, f"The time is not stated {missing}.", ())
        )
    first = min(tried, key=lambda one: RESULTS.index(one.result))
    result, grade, text = first.result, first.grade, first.text
    moments_meant = {one.t for one in tried}
    if len(assertion.zones) > 1 and len(moments_meant) > 1:
        fitting = sorted({one.zone for one in tried if one.result in _FOR})
        if fitting:
            result = "fits"
            grade = "zone_unsaid" if first.result == "holds" else grade
            text = f"{text} The text does not say the zone: read in {', '.join(fitting)} it fits."
        else:
            text = f"{text} So it is in every zone that may be meant."
    if not is_likeliest and result == "holds":
        result, grade = "fits", "other_day"
        text = f"{text} {OTHER_END}"
    return Timed(_judged(assertion, result, grade, text, tried), tuple(tried))


def _try(
    assertion: Assertion, zone: str, t: datetime, day: date, placed: Placed, known: Known
) -> Tried:
    move = MOVE_OF[assertion.kind]
    slack = tolerance(assertion)
    before, after = (slack, BLOCK) if move == "takeoff" else (BLOCK, slack)
    stated = f"{utc(t)} ({assertion.at:%H:%M} {zone})"
    noun = NOUN_OF[move]
    places = [airport.ident for airport in placed.airports]
    told = known.believable(move, places) if day in placed.clear else ()
    if placed.is_there:
        near = _nearest(told, t, slack)
        if near is not None:
            result: Result = "holds" if is_sound(near) and _within(near, t, slack) else "fits"
            grade = "seen" if result == "holds" else near.method
            how = "was seen" if is_sound(near) else "is put, unseen,"
            return Tried(
                zone, t, result, grade,
                f"The {noun} {how} at {utc(near.t_best)}, {_apart(near.t_best, t)} the stated"
                f" {stated}.",
                near,
            )  # fmt: skip
        block = _overlapping(told, t - before, t + after)
        if block is not None:
            return Tried(
                zone, t, "fits", "block_time",
                f"The {noun} was at {utc(block.t_best)}, {_apart(block.t_best, t)} the stated"
                f" {stated}: it fits if that is the time at the stand.",
                block,
            )  # fmt: skip
    others = ", ".join(utc(m.t_best) for m in told[:3])
    also = f"; the {noun} that is known there was at {others}" if others else ""
    if day in placed.clear and _excluded(known, move, places, t - before, t + after):
        return Tried(
            zone, t, "does_not_fit", "tracked_then",
            f"{known.name} was tracked from {utc(t - before)} to {utc(t + after)} without a break,"
            f" and no {noun} there is in its track, where {stated} is stated{also}.",
        )  # fmt: skip
    reported = _reported(assertion, placed, known, zone, t)
    if reported is not None:
        return reported
    return Tried(
        zone, t, "cannot_tell", "not_seen_then",
        f"Nothing that is held shows a {noun} at about {stated}, nor that there was none{also}.",
    )  # fmt: skip


def _nearest(told: Sequence[Movement], t: datetime, slack: timedelta) -> Movement | None:
    """Of those that may have been within the slack, sound ones first, the nearest."""
    near = [m for m in told if m.t_earliest <= t + slack and m.t_latest >= t - slack]
    return min(
        near,
        key=lambda m: (not (is_sound(m) and _within(m, t, slack)), abs(m.t_best - t), m.source),
        default=None,
    )


def _within(movement: Movement, t: datetime, slack: timedelta) -> bool:
    return movement.t_earliest >= t - slack and movement.t_latest <= t + slack


def _overlapping(told: Sequence[Movement], t_from: datetime, t_to: datetime) -> Movement | None:
    return next((m for m in told if m.t_earliest <= t_to and m.t_latest >= t_from), None)


def _excluded(
    known: Known,
    move: Literal["landing", "takeoff"],
    places: Sequence[str],
    t_from: datetime,
    t_to: datetime,
) -> bool:
    """Whether its own track rules the movement out: heard throughout, it stayed in the air or on
    the ground, or each change between the two is a take-off or a landing at another airport that
    nobody could take for this one. A change that no movement explains may be the one in question:
    not each landing that is in the track was made a movement."""
    segments = known.tracked(t_from, t_to)
    if not segments:
        return False
    within = [m for m in known.movements if m.t_earliest <= t_to and m.t_latest >= t_from]
    if any(m.move == move and not _is_elsewhere(m, places) for m in within):
        return False
    explaining = [m for m in known.movements if _is_elsewhere(m, places) and not is_belied(m.marks)]
    return all(
        was == now or _explained("landing" if now else "takeoff", t_was, t_now, explaining)
        for (t_was, was), (t_now, now) in pairwise(_states(segments, t_from, t_to))
    )


def _is_elsewhere(movement: Movement, places: Sequence[str]) -> bool:
    """At another airport, and at none of these on a second thought."""
    at = {movement.airport, *(rival.airport for rival in movement.rivals)}
    return None not in at and at.isdisjoint(places)


def _explained(
    move: Literal["landing", "takeoff"],
    t_was: datetime,
    t_now: datetime,
    movements: Iterable[Movement],
) -> bool:
    """Whether one of the movements is what happened between the two points."""
    return any(
        m.move == move
        and m.t_earliest <= t_now + CLOCKS_APART
        and m.t_latest >= t_was - CLOCKS_APART
        for m in movements
    )


def _states(
    segments: Sequence[Segment], t_from: datetime, t_to: datetime
) -> list[tuple[datetime, bool]]:
    """When it was on the ground, or not, in time order: from the last point before the stretch to
    the first after it."""
    points = sorted(
        {
            *((p.t, p.on_ground) for s in segments for p in s.path),
            *((p.t, p.on_ground) for s in segments for p in (s.first, s.last)),
        }
    )
    start = max((t for t, _ in points if t <= t_from), default=t_from)
    end = min((t for t, _ in points if t >= t_to), default=t_to)
    return [point for point in points if start <= point[0] <= end]


def _reported(
    assertion: Assertion, placed: Placed, known: Known, zone: str, t: datetime
) -> Tried | None:
    if not placed.is_there:
        return None
    names = {code for airport in placed.airports for code in names_of(airport)}
    role = "departed" if assertion.kind == "departure" else "arrived"
    visits = [
        v
        for v in visits_of(known.reports)
        if v.role == role and v.code in names and abs(v.t - t) <= TIME_TOLERANCE
    ]
    if not visits:
        return None
    visit = min(visits, key=lambda v: (abs(v.t - t), publisher(v.report), v.report.url))
    return Tried(
        zone, t, "fits", "reports_alone",
        f"Only reports give the time: {publisher(visit.report)} says {utc(visit.t)},"
        f" {_apart(visit.t, t)} the stated {utc(t)} ({assertion.at:%H:%M} {zone}).",
        None,
        visit.report,
    )  # fmt: skip


def _apart(seen: datetime, stated: datetime) -> str:
    gap = abs(seen - stated).total_seconds()
    if gap < 30:
        return "exactly"
    return f"{duration(gap)} {'after' if seen > stated else 'before'}"


def _judged(
    assertion: Assertion, result: Result, grade: str, sentence: str, tried: Sequence[Tried]
) -> Judged:
    several = len({one.zone for one in tried}) > 1
    zones = "" if len(assertion.zones) != 1 else f" {assertion.zones[0]}"
    noun = NOUN_OF[MOVE_OF[assertion.kind]]
    return Judged(
        kind=_KIND[assertion.kind],
        aircraft=assertion.aircraft,
        leg=assertion.leg,
        claimed=f"{noun} at {'about ' if assertion.about else ''}{assertion.at:%H:%M}{zones}",
        result=result,
        says=RESULT_SAYS[result],
        grade=grade,
        sentence=sentence,
        marks=assertion.marks,
        hedged=assertion.hedged,
        tried=tuple(
            TimeTried(zone=one.zone, t=one.t, result=one.result, text=one.text) for one in tried
        )
        if several
        else (),
    )
