"""Tracks as values: order, joining, windows; callsigns that lag behind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.records import TRACK_COLUMNS, Track
from service.domain.track import between, callsign_at, in_order, join, take, to_us
from tests.domain.samples import made
from tests.domain.tracks import T0_S, at

US = 1_000_000


def track(*seconds: float, lat: float = 52.0) -> Track:
    return made(
        t_s=T0_S + np.array(seconds),
        lat=np.full(len(seconds), lat),
        lon=5.0 + np.array(seconds) / 3600.0,
        gs_kt=np.array(seconds),
    )


def same(a: Track, b: Track) -> bool:
    return all(
        np.array_equal(getattr(a, name), getattr(b, name), equal_nan=np.dtype(kind).kind == "f")
        for name, kind in TRACK_COLUMNS
    )


def test_a_track_in_order_is_returned_as_it_is() -> None:
    given_ = track(0, 5, 9)
    assert in_order(given_) is given_


def test_rows_are_sorted_by_time_with_all_their_columns() -> None:
    sorted_ = in_order(track(9, 0, 5))
    assert sorted_.gs_kt.tolist() == [0.0, 5.0, 9.0]
    assert sorted_.row.tolist() == [1, 2, 0]
    assert [len(getattr(sorted_, name)) for name, _ in TRACK_COLUMNS] == [3] * len(TRACK_COLUMNS)


def test_rows_that_say_the_same_again_are_removed_and_others_of_that_moment_kept() -> None:
    twice = track(0, 0, 5)
    assert len(in_order(twice)) == 2
    elsewhere = replace(twice, lat=np.array([52.0, 53.0, 52.0]))
    assert len(in_order(elsewhere)) == 3
    landed = replace(twice, on_ground=np.array([False, True, True]))
    assert len(in_order(landed)) == 3


def test_joined_tracks_keep_where_each_row_came_from() -> None:
    a = replace(track(0, 10), captures=("a" * 64,), callsigns=((to_us(at(0)), "ONE"),))
    b = replace(track(5, 10, 15), captures=("b" * 64,), callsigns=((to_us(at(5)), "TWO"),))
    both = join([b, a])
    assert both.captures == ("a" * 64, "b" * 64)
    assert both.t_us.tolist() == [to_us(at(s)) for s in (0, 5, 10, 15)]
    assert [both.captures[i][0] for i in both.capture.tolist()] == ["a", "b", "a", "b"]
    assert [word for _, word in both.callsigns] == ["ONE", "TWO"]


def test_joining_is_the_same_in_any_order() -> None:
    parts = [track(0, 20), track(10, 30), track(5)]
    assert same(join(parts), join(parts[::-1]))


def test_only_tracks_of_one_aircraft_and_source_are_joined() -> None:
    with pytest.raises(ValueError, match="one aircraft"):
        join([track(0), replace(track(1), icao24="abcdef")])
    with pytest.raises(ValueError, match="one aircraft"):
        join([track(0), replace(track(1), source="other")])
    with pytest.raises(ValueError, match="no track"):
        join([])


def test_a_window_is_half_open() -> None:
    part = between(track(0, 10, 20), to_us(at(0)), to_us(at(20)))
    assert part.t_us.tolist() == [to_us(at(0)), to_us(at(10))]
    assert len(between(part, 0, 1)) == 0


def test_the_callsign_in_force_is_the_last_one_said() -> None:
    said = replace(track(0), callsigns=((to_us(at(10)), "ONE"), (to_us(at(20)), "TWO")))
    assert [callsign_at(said, to_us(at(s))) for s in (0, 10, 19, 20, 99)] == [
        "ONE",
        "ONE",
        "ONE",
        "TWO",
        "TWO",
    ]
    assert callsign_at(track(0), 0) == ""


@given(st.lists(st.integers(-50, 50), max_size=30))
@settings(max_examples=60, deadline=None)
def test_the_order_of_reading_does_not_matter(seconds: list[int]) -> None:
    given_ = track(*map(float, seconds))
    shuffled = take(given_, np.random.default_rng(len(seconds)).permutation(len(seconds)))
    a, b = in_order(given_), in_order(shuffled)
    assert np.array_equal(a.t_us, b.t_us)
    assert np.array_equal(a.lon, b.lon)
    assert np.all(np.diff(a.t_us) > 0)
