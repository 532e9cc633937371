"""An emergency is a code that is held; what was dialled past or garbled is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.movements import Emergency
from schemas.records import Track
from service.domain.detection.detect import clip, detect
from service.domain.track import take
from tests.domain.tracks import HOME, T0_S, Flight, at, changed, world

CRUISE = Flight(52.0, 5.0, 30_000.0).air(1_200, gs=400)
WHOLE = CRUISE.track()
Said = Sequence[tuple[float, str]]


def squawking(*said: tuple[float, str], track: Track = WHOLE) -> Track:
    """The track with codes said so long after its beginning."""
    return replace(
        track, squawks=tuple((round((T0_S + seconds) * 1e6), code) for seconds, code in said)
    )


def emergencies(track: Track) -> list[Emergency]:
    return list(detect(track, world(HOME)).emergencies)


def held(track: Track) -> list[tuple[str, float, float]]:
    """Codes with their first and last seconds."""
    return [
        (e.squawk, (e.t_first - at(0)).total_seconds(), (e.t_last - at(0)).total_seconds())
        for e in emergencies(track)
    ]


def test_a_code_that_is_held_is_one_until_another_is_said() -> None:
    assert held(squawking((5, "1234"), (300, "7700"), (600, "1234"))) == [("7700", 300, 595)]
    assert held(squawking((5, "7500"))) == [("7500", 5, 1_200)]
    codes = squawking((5, "7600"), (300, "7700"))
    assert held(codes) == [("7600", 5, 295), ("7700", 300, 1_200)]


@pytest.mark.parametrize(
    "said",
    [
        ((5, "1234"), (300, "7700"), (305, "1234")),
        ((5, "1234"), (300, "7500"), (360, "1234")),
        ((5, "1234"), (1_145, "7700")),
        ((5, "1234"), (300, "7777")),
        ((1_200, "7700"),),
        (),
    ],
)
def test_what_is_not_held_is_none(said: Said) -> None:
    assert not emergencies(squawking(*said))


def test_said_again_and_again_it_is_one() -> None:
    polls = [(float(seconds), "7700") for seconds in range(100, 700, 20)]
    assert held(squawking((5, "1234"), *polls, (700, "1234"))) == [("7700", 100, 695)]


def test_a_moment_of_another_code_does_not_end_it() -> None:
    said = squawking((100, "7700"), (300, "4321"), (310, "7700"))
    assert held(said) == [("7700", 100, 1_200)]


def test_after_a_long_silence_it_is_said_anew_or_over() -> None:
    fly = Flight(52.0, 5.0, 30_000.0).air(600, gs=400).silent(4_000, gs=400).air(600, gs=400)
    track = fly.track()
    assert held(squawking((5, "7700"), track=track)) == [("7700", 5, 600)]
    again = squawking((5, "7700"), (4_700, "7700"), track=track)
    assert held(again) == [("7700", 5, 600), ("7700", 4_700, 5_200)]


def test_it_says_where_it_began_and_where_that_stands() -> None:
    track = squawking((300, "7700"))
    (found,) = emergencies(track)
    row = int(np.flatnonzero(track.t_us == round((T0_S + 300) * 1e6))[0])
    assert (found.lat, found.lon) == (float(track.lat[row]), float(track.lon[row]))
    assert (found.capture, found.row) == (track.captures[0], int(track.row[row]))


def test_without_a_believed_fix_near_it_is_nowhere() -> None:
    rows = slice(40, 81)
    (found,) = emergencies(squawking((300, "7700"), track=changed(WHOLE, rows, lat=np.nan)))
    assert (found.lat, found.lon) == (None, None)


def test_it_belongs_to_the_day_it_began() -> None:
    derived = detect(squawking((300, "7700")), world(HOME))
    assert clip(derived, at(0), at(600)).emergencies == derived.emergencies
    assert not clip(derived, at(301), at(900)).emergencies


@given(
    said=st.lists(
        st.tuples(
            st.integers(-300, 1_500).map(float), st.sampled_from(["7500", "7600", "7700", "1200"])
        ),
        max_size=12,
    ),
    order=st.randoms(use_true_random=False),
)
def test_whatever_is_said_each_is_held_and_none_overlap(said: Said, order: object) -> None:
    track = squawking(*said)
    found = emergencies(track)
    assert all(e.t_last - e.t_first >= timedelta(minutes=1) for e in found)
    assert all(a.t_last <= b.t_first for a, b in pairwise(found))
    rows = np.arange(len(track))
    order.shuffle(rows)  # type: ignore[attr-defined]  # a Random
    again = list(said)
    order.shuffle(again)  # type: ignore[attr-defined]
    shuffled = take(squawking(*again), rows)
    assert emergencies(shuffled) == found
