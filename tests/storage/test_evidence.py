"""What a verdict is given, against a plain reading of the same facts in Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from schemas.movements import Derived, Heard, Movement, Segment
from schemas.records import LedgerRow, Report
from schemas.verdicts import Candidate, Evidence, Identity, Interval
from service.storage.evidence import load_evidence, others_heard
from service.storage.history import shown_between
from service.storage.ledger import add_ledger_rows
from service.storage.reports import add_reports
from service.storage.units import UnitKey
from tests.storage import strategies as made
from tests.storage.helpers import FEW, NOW, UMMS, identity, store, undone
from tests.storage.samples import KEY, OFF, ON, flown
from tests.storage.test_units import replace_day

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Version:
    """A unit as it was stored, at its moment."""

    key: UnitKey
    derived: Derived
    at: datetime


def _stored(conn: Connection, units: list[tuple[UnitKey, Derived, int]]) -> list[Version]:
    versions: list[Version] = []
    for number, (key, derived, days) in enumerate(units):
        version = Version(replace_day(key, days), made.moved_by(derived, days), NOW + number * HOUR)
        if store(conn, version.key, version.derived, now=version.at, rules_version=str(number)):
            versions.append(version)
    return versions


def _visible(versions: list[Version], as_of: datetime | None) -> list[Derived]:
    latest = {v.key: v.derived for v in versions if as_of is None or v.at <= as_of}
    return list(latest.values())


worlds = st.lists(
    st.tuples(made.units(), st.integers(-3, 3)).map(lambda u: (u[0][0], u[0][1], u[1])),
    min_size=1,
    max_size=6,
)


@FEW
@given(
    world=worlds,
    start=made.moments(made.START - 2 * DAY, made.START + 3 * DAY),
    length=st.sampled_from((HOUR, 23 * HOUR, DAY, 25 * HOUR)),
    back=st.none() | st.integers(0, 6),
)
def test_evidence_is_what_a_plain_reading_finds(
    database: Engine,
    world: list[tuple[UnitKey, Derived, int]],
    start: datetime,
    length: timedelta,
    back: int | None,
) -> None:
    window = Interval(t_from=start, t_to=start + length)
    as_of = None if back is None else NOW + back * HOUR
    with undone(database) as conn:
        visible = _visible(_stored(conn, world), as_of)
        for icao24 in made.ICAO24S[:2]:
            found = load_evidence(
                conn,
                identity=identity(icao24),
                airport=UMMS,
                window=window,
                sources={},
                as_of=as_of,
            )
            _must_be_the_segments(found.segments, visible, icao24, window)
            _must_be_the_movements(found.movements, visible, icao24, window)
            assert _sorted(found.passes) == _sorted(
                p
                for derived in visible
                for p in derived.passes
                if p.icao24 == icao24 and window.t_from <= p.t_best < window.t_to
            )
            assert _sorted(found.ground_spans) == _sorted(
                g
                for derived in visible
                for g in derived.ground_spans
                if g.icao24 == icao24
                if g.first.t < window.t_to and g.last.t >= window.t_from
            )
            assert found.heard == _others(visible, icao24, window)


@FEW
@given(world=worlds, start=made.moments(made.START - DAY, made.START + DAY))
def test_what_is_shown_between_two_moments(
    database: Engine, world: list[tuple[UnitKey, Derived, int]], start: datetime
) -> None:
    window = Interval(t_from=start, t_to=start + 30 * HOUR)
    with undone(database) as conn:
        versions = _stored(conn, world)
        for as_of in (None, NOW):
            visible = _visible(versions, as_of)
            shown = shown_between(conn, "14fc0b", window, as_of=as_of)
            assert _sorted(shown.segments) == _sorted(
                s for s in _segments(visible, "14fc0b") if _touches(s, window)
            )
            assert _sorted(shown.movements) == _sorted(
                m for m in _movements(visible, "14fc0b") if window.t_from <= m.t_best < window.t_to
            )
            assert list(shown.segments) == sorted(shown.segments, key=lambda s: s.first.t)
            assert list(shown.movements) == sorted(shown.movements, key=lambda m: m.t_best)


@pytest.mark.parametrize("years", [0, 9])
def test_the_nearest_before_and_after_has_no_limit_in_time(database: Engine, years: int) -> None:
    away = 365 * years + 2
    early, late = replace_day(KEY, -away), replace_day(KEY, away)
    window = Interval(t_from=made.START, t_to=made.START + DAY)
    with undone(database) as conn:
        for key, days in ((early, -away), (late, away)):
            store(conn, key, made.moved_by(flown(), days))
        for days in (-away + 1, away - 1):
            doubted = made.moved_by(flown(), days)
            doubted = Derived(segments=tuple(replace(s, usable=False) for s in doubted.segments))
            store(conn, replace_day(KEY, days), doubted)
        found = _evidence(conn, KEY.icao24, window)
        assert {s.first.t for s in found.segments} == {
            OFF - timedelta(days=away),
            OFF + timedelta(days=away),
        }
        assert {(m.move, m.t_best) for m in found.movements} == {
            ("landing", ON - timedelta(days=away)),
            ("takeoff", OFF + timedelta(days=away)),
        }


def test_every_source_has_its_own_nearest(database: Engine) -> None:
    window = Interval(t_from=made.START + 2 * DAY, t_to=made.START + 3 * DAY)
    with undone(database) as conn:
        for source in ("adsblol", "opensky", "simulated", "unheard_of"):
            store(conn, replace(KEY, source=source), flown(source=source))
        found = _evidence(conn, KEY.icao24, window)
        assert {s.source for s in found.segments} == {
            "adsblol",
            "opensky",
            "simulated",
            "unheard_of",
        }
        assert {m.source for m in found.movements} == {s.source for s in found.segments}


def test_a_movement_that_may_have_been_days_away_is_found(database: Engine) -> None:
    """An inferred stop is placed somewhere in a gap that may last for days."""
    stop = replace(
        flown().movements[1],
        method="inferred_stop",
        grade="inferred",
        t_earliest=ON - 20 * DAY,
        t_latest=ON + 20 * DAY,
    )
    with undone(database) as conn:
        store(conn, KEY, Derived(movements=(stop,)))
        store(conn, replace(KEY, icao24="ac671b"), Derived())
        for days in (-19, 0, 19):
            window = Interval(t_from=ON + days * DAY, t_to=ON + (days + 1) * DAY)
            assert _evidence(conn, KEY.icao24, window).movements == (stop,)
            assert _evidence(conn, "ac671b", window).movements == ()


def test_all_candidates_are_looked_at_and_none_counts_as_another(database: Engine) -> None:
    other, third = replace(KEY, icao24="ac671b"), replace(KEY, icao24="3c6444")
    asked = Identity(
        typed="RA-64523",
        registration="RA-64523",
        candidates=(
            Candidate(icao24=KEY.icao24, registration="RA-64523"),
            Candidate(icao24=other.icao24, registration="RA-64523", by_rule=True),
            Candidate(icao24=KEY.icao24, registration="RA-64523"),
        ),
    )
    window = Interval(t_from=made.START, t_to=made.START + DAY)
    with undone(database) as conn:
        for key in (KEY, other, third):
            store(conn, key, flown(icao24=key.icao24))
        found = load_evidence(conn, identity=asked, airport=UMMS, window=window, sources={})
        assert sorted(s.icao24 for s in found.segments) == [KEY.icao24, other.icao24]
        assert [h.aircraft for h in found.heard] == [1]
        everyone = others_heard(conn, "UMMS", window)
        assert everyone == (
            Heard(
                icao24="",
                source="adsblol",
                airport="UMMS",
                hour=made.START + 14 * HOUR,
                low_fixes=0,
                ground_fixes=0,
                aircraft=3,
            ),
        )


def test_hours_that_only_touch_the_window_count(database: Engine) -> None:
    window = Interval(t_from=ON, t_to=ON + INSTANT)
    outside = Interval(t_from=made.START + 15 * HOUR, t_to=made.START + 16 * HOUR)
    with undone(database) as conn:
        store(conn, KEY, flown())
        assert [h.aircraft for h in others_heard(conn, "UMMS", window)] == [1]
        assert others_heard(conn, "UMMS", outside) == ()


def test_reports_and_ledger_rows_of_every_name(database: Engine) -> None:
    window = Interval(t_from=made.START, t_to=made.START + DAY)
    reports = [
        Report(source="press", registration="RA-64523", t_off=OFF),
        Report(source="opensky-flightlist", icao24="14fc0b", t_on=ON),
        Report(source="press", registration="RA-64523", icao24="14fc0b"),
        Report(source="press", registration="RA-64524", t_off=OFF),
        Report(source="press", registration="RA-64523", t_off=OFF - 30 * DAY),
    ]
    rows = [
        LedgerRow(
            source="adsblol",
            target=target,
            t_from=made.START,
            t_to=made.START + DAY,
            outcome="empty",
            asked_at=NOW,
        )
        for target in ("14fc0b", "RA-64523", "*", "area:UMMS", "ac671b", "")
    ]
    with undone(database) as conn:
        add_reports(conn, reports, now=NOW)
        add_ledger_rows(conn, rows, now=NOW)
        found = _evidence(conn, "14fc0b", window, "RA-64523")
        assert list(found.reports) == reports[:3]
        assert {row.target for row in found.ledger} == {"14fc0b", "RA-64523", "*", "area:UMMS"}
        nameless = Identity(typed="RA-64523", registration="RA-64523")
        found = load_evidence(conn, identity=nameless, airport=UMMS, window=window, sources={})
        assert list(found.reports) == [reports[0], reports[2]]
        assert {row.target for row in found.ledger} == {"RA-64523", "*", "area:UMMS"}


def test_an_aircraft_nobody_heard(database: Engine) -> None:
    window = Interval(
        t_from=datetime(2020, 8, 18, tzinfo=UTC), t_to=datetime(2020, 8, 19, tzinfo=UTC)
    )
    asked = identity("14fc0b", "RA-64523")
    with undone(database) as conn:
        found = load_evidence(conn, identity=asked, airport=UMMS, window=window, sources={})
        assert found == Evidence(identity=asked)


def _evidence(conn: Connection, icao24: str, window: Interval, registration: str = "") -> Evidence:
    return load_evidence(
        conn,
        identity=identity(icao24, registration),
        airport=UMMS,
        window=window,
        sources={},
    )


def _must_be_the_segments(
    found: tuple[Segment, ...], visible: list[Derived], icao24: str, window: Interval
) -> None:
    mine = list(_segments(visible, icao24))
    touching = [s for s in mine if _touches(s, window)]
    assert _sorted(s for s in found if _touches(s, window)) == _sorted(touching)
    for source in made.SOURCES:
        usable = [s for s in mine if s.source == source and s.usable]
        before = [s.first.t for s in usable if s.last.t < window.t_from]
        after = [s.first.t for s in usable if s.first.t >= window.t_to]
        rest = [s for s in found if s.source == source and not _touches(s, window)]
        assert all(s in usable for s in rest)
        assert [s.first.t for s in rest if s.last.t < window.t_from] == (
            [max(before)] if before else []
        )
        assert [s.first.t for s in rest if s.first.t >= window.t_to] == (
            [min(after)] if after else []
        )


def _must_be_the_movements(
    found: tuple[Movement, ...], visible: list[Derived], icao24: str, window: Interval
) -> None:
    def touches(m: Movement) -> bool:
        return m.t_latest >= window.t_from and m.t_earliest < window.t_to

    mine = list(_movements(visible, icao24))
    assert _sorted(filter(touches, found)) == _sorted(filter(touches, mine))
    for source in made.SOURCES:
        theirs = [m for m in mine if m.source == source]
        before = [m.t_best for m in theirs if m.t_latest < window.t_from]
        after = [m.t_best for m in theirs if m.t_earliest >= window.t_to]
        rest = [m for m in found if m.source == source and not touches(m)]
        assert all(m in theirs for m in rest)
        assert [m.t_best for m in rest if m.t_latest < window.t_from] == (
            [max(before)] if before else []
        )
        assert [m.t_best for m in rest if m.t_earliest >= window.t_to] == (
            [min(after)] if after else []
        )


def _others(visible: list[Derived], icao24: str, window: Interval) -> tuple[Heard, ...]:
    hours: dict[tuple[datetime, str], list[Heard]] = {}
    for derived in visible:
        for heard in derived.heard:
            there = heard.airport == UMMS.ident and heard.icao24 != icao24
            if there and window.t_from < heard.hour + HOUR and heard.hour < window.t_to:
                hours.setdefault((heard.hour, heard.source), []).append(heard)
    return tuple(
        Heard(
            icao24="",
            source=source,
            airport=UMMS.ident,
            hour=hour,
            low_fixes=0,
            ground_fixes=0,
            aircraft=len(heard),
        )
        for (hour, source), heard in sorted(hours.items())
    )


def _touches(segment: Segment, window: Interval) -> bool:
    return segment.first.t < window.t_to and segment.last.t >= window.t_from


def _segments(visible: list[Derived], icao24: str) -> Iterator[Segment]:
    return (s for derived in visible for s in derived.segments if s.icao24 == icao24)


def _movements(visible: list[Derived], icao24: str) -> Iterator[Movement]:
    return (m for derived in visible for m in derived.movements if m.icao24 == icao24)


def _sorted(values: object) -> list[str]:
    assert isinstance(values, (tuple, list)) or hasattr(values, "__iter__")
    return sorted(map(repr, values))
