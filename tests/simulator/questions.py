"""Questions about a simulated day, the evidence for each, and what an answer must not say.

Asked are the true airports, their rivals next door, the places of passes, and airports near the
edge of what a silence leaves time for. An answer is wrong when its words deny the truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from schemas.movements import Derived, Heard, Segment
from schemas.places import Airport
from schemas.records import IdentityStatement, LedgerRow
from schemas.sources import Pace, Reach, Source, Terms
from schemas.verdicts import Candidate, Evidence, Identity, Interval, Question, Verdict
from tests.simulator.day import SOURCE, Day
from tests.simulator.places import world
from tests.simulator.scoring import seen_changes
from tests.simulator.sphere import distances_nm

NOW = datetime(2026, 6, 1, tzinfo=UTC)
NEAR_NM = 40.0
"""Farther away than this nobody would say near."""
SEEN_S = 90.0
HEARD_LOW_FT = 800.0
THE_SOURCE = Source(
    key=SOURCE,
    title="The simulator",
    url="https://example.org/simulator",
    kind="history",
    terms=Terms(licence="none", attribution="none"),
    pace=Pace(requests_per_s=1.0),
    lag=timedelta(0),
    reach=Reach(),
    independence_group=SOURCE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and the interval that it means."""

    question: Question
    interval: Interval


def _interval(on: date, zone: str) -> Interval:
    """Local midnight to local midnight, by the standard library alone."""
    place = ZoneInfo(zone)
    first = datetime(on.year, on.month, on.day, tzinfo=place)
    after = on + timedelta(days=1)
    last = datetime(after.year, after.month, after.day, tzinfo=place)
    return Interval(t_from=first.astimezone(UTC), t_to=last.astimezone(UTC))


def ask(day: Day, airport: Airport, at_s: float, *, days: int = 0) -> Asked:
    """Was it there on the local date of a moment, or so many days later?"""
    local = datetime.fromtimestamp(at_s, ZoneInfo(airport.zone)).date() + timedelta(days=days)
    question = Question(aircraft=day.icao24, airport=airport, on=local, zone=airport.zone)
    return Asked(question, _interval(local, airport.zone))


def questions(day: Day, rng: np.random.Generator, most: int) -> Iterator[Asked]:
    """Up to `most` questions: half about true places, the others about tempting wrong ones."""
    w = world()
    truth = day.truth
    true = [(m.airport, m.t_s) for m in truth.movements if m.airport is not None]
    passed = [(p.airport, p.t_s) for p in truth.passes if p.airport is not None]
    picks: list[tuple[Airport, float, int]] = []
    for ident, t in true:
        picks.append((w.airports[w.index(ident)], t, 0))
        picks.append((w.airports[w.index(ident)], t, int(rng.choice([-1, 1]))))
    picks.extend((w.airports[w.index(ident)], t, 0) for ident, t in passed)
    anchors = [(m.lat, m.lon, m.t_s) for m in truth.movements]
    for lat, lon, t in anchors:
        d = distances_nm(lat, lon, w.lat, w.lon)
        for low, high in ((0.5, 8.0), (8.0, 40.0), (40.0, 900.0), (900.0, 1e5)):
            ring = np.flatnonzero((d > low) & (d <= high))
            if len(ring):
                picks.append((w.airports[int(rng.choice(ring))], t, 0))
    order = rng.permutation(len(picks))
    for i in order[:most]:
        airport, t, days = picks[int(i)]
        yield ask(day, airport, t, days=days)


