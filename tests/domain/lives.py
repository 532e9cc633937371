"""Lives of an aircraft with known truth, and what receivers and reporters make of them.

A life is a way through points at no more than the type's bound; a witness hears parts of it. The
evidence that comes of it never lies (a witness may be blind, slow or silent), so whatever a
verdict denies of the life is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, hypot, radians

from hypothesis import strategies as st

from schemas.movements import GroundSpan, Movement, PathPoint, Segment
from schemas.places import Airport
from schemas.verdicts import Evidence, Interval
from service.domain.geo import NM_PER_DEGREE
from tests.domain.asking import asked, evidence, heard, report
from tests.domain.cases import (
    HEATHROW,
    MINSK,
    OLD_MINSK,
    VILNIUS,
    VNUKOVO,
    Place,
    at,
    movement,
    off,
    on,
    segment,
    span,
)

START = at("10:00", 9)
"""Lives run from the day before the one asked about to a day or two after it."""
FIELDS = (MINSK, VILNIUS, VNUKOVO, HEATHROW, OLD_MINSK)
SOURCES = ("adsblol", "opensky", "adsblol_mirror", "stranger")
V_MAX_KT = 720.0


@dataclass(frozen=True)
class Life:
    """Where it truly was: linear in time between points, in latitude and longitude."""

    points: tuple[PathPoint, ...]

    def at(self, t: datetime) -> Place:
        """Its place at a moment; before the first and after the last point it stands there."""
        for a, b in zip(self.points, self.points[1:], strict=False):
            if a.t <= t <= b.t and b.t > a.t:
                share = (t - a.t) / (b.t - a.t)
                return a.lat + (b.lat - a.lat) * share, a.lon + (b.lon - a.lon) * share
        end = self.points[-1] if t > self.points[-1].t else self.points[0]
        return end.lat, end.lon

    def stops(self) -> Iterator[tuple[PathPoint, PathPoint]]:
        """When and where it stood on the ground."""
        for a, b in zip(self.points, self.points[1:], strict=False):
            if a.on_ground and b.on_ground and (a.lat, a.lon) == (b.lat, b.lon):
                yield a, b

    def visits(self, field: Airport, interval: Interval) -> bool:
        """Whether it truly stood at the airport at some moment of the interval."""
        return any(
            (a.lat, a.lon) == on(field) and a.t < interval.t_to and b.t >= interval.t_from
            for a, b in self.stops()
        )


def longest_nm(a: Place, b: Place) -> float:
    """No less than the way between two points, linear in latitude and longitude."""
    widest = cos(radians(min(abs(a[0]), abs(b[0]))))
    return NM_PER_DEGREE * hypot(b[0] - a[0], (b[1] - a[1]) * widest)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """From field to field, now and then by way of some point, standing a while at each."""
    t = START + timedelta(minutes=draw(st.integers(0, 900)))
    here = on(draw(st.sampled_from(FIELDS)))
    points = [_point(t, here, None)]
    for _ in range(draw(st.integers(1, 5))):
        t += timedelta(minutes=draw(st.sampled_from((20, 3, 60, 300, 900))))
        points.append(_point(t, here, None))
        way = [on(draw(st.sampled_from(FIELDS)))]
        if draw(st.booleans()):
            course = draw(st.sampled_from((0.0, 90.0, 200.0, 280.0)))
            around = draw(st.sampled_from(FIELDS))
            way.insert(0, off(around, course, draw(st.sampled_from((60.0, 0.5, 3.0, 7.0, 12.0)))))
        speed_kt = V_MAX_KT * draw(st.sampled_from((0.6, 0.3, 0.99)))
        height = draw(st.sampled_from((30_000.0, 900.0, 3_000.0)))
        for number, place in enumerate(way):
            t += timedelta(hours=longest_nm(here, place) / speed_kt, seconds=1)
            here = place
            points.append(_point(t, here, None if number == len(way) - 1 else height))
    t = max(t + timedelta(minutes=10), at(draw(st.sampled_from(("28:00", "12:00", "22:00")))))
    return Life((*points, _point(t, here, None)))


def _point(t: datetime, place: Place, alt_ft: float | None) -> PathPoint:
    return PathPoint(t=t, lat=place[0], lon=place[1], alt_ft=alt_ft, on_ground=alt_ft is None)


@st.composite
def tracks(draw: st.DrawFn, life: Life) -> list[Segment]:
    """What one or two sources heard of a life, cut into segments by silences."""
    found: list[Segment] = []
    born, died = life.points[0].t, life.points[-1].t
    minutes = (died - born) // timedelta(minutes=1)
    silences = st.tuples(st.integers(0, minutes), st.sampled_from((6, 2, 30, 90, 400)))
    for source in draw(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=2, unique=True)):
        step_s = draw(st.sampled_from((5.0, 60.0, 300.0)))
        usable = draw(st.sampled_from((True, True, True, True, False)))
        t_from = born
        for start, length in sorted(draw(st.lists(silences, max_size=4))):
            t_to = born + timedelta(minutes=start)
            if t_to > t_from:
                found.append(_heard(life, t_from, t_to, source, step_s, usable=usable))
            t_from = max(t_from, t_to + timedelta(minutes=length))
        if died > t_from:
            found.append(_heard(life, t_from, died, source, step_s, usable=usable))
    return found


def _heard(
    life: Life, t_from: datetime, t_to: datetime, source: str, step_s: float, *, usable: bool
) -> Segment:
    inner = [(p.t, (p.lat, p.lon), p.alt_ft) for p in life.points if t_from < p.t < t_to]
    ends = ((t, life.at(t), 10_000.0) for t in (t_from, t_to))
    first, last = ends
    return segment(first, *inner, last, source=source, max_step_s=step_s, usable=usable)


@st.composite
def findings(
    draw: st.DrawFn, life: Life, heard_of: Sequence[Segment]
) -> list[Movement | GroundSpan]:
    """Movements and spans that a detection might make of it: true ones, each seen or missed."""
    found: list[Movement | GroundSpan] = []
    for a, b in life.stops():
        field = next((f for f in FIELDS if on(f) == (a.lat, a.lon)), None)
        if field is None:
            continue
        for source in {s.source for s in heard_of if s.usable}:
            seen = draw(st.sampled_from(("ground", "lost_low", "nothing")))
            if seen == "nothing":
                continue
            sure = seen == "ground"
            for move, t in (("landing", a.t), ("takeoff", b.t)):
                method = seen if sure else {"landing": "lost_low", "takeoff": "found_low"}[move]
                found.append(
                    movement(
                        move, t, field, method=method, grade="observed" if sure else "inferred",  # type: ignore[arg-type]
                        height_ft=draw(st.sampled_from((100.0, 1_000.0, 5_000.0))), source=source,
                    )
                )  # fmt: skip
            if sure:
                times = (a.t, a.t + (b.t - a.t) / 2, b.t)
                found.append(
                    span(a.t, b.t, field, times=times, source=source, tied=draw(st.booleans()),
                         air_change_in=draw(st.booleans()))
                )  # fmt: skip
    return found


@st.composite
def honest(draw: st.DrawFn) -> tuple[Life, Evidence]:
    """A life, and evidence about it that does not lie."""
    life = draw(lives())
    heard_of = draw(tracks(life))
    items: list[object] = [*heard_of, *draw(findings(life, heard_of))]
    for a, _ in life.stops():
        field = next((f for f in FIELDS if on(f) == (a.lat, a.lon)), None)
        if field is not None and draw(st.booleans()):
            publisher = draw(st.sampled_from(("a", "b")))
            items.append(report(a.t, field.ident, publisher=publisher))
    for source in {s.source for s in heard_of} | {draw(st.sampled_from(SOURCES))}:
        outcome = draw(st.sampled_from(("data", "data", "empty", "failed", "truncated", "refused")))
        spoke = any(s.source == source for s in heard_of)
        items.append(
            asked(
                outcome if outcome != "empty" or not spoke else "data",  # type: ignore[arg-type]
                at("00:00", 9),
                at(draw(st.sampled_from(("36:00", "12:00")))),
                source=source,
            )
        )
        if draw(st.booleans()):
            gaps = draw(st.lists(st.integers(0, 24), max_size=2))
            silent = [at("21:00", 9) + timedelta(hours=h) for h in gaps]
            items.append(heard(at("20:00", 9), at("25:00"), source=source, without=silent))
    return life, evidence(*items)
