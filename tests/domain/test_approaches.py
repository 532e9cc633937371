"""How close a track comes, and when it may have been at the airport."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from schemas.movements import Segment
from schemas.verdicts import Interval
from service.domain.verdict.approaches import Approach, approaches
from service.domain.verdict.paths import Path, near_legs
from tests.domain.cases import MINSK, at, leg, off, parked, segment

DAY = Interval(t_from=at("00:00"), t_to=at("24:00"))


def found(*segments: Segment, interval: Interval = DAY) -> tuple[Approach, ...]:
    paths = [Path(s) for s in segments]
    legs = [near for p in paths if (near := near_legs(p, MINSK, 720.0, 15.0)) is not None]
    return approaches(legs, paths, interval, 720.0)


def stretches(approach: Approach) -> tuple[datetime, datetime] | None:
    """First and last moment at which it may have been there."""
    if not approach.touches:
        return None
    start, end = approach.touches[0][0], approach.touches[-1][1]
    return datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)


def beside(distance_nm: float, source: str = "adsblol", **more: float) -> Segment:
    """An hour at one place."""
    place = off(MINSK, 90, distance_nm)
    return leg(at("10:00"), at("11:00"), place, place, source=source, **more)  # type: ignore[arg-type]


def test_the_closest_comes_first() -> None:
    far, near = beside(9.0), parked(at("14:00"), at("15:00"), off(MINSK, 0, 3))
    assert [a.segment for a in found(far, near)] == [near, far]


def test_the_closest_moment_of_a_path() -> None:
    past = segment(
        (at("10:00"), off(MINSK, 270, 40), 9_000.0), (at("10:10"), off(MINSK, 0, 5), 3_000.0),
        (at("10:20"), off(MINSK, 90, 40), 9_000.0),
    )  # fmt: skip
    (approach,) = found(past)
    assert approach.distance_nm <= 5.0
    assert abs((approach.t - at("10:10")).total_seconds()) < 60
    assert approach.alt_ft is not None
    assert 3_000.0 <= approach.alt_ft < 4_000.0


def test_on_the_airport_it_may_touch_all_the_time() -> None:
    (approach,) = found(beside(3.0))
    assert stretches(approach) == (at("10:00"), at("11:00"))


def test_out_of_reach_it_never_may() -> None:
    (approach,) = found(beside(6.5))
    assert approach.touches == ()


def test_only_within_the_interval() -> None:
    (approach,) = found(beside(3.0), interval=Interval(t_from=at("10:20"), t_to=at("10:30")))
    assert stretches(approach) == (at("10:20"), at("10:30"))
    assert found(beside(3.0), interval=Interval(t_from=at("08:00"), t_to=at("10:00"))) == ()
    assert found(beside(3.0), interval=Interval(t_from=at("11:01"), t_to=at("12:00"))) == ()


def test_it_may_touch_only_while_it_is_near() -> None:
    through = leg(at("10:00"), at("10:20"), off(MINSK, 270, 60), off(MINSK, 90, 60))
    (approach,) = found(through)
    known = stretches(approach)
    assert known is not None
    # 4.9 NM and half a step's way of 1 NM on either side (0.6 % given away), at 6 NM a minute; and
    # on to the sample before and after.
    assert (known[0] - at("10:09")).total_seconds() == pytest.approx(-4, abs=4.6)
    assert (known[1] - at("10:11")).total_seconds() == pytest.approx(4, abs=4.6)


def test_twice_near_is_not_all_the_time_between() -> None:
    twice = segment(
        (at("10:00"), off(MINSK, 270, 3)), (at("10:02"), off(MINSK, 270, 3)),
        (at("10:10"), off(MINSK, 270, 90)), (at("10:20"), off(MINSK, 270, 90)),
        (at("10:28"), off(MINSK, 270, 3)), (at("10:30"), off(MINSK, 270, 3)),
    )  # fmt: skip
    (approach,) = found(twice)
    assert approach.could_touch_between(at("10:01"), at("10:01"))
    assert approach.could_touch_between(at("10:29"), at("10:29"))
    assert not approach.could_touch_between(at("10:08"), at("10:22"))


def test_stretches_of_time_that_touch() -> None:
    (approach,) = found(beside(3.0))
    assert approach.could_touch_between(at("09:00"), at("10:00"))
    assert approach.could_touch_between(at("11:00"), at("12:00"))
    assert approach.could_touch_between(at("10:30"), at("10:30"))
    assert not approach.could_touch_between(at("09:00"), at("09:59"))
    assert not approach.could_touch_between(at("11:01"), at("12:00"))


def test_another_source_takes_the_time_between_fixes_away() -> None:
    coarse, dense = beside(30.0, max_step_s=600.0), beside(30.0, "opensky")
    assert stretches(found(coarse)[0]) == (at("10:00"), at("11:00"))
    assert [a.touches for a in found(coarse, dense)] == [()]


def test_but_only_while_it_heard_it() -> None:
    coarse = beside(30.0, max_step_s=600.0)
    place = off(MINSK, 90, 30)
    dense = leg(at("10:20"), at("10:40"), place, place, source="opensky")
    (approach,) = found(coarse, dense)
    assert approach.could_touch_between(at("10:00"), at("10:15"))
    assert not approach.could_touch_between(at("10:22"), at("10:38"))
    assert approach.could_touch_between(at("10:45"), at("11:00"))


def test_it_does_not_where_it_would_have_left_time_itself() -> None:
    coarse = beside(30.0, max_step_s=600.0)
    # 64.5 NM is the reach of the other one, whose own samples are never farther off than that.
    assert found(coarse, beside(64.8, "opensky", max_step_s=600.0))[0].touches
    assert not found(coarse, beside(65.0, "opensky", max_step_s=600.0))[0].touches


def test_its_own_fixes_at_the_airport_stay() -> None:
    there = beside(4.9)
    assert found(there, beside(12.0, "opensky"))[0].touches
    not_quite = beside(4.95)
    assert found(not_quite)[0].touches
    assert not found(not_quite, beside(12.0, "opensky"))[0].touches


def test_distances_are_never_overstated() -> None:
    assert found(beside(5.93))[0].touches
    assert not found(beside(5.95))[0].touches