def evidence(day: Day, derived: Derived, asked: Asked) -> Evidence:
    """What storage would hand to the verdict for a question.

    Others are heard at every airport, hour by hour, where coverage reaches down so far.
    """
    interval = asked.interval
    t_from, t_to = interval.t_from, interval.t_to
    icao24 = day.icao24
    touching = [s for s in derived.segments if s.first.t < t_to and s.last.t >= t_from]
    usable = [s for s in derived.segments if s.usable]
    before = [s for s in usable if s.last.t < t_from]
    after = [s for s in usable if s.first.t >= t_to]
    segments: list[Segment] = [*touching]
    segments += [max(before, key=lambda s: s.last.t)] if before else []
    segments += [min(after, key=lambda s: s.first.t)] if after else []
    moves = derived.movements
    inside = [m for m in moves if m.t_earliest < t_to and m.t_latest >= t_from]
    earlier = [m for m in moves if m.t_latest < t_from]
    later = [m for m in moves if m.t_earliest >= t_to]
    inside += [max(earlier, key=lambda m: m.t_best)] if earlier else []
    inside += [min(later, key=lambda m: m.t_best)] if later else []
    statement = IdentityStatement(
        source="registry",
        registration=f"SIM-{day.seed}",
        icao24=icao24,
        type_code=day.recipe.type_code,
    )
    hours = int((t_to - t_from) / timedelta(hours=1)) + 1
    start = t_from.replace(minute=0, second=0, microsecond=0)
    heard = tuple(
        Heard(
            icao24="abcdef",
            source=SOURCE,
            airport=asked.question.airport.ident,
            hour=start + timedelta(hours=h),
            low_fixes=9,
            ground_fixes=0,
        )
        for h in range(hours + 1)
    )
    return Evidence(
        identity=Identity(
            typed=icao24,
            registration=statement.registration,
            candidates=(
                Candidate(
                    icao24=icao24,
                    registration=statement.registration,
                    type_code=day.recipe.type_code,
                    statements=(statement,),
                ),
            ),
        ),
        segments=tuple(segments),
        movements=tuple(inside),
        passes=tuple(p for p in derived.passes if t_from <= p.t_best < t_to),
        ground_spans=tuple(
            g for g in derived.ground_spans if g.first.t < t_to and g.last.t >= t_from
        ),
        ledger=(
            LedgerRow(
                source=SOURCE,
                target=icao24,
                t_from=t_from - timedelta(days=3),
                t_to=t_to + timedelta(days=3),
                outcome="data",
                asked_at=NOW,
            ),
        ),
        heard=heard if day.recipe.floor_ft <= HEARD_LOW_FT else (),
        sources={SOURCE: THE_SOURCE},
    )


def wrong(day: Day, asked: Asked, verdict: Verdict) -> str | None:
    """Why an answer denies the truth; None when it does not."""
    airport = asked.question.airport
    t_from, t_to = asked.interval.t_from.timestamp(), asked.interval.t_to.timestamp()
    there = day.truth.ground_at(airport.ident, t_from, t_to)
    word = verdict.verdict
    text = f"{word} at {airport.ident} on {asked.question.on}: {verdict.sentence}"
    if word == "observed" and not there:
        return f"false observed: {text}"
    if word == "elsewhere" and there:
        return f"false elsewhere: {text}"
    if word == "near":
        away = day.truth.nearest_nm(airport.lat, airport.lon, t_from, t_to)
        if away > NEAR_NM:
            return f"near, but never nearer than {away:.0f} NM: {text}"
    if word == "not_seen" and seen_on_ground(day, asked):
        return f"not seen, but fixes on the ground were handed out: {text}"
    return None


def seen_on_ground(day: Day, asked: Asked) -> bool:
    """Whether sound fixes show it on the ground there, within the interval, over a minute."""
    f = day.fixes
    t_from, t_to = asked.interval.t_from.timestamp(), asked.interval.t_to.timestamp()
    for g in day.truth.grounds:
        if g.airport != asked.question.airport.ident:
            continue
        a, b = max(t_from, g.t_from_s), min(t_to, g.t_to_s)
        inside = f.sound & f.on_ground & (f.t_s > a) & (f.t_s < b)
        if inside.sum() >= 5 and np.ptp(f.t_s[inside]) > SEEN_S:
            return True
    return False


def change_shown(day: Day, asked: Asked) -> bool:
    """Whether, without any fault, a take-off or landing there within the interval was shown."""
    t_from, t_to = asked.interval.t_from.timestamp(), asked.interval.t_to.timestamp()
    return not day.recipe.faults and any(
        m.airport == asked.question.airport.ident and t_from + SEEN_S <= m.t_s < t_to - SEEN_S
        for m in seen_changes(day)
    )
