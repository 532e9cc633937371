"""From movements to stays: each movement once, each stay with the ends that were seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.movements import Method, Move, Movement, Stay
from service.domain.stays import SAME_MOVEMENT, grouped, stays
from tests.domain.cases import MINSK, OLD_MINSK, VILNIUS, at, movement, observed


def ends(found: Sequence[Stay]) -> list[tuple[str, str, str]]:
    """Airport, clock times of arrival and departure; an open end is empty."""
    return [
        (
            stay.airport,
            f"{stay.arrival.t_best:%H:%M}" if stay.arrival else "",
            f"{stay.departure.t_best:%H:%M}" if stay.departure else "",
        )
        for stay in found
    ]


def landed(clock: str, place: object = MINSK, source: str = "adsblol") -> Movement:
    return movement("landing", at(clock), place, source=source)  # type: ignore[arg-type]


def left(clock: str, place: object = MINSK, source: str = "adsblol") -> Movement:
    return movement("takeoff", at(clock), place, source=source)  # type: ignore[arg-type]


def test_a_landing_and_the_next_take_off_are_a_stay() -> None:
    (stay,) = stays([left("12:00"), landed("10:00")])
    assert ends([stay]) == [("UMMS", "10:00", "12:00")]
    assert stay.bracketed
    assert stay.sources == ("adsblol",)
    assert stay.icao24 == "14fc0b"


def test_ends_that_nobody_saw_are_open() -> None:
    assert ends(stays([landed("10:00")])) == [("UMMS", "10:00", "")]
    assert ends(stays([left("12:00")])) == [("UMMS", "", "12:00")]
    assert not any(stay.bracketed for stay in stays([left("12:00"), landed("14:00")]))
    assert stays([]) == ()


def test_landed_here_and_left_elsewhere_are_two_stays() -> None:
    found = stays([landed("10:00"), left("12:00", VILNIUS)])
    assert ends(found) == [("UMMS", "10:00", ""), ("EYVI", "", "12:00")]


def test_landed_twice_is_two_stays() -> None:
    found = stays([landed("10:00"), landed("12:00"), left("13:00")])
    assert ends(found) == [("UMMS", "10:00", ""), ("UMMS", "12:00", "13:00")]


def test_a_day_of_flights() -> None:
    found = stays(
        [left("06:00"), landed("07:00", VILNIUS), left("08:00", VILNIUS), landed("09:00"),
         left("10:00"), landed("11:00", OLD_MINSK)]
    )  # fmt: skip
    assert ends(found) == [
        ("UMMS", "", "06:00"), ("EYVI", "07:00", "08:00"), ("UMMS", "09:00", "10:00"),
        ("UMMM", "11:00", ""),
    ]  # fmt: skip


def test_a_field_off_any_airport_ends_a_stay_and_is_none() -> None:
    found = stays([landed("10:00"), left("11:00", None), landed("12:00", None), left("13:00")])
    assert ends(found) == [("UMMS", "10:00", ""), ("UMMS", "", "13:00")]
    assert stays([landed("10:00", None), left("11:00", None)]) == ()
    assert ends(stays([landed("10:00", None), left("11:00")])) == [("UMMS", "", "11:00")]


def test_one_movement_told_by_two_sources_is_one() -> None:
    seen = observed("landing", at("10:00"), source="opensky")
    (group,) = grouped([landed("10:04"), seen])
    assert group.best == seen
    assert group.tellings == (seen, landed("10:04"))
    assert group.sources == ("adsblol", "opensky")
    (stay,) = stays([landed("10:04"), seen, left("12:00"), left("12:03", source="opensky")])
    assert stay.sources == ("adsblol", "opensky")
    assert stay.arrival == seen


def test_two_movements_of_one_source_are_two() -> None:
    assert len(grouped([landed("10:00"), landed("10:04")])) == 2


def test_sources_must_agree_on_what_and_where() -> None:
    assert len(grouped([landed("10:00"), left("10:04", source="opensky")])) == 2
    assert len(grouped([landed("10:00"), landed("10:04", VILNIUS, "opensky")])) == 2
    assert len(grouped([landed("10:00"), landed("10:04", None, "opensky")])) == 2


def test_and_on_when() -> None:
    assert len(grouped([landed("10:00"), landed("10:10", source="opensky")])) == 1
    assert len(grouped([landed("10:00"), landed("10:10:01", source="opensky")])) == 2


def test_a_vague_telling_joins_a_sharp_one() -> None:
    vague = movement(
        "landing", at("12:00"), method="inferred_stop", earliest=at("10:00"), latest=at("14:00"),
        source="opensky",
    )  # fmt: skip
    assert len(grouped([landed("10:00"), vague])) == 1
    assert len(grouped([landed("14:05"), vague])) == 1
    assert len(grouped([landed("09:00"), vague])) == 2
    assert len(grouped([landed("16:30"), vague])) == 2


def test_the_best_seen_telling_stands_for_the_movement() -> None:
    ranks: tuple[Method, ...] = ("ground", "runway", "inferred_stop", "lost_low")
    tellings = [
        movement("landing", at("10:00"), method=method, source=f"s{rank}")
        for rank, method in enumerate(ranks)
    ]
    for order in permutations(tellings):
        (group,) = grouped(order)
        assert group.tellings == tuple(tellings)
    seen = observed("landing", at("10:00"), source="z")
    assert grouped([*tellings, seen])[0].best == seen


def test_of_equals_the_sharper_time_stands() -> None:
    vague = movement("landing", at("10:00"), earliest=at("09:50"), latest=at("10:10"), source="a")
    sharp = movement("landing", at("10:00"), earliest=at("09:59"), latest=at("10:01"), source="b")
    assert grouped([vague, sharp])[0].best == sharp


def test_at_one_instant_a_landing_comes_before_the_take_off() -> None:
    assert ends(stays([left("10:00"), landed("10:00")])) == [("UMMS", "10:00", "10:00")]


moves: st.SearchStrategy[Move] = st.sampled_from(("landing", "takeoff"))
tellings = st.builds(
    lambda move, minutes, place, source, width: movement(
        move, at("00:00") + timedelta(minutes=minutes), place, source=source,
        earliest=at("00:00") + timedelta(minutes=minutes - width),
        latest=at("00:00") + timedelta(minutes=minutes + width),
    ),
    moves, st.integers(0, 600), st.sampled_from((MINSK, VILNIUS, None)),
    st.sampled_from(("adsblol", "opensky", "stranger")), st.integers(0, 30),
)  # fmt: skip


@given(st.lists(tellings, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_order_never_shows_and_nothing_is_lost(found: list[Movement], rng: object) -> None:
    mixed = list(found)
    rng.shuffle(mixed)  # type: ignore[attr-defined]
    assert grouped(mixed) == grouped(found)
    assert stays(mixed) == stays(found)
    assert sorted(map(repr, found)) == sorted(repr(t) for g in grouped(found) for t in g.tellings)
    for group in grouped(found):
        assert len(group.sources) == len(group.tellings)
        assert len({(t.move, t.airport) for t in group.tellings}) == 1


@given(st.lists(tellings, max_size=12))
@settings(max_examples=150, deadline=None)
def test_stays_follow_each_other(found: list[Movement]) -> None:
    told = stays(found)
    for stay in told:
        assert stay.bracketed == (stay.arrival is not None and stay.departure is not None)
        assert stay.arrival is None or stay.departure is None or (
            stay.arrival.t_best <= stay.departure.t_best
        )  # fmt: skip
    starts = [m.t_best for stay in told for m in (stay.arrival, stay.departure) if m is not None]
    assert starts == sorted(starts)
    assert timedelta(minutes=10) == SAME_MOVEMENT
