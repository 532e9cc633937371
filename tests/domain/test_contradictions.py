"""What one aircraft cannot have flown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from schemas.movements import Segment
from schemas.verdicts import Interval
from service.domain.verdict.contradictions import Contradiction, Disagreement, Jump, clashes
from service.domain.verdict.paths import Path
from tests.domain.cases import MINSK, Place, at, leg, off, on, parked, segment

DAY = Interval(t_from=at("00:00"), t_to=at("24:00"))


def found(*segments: Segment, v_max_kt: float = 720.0) -> tuple[Jump | Disagreement, ...]:
    return clashes([Path(s) for s in sorted(segments, key=lambda s: s.first.t)], v_max_kt)


def still(t_from: str, t_to: str, place: Place, source: str = "adsblol") -> Segment:
    return leg(at(t_from), at(t_to), place, place, source=source)


def test_one_stretch_contradicts_nothing() -> None:
    assert found(still("01:00", "02:00", on(MINSK))) == ()
    assert found() == ()


def test_a_jump_is_told_with_its_distance() -> None:
    a = still("01:00", "02:00", on(MINSK))
    b = still("02:10", "03:00", off(MINSK, 90, 300))
    (jump,) = found(a, b)
    assert isinstance(jump, Jump)
    assert (jump.a, jump.b) == (a, b)
    assert jump.apart_nm == pytest.approx(300)


def test_a_jump_over_the_equator_and_the_meridian() -> None:
    """Places whose latitudes, or longitudes, add up to nothing."""
    assert found(still("01:00", "02:00", (20.0, 0.0)), still("02:10", "03:00", (-20.0, 0.0)))
    assert found(still("01:00", "02:00", (0.0, 20.0)), still("02:10", "03:00", (0.0, -20.0)))


def test_a_way_over_the_antimeridian_is_short() -> None:
    near = still("02:10", "03:00", (0.0, -179.9))
    assert found(still("01:00", "02:00", (0.0, 179.9)), near) == ()


def test_only_the_next_stretch_is_compared() -> None:
    a = still("01:00", "02:00", on(MINSK))
    b = still("02:10", "03:00", off(MINSK, 90, 60))
    c = still("03:10", "04:00", off(MINSK, 90, 2_000))
    assert [(jump.a, jump.b) for jump in found(a, b, c)] == [(b, c)]


def test_stretches_that_meet_are_compared_at_that_moment() -> None:
    a = still("01:00", "02:00", on(MINSK))
    assert found(a, still("02:00", "03:00", off(MINSK, 90, 12))) == ()
    (clash,) = found(a, still("02:00", "03:00", off(MINSK, 90, 15)))
    assert isinstance(clash, Disagreement)


def test_two_sources_on_one_way_agree_wherever_they_overlap() -> None:
    a = leg(at("01:00"), at("03:00"), off(MINSK, 180, 0), off(MINSK, 180, 800))
    b = leg(
        at("02:00"), at("04:00"), off(MINSK, 180, 400), off(MINSK, 180, 1_200), source="opensky"
    )
    assert found(a, b) == ()


def test_two_sources_that_part() -> None:
    a = still("01:00", "03:00", on(MINSK))
    b = segment(
        (at("02:00"), on(MINSK)), (at("02:30"), off(MINSK, 0, 40)), (at("04:00"), on(MINSK)),
        source="opensky",
    )  # fmt: skip
    (clash,) = found(a, b)
    assert isinstance(clash, Disagreement)
    assert float(clash.t[0]) == at("02:00").timestamp()
    assert float(clash.t[-1]) == at("03:00").timestamp()
    assert float(clash.apart_nm.max()) == pytest.approx(40)
    # 10 NM, and for each path its error and half a step's way.
    assert clash.allowed_nm == pytest.approx((10 + 2 * (0.5 + 1.0)) / 0.994)
    assert clash.within(DAY) == Contradiction(a, b, at("02:30"), pytest.approx(40))  # type: ignore[arg-type]


def disagreement(*apart_nm: float, allowed_nm: float = 10.0) -> Disagreement:
    """At 10:00 and every hour after."""
    a, b = parked(at("10:00"), at("20:00"), on(MINSK)), parked(at("10:00"), at("20:00"), on(MINSK))
    t = np.array([at("10:00").timestamp() + 3600.0 * k for k in range(len(apart_nm))])
    return Disagreement(a, b, t, np.array(apart_nm), allowed_nm)


def within(clash: Disagreement, t_from: str, t_to: str) -> tuple[datetime, float] | None:
    got = clash.within(Interval(t_from=at(t_from), t_to=at(t_to)))
    return (got.t, round(got.apart_nm, 9)) if got is not None else None


def test_a_disagreement_counts_where_it_is() -> None:
    clash = disagreement(0.0, 20.0, 0.0, 5.0)
    assert within(clash, "00:00", "24:00") == (at("11:00"), 20.0)
    assert within(clash, "00:00", "10:30") is None
    assert within(clash, "00:00", "10:45") == (at("10:45"), 15.0)
    assert within(clash, "11:15", "24:00") == (at("11:15"), 15.0)
    assert within(clash, "11:30", "24:00") is None
    assert within(clash, "10:45", "11:15") == (at("11:00"), 20.0)


def test_a_disagreement_outside_the_interval_does_not_count() -> None:
    always = disagreement(20.0, 20.0)
    assert within(always, "00:00", "09:59") is None
    assert within(always, "11:01", "24:00") is None
    assert within(always, "00:00", "10:00") == (at("10:00"), 20.0)
    assert within(always, "11:00", "24:00") == (at("11:00"), 20.0)


def test_what_is_allowed_is_no_disagreement() -> None:
    assert within(disagreement(10.0, 10.0), "00:00", "24:00") is None
    assert within(disagreement(10.0, 10.1), "00:00", "24:00") == (at("11:00"), 10.1)


def test_a_jump_counts_when_its_silence_touches_the_interval() -> None:
    (jump,) = found(
        still("01:00", "02:00", on(MINSK)), still("02:10", "03:00", off(MINSK, 90, 300))
    )

    def counts(t_from: datetime, t_to: datetime) -> bool:
        return jump.within(Interval(t_from=t_from, t_to=t_to)) is not None

    second = timedelta(seconds=1)
    assert counts(at("00:00"), at("24:00"))
    assert counts(at("00:00"), at("02:00") + second)
    assert counts(at("02:10") - second, at("24:00"))
    assert not counts(at("00:00"), at("02:00"))
    assert not counts(at("02:10"), at("24:00"))
    told = jump.within(DAY)
    assert told is not None
    assert told.t == at("02:10")
    assert told.t.tzinfo is UTC
