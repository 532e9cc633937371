"""The flight between the two ends: was it one, and how long did it take?

A flight is seen when a take-off at the one place and the next landing, at the other, were. Which
of a day's flights is meant, only a stated time tells; without one, a flight that differs proves
nothing about the one that is claimed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from schemas.claims import Assertion
from schemas.judging import RESULT_SAYS, Judged, JudgedKind, Result
from schemas.movements import Movement
from schemas.records import Report
from service.domain.dates import zone_of
from service.domain.judging.arithmetic import Least, against_own, rounding, stated_time, too_far
from service.domain.judging.known import CLOCKS_APART, Flight, Known, is_sound
from service.domain.judging.moments import BLOCK
from service.domain.judging.places import NOUN_OF, Placed
from service.domain.judging.times import Timed
from service.domain.ordering import in_order
from service.domain.verdict.marks import is_belied
from service.domain.verdict.phrases import duration as told_duration
from service.domain.verdict.phrases import publisher, utc
from service.domain.verdict.reports import names_of

STOP = timedelta(minutes=10)
"""Nobody lands and takes off again within a shorter silence."""
SAME = timedelta(minutes=5)
"""Two sources that see a movement this near in time saw one."""


@dataclass(frozen=True, slots=True)
class Ends:
    """How the two ends of a flight were judged."""

    departure: Placed | None = None
    arrival: Placed | None = None
    off: Timed | None = None
    on: Timed | None = None

    @property
    def are_placed(self) -> bool:
        """Both are placed, by positions that do not contradict each other or by reports."""
        return all(e is not None and e.is_there for e in (self.departure, self.arrival))


@dataclass(frozen=True, slots=True)
class Hop:
    """A take-off at the one place and the landing after it, whether or not at the other."""

    off: Movement
    on: Movement
    is_meant: bool
    """A stated time picks it out."""

    @property
    def shortest(self) -> timedelta:
        """The least time in the air."""
        return max(timedelta(), self.on.t_earliest - self.off.t_latest)

    @property
    def longest(self) -> timedelta:
        """The most."""
        return self.on.t_latest - self.off.t_earliest


def hops(ends: Ends, known: Known) -> tuple[Hop, ...]:
    """Each believable take-off at the departure within its dates, with the next landing."""
    if ends.departure is None or ends.arrival is None:
        return ()
    if not (ends.departure.is_clear and ends.arrival.is_clear and ends.are_placed):
        return ()
    codes = [airport.ident for airport in ends.departure.airports]
    meant_off = set(ends.off.movements) if ends.off is not None else set()
    meant_on = set(ends.on.movements) if ends.on is not None else set()
    landings = in_order(
        (m for m in known.movements if m.move == "landing" and not is_belied(m.marks)),
        lambda m: (m.t_best, m.source),
    )
    found = []
    for off in known.believable("takeoff", codes):
        on = next((m for m in landings if m.t_best > off.t_best), None)
        if on is not None and (off in meant_off or _within(ends.departure, off, known)):
            found.append(Hop(off, on, off in meant_off or on in meant_on))
    return tuple(found)


def judge_continuity(departure: Assertion, arrival: Assertion, ends: Ends, known: Known) -> Judged:
    """The same aircraft, and one flight between the two places."""
    codes = {a.ident for a in ends.arrival.airports} if ends.arrival is not None else set()
    seen = hops(ends, known)
    direct = [hop for hop in seen if hop.on.airport in codes]
    direct.sort(key=lambda hop: (not hop.is_meant, not _is_seen(hop), hop.off.t_best))
    who = known.name
    if direct:
        hop = direct[0]
        silent = _silence(hop, known)
        whole = f"from {utc(hop.off.t_best)} to {utc(hop.on.t_best)}"
        if _is_seen(hop) and not _between(hop, known):
            text = f"{who} was tracked {whole} from one to the other without a stop."
            return _judged(departure, arrival, "continuity", "holds", "tracked", text)
        gap = told_duration(silent.total_seconds())
        gaps = f"; for up to {gap} of it nothing shows where it was" if silent else ""
        text = f"The take-off and the landing fit one flight of {who}, {whole}{gaps}."
        return _judged(departure, arrival, "continuity", "fits", "with_silences", text)
    meant = [hop for hop in seen if hop.is_meant and _is_seen(hop)]
    stray = [
        hop
        for hop in meant
        if hop.on.airport and not codes & {rival.airport for rival in hop.on.rivals}
        if not _between(hop, known)  # else it may have landed in between, unseen
    ]
    if stray and ends.off is not None and stray[0].off in ends.off.movements:
        on = stray[0].on
        text = (
            f"After the take-off at {utc(stray[0].off.t_best)} {who} was seen to land at"
            f" {on.airport} at {utc(on.t_best)} first."
        )
        return _judged(departure, arrival, "continuity", "does_not_fit", "stopped", text)
    told = _reported(ends, known)
    if told and ends.are_placed:
        text = f"Only reports have {who} fly from one to the other: {publisher(told[0])}."
        return _judged(departure, arrival, "continuity", "fits", "reports_alone", text)
    text = f"Nothing that is held shows {who} on one flight between the two."
    return _judged(departure, arrival, "continuity", "cannot_tell", "not_seen", text)


def judge_duration(
    duration: Assertion, flight: Flight, ends: Ends, least: Least | None, known: Known
) -> Judged:
    """How long it took. Shorter than the distance allows is impossible, whatever the data."""
    minutes = duration.minutes or 0
    stated = timedelta(minutes=minutes)
    slack = rounding(minutes, rough=duration.about or duration.hedged)
    if least is not None and stated + slack < least.time:
        return _judged(duration, None, "duration", "impossible", "distance", too_far(least, stated))
    codes = {a.ident for a in ends.arrival.airports} if ends.arrival is not None else set()
    for hop in sorted(
        (h for h in hops(ends, known) if h.on.airport in codes),
        key=lambda h: (not h.is_meant, not _is_seen(h), h.off.t_best),
    ):
        took = told_duration((hop.on.t_best - hop.off.t_best).total_seconds())
        text = (
            f"{known.name} was in the air for {took}, from {utc(hop.off.t_best)} to"
            f" {utc(hop.on.t_best)}; {minutes} minutes are stated."
        )
        if stated - slack <= hop.longest and stated + slack >= hop.shortest:
            if not _is_seen(hop):
                return _judged(duration, None, "duration", "fits", hop.on.method, text)
            if between := _between(hop, known):
                text = f"{text} It need not have been one flight: {between}."
                return _judged(duration, None, "duration", "fits", "not_one_flight", text)
            return _judged(duration, None, "duration", "holds", "seen", text)
        if timedelta() <= stated - hop.longest <= 2 * BLOCK:
            text += " It fits if that is from stand to stand."
            return _judged(duration, None, "duration", "fits", "block_time", text)
        if hop.is_meant and _is_seen(hop) and not _between(hop, known):
            return _judged(duration, None, "duration", "does_not_fit", "seen", text)
    told = [r for r in _reported(ends, known) if _took(r) is not None]
    near = [r for r in told if abs((_took(r) or timedelta()) - stated) <= max(slack, BLOCK)]
    if near and ends.are_placed:
        took = told_duration((_took(near[0]) or timedelta()).total_seconds())
        text = f"Only reports give the times: {took} by {publisher(near[0])}; {minutes} minutes"
        return _judged(duration, None, "duration", "fits", "reports_alone", f"{text} are stated.")
    apart = stated_time(flight, known)
    own = "" if apart is None else against_own(apart, stated, slack)
    text = f"Nothing that is held shows how long it took; {minutes} minutes are possible.{own}"
    return _judged(duration, None, "duration", "cannot_tell", "not_seen", text)


def judge_stated_times(
    departure: Assertion, arrival: Assertion, flight: Flight, least: Least | None, known: Known
) -> Judged | None:
    """What the two stated times leave for the flight, where that is too little for anything that
    flies; None where it is not."""
    apart = stated_time(flight, known)
    if least is None or apart is None or apart >= least.time:
        return None
    text = f"Between the two stated times there is too little. {too_far(least, apart)}"
    return _judged(departure, arrival, "continuity", "impossible", "distance", text)


def _is_seen(hop: Hop) -> bool:
    return is_sound(hop.off) and is_sound(hop.on)


def _between(hop: Hop, known: Known) -> str:
    """What lay between the two that is, or may hide, another landing; empty when it was in the air
    all the way: heard without a long silence, never on the ground, and no other movement."""
    start, end = hop.off.t_latest + SAME, hop.on.t_earliest - SAME
    moved = in_order((m for m in known.movements if start < m.t_best < end), lambda m: m.t_best)
    if moved:
        noun, where = NOUN_OF[moved[0].move], moved[0].airport
        place = f" at {where}" if where else ""
        return f"a {noun}{place} at {utc(moved[0].t_best)} lies between the two"
    ends = ((p.t, p.on_ground) for s in known.segments for p in (s.first, s.last))
    inside = ((p.t, p.on_ground) for s in known.segments for p in s.path)
    landed = [t for t, on_ground in (*ends, *inside) if on_ground and start < t < end]
    if landed:
        return f"it was received on the ground at {utc(min(landed))}, between the two"
    silent = _silence(hop, known)
    if silent < STOP:
        return ""
    gap = told_duration(silent.total_seconds())
    return f"for up to {gap} between the two nothing shows where it was, and it may have landed"


def _within(placed: Placed, movement: Movement, known: Known) -> bool:
    """Whether it was on a date that is meant, as the calendar there had it."""
    airport = known.airports[movement.airport or ""]
    return movement.t_best.astimezone(zone_of(airport.zone)).date() in placed.counted


def _silence(hop: Hop, known: Known) -> timedelta:
    """The longest stretch between the two in which nothing usable places it."""
    reached = hop.off.t_best
    longest = timedelta()
    for segment in in_order(known.segments, lambda s: (s.first.t, s.source)):
        if not segment.usable or segment.last.t < reached or segment.first.t > hop.on.t_best:
            continue
        longest = max(longest, segment.first.t - reached)
        reached = segment.last.t
    longest = max(longest, hop.on.t_best - reached)
    return longest if longest > CLOCKS_APART else timedelta()


def _reported(ends: Ends, known: Known) -> list[Report]:
    """Reports of a flight from the one to the other, on dates that may be meant."""
    if ends.departure is None or ends.arrival is None:
        return []
    origins, destinations = (
        {code for airport in end.airports for code in names_of(airport)}
        for end in (ends.departure, ends.arrival)
    )
    days = {*ends.departure.counted, *ends.arrival.counted}
    return sorted(
        (
            r
            for r in known.reports
            if r.origin in origins and r.destination in destinations and _near(r, days)
        ),
        key=lambda r: (publisher(r), r.url, r.source, r.row or 0),
    )


def _near(report: Report, days: Iterable[object]) -> bool:
    moment = report.t_off or report.t_on
    if moment is None:
        return False
    day = moment.date()
    one = timedelta(days=1)
    return any(d in {day - one, day, day + one} for d in days)


def _took(report: Report) -> timedelta | None:
    if report.t_off is None or report.t_on is None:
        return None
    return report.t_on - report.t_off


def _judged(
    first: Assertion,
    second: Assertion | None,
    kind: JudgedKind,
    result: Result,
    grade: str,
    sentence: str,
) -> Judged:
    if second is None:
        claimed = f"{first.minutes} minutes"
    else:
        claimed = f"one flight, {' or '.join(first.places)} to {' or '.join(second.places)}"
    marks = first.marks + (second.marks if second is not None else ())
    return Judged(
        kind=kind,
        aircraft=first.aircraft,
        leg=first.leg,
        claimed=claimed,
        result=result,
        says=RESULT_SAYS[result],
        grade=grade,
        sentence=sentence,
        marks=marks,
        hedged=first.hedged,
    )
