"""Detection within a window: what `clip` leaves of the whole, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.records import Track
from service.domain.airports.table import Airports
from service.domain.detection.detect import clip, detect
from service.domain.detection.window import NEAR_S, Window, window_of
from service.domain.track import take, to_us
from tests.domain.test_detection_any import WORLD, any_tracks
from tests.domain.tracks import AWAY, HOME, Flight, at, landed, lined_up, world
from tests.simulator.campaign import airports
from tests.simulator.day import Day, to_track
from tests.simulator.strategies import days

SLOW = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def same(track: Track, table: Airports, start_s: float, seconds: float) -> None:
    within = (at(start_s), at(start_s + seconds))
    assert detect(track, table, within=within) == clip(detect(track, table), *within)


@SLOW
@given(days(), st.floats(0.0, 1.0), st.sampled_from([60.0, 1_800.0, 10_800.0, 86_400.0]))
def test_of_a_simulated_day(day: Day, share: float, seconds: float) -> None:
    track = to_track(day)
    if not len(track):
        return
    whole = timedelta(microseconds=int(track.t_us.max() - track.t_us.min()))
    t_from = at(0) + timedelta(microseconds=int(track.t_us.min()) - to_us(at(0))) + whole * share
    within = (t_from, t_from + timedelta(seconds=seconds))
    assert detect(track, airports(), within=within) == clip(detect(track, airports()), *within)


@SLOW
@given(any_tracks(), st.integers(-3_600, 40_000), st.sampled_from([0.0, 60.0, 3_600.0, 30_000.0]))
def test_of_any_track(track: Track, start_s: int, seconds: float) -> None:
    same(track, WORLD, float(start_s), seconds)


def test_a_crash_after_the_window_marks_the_segment_that_began_in_it() -> None:
    fly = Flight(HOME.lat, HOME.lon - 1.0, 9_000.0).air(14_400, gs=120, turn_dps=1.0, step=20)
    track = fly.air(60, gs=200, fpm=-8_500).track()
    marked = detect(track, world(HOME), within=(at(0), at(600))).segments
    assert [s.marks for s in marked] == [("crash_suspected",)]
    same(track, world(HOME), 0.0, 600.0)


def test_a_pass_hangs_on_a_landing_there_hours_before() -> None:
    """Who took off there that morning belongs there: flying over it in the evening is no pass."""
    fly = lined_up().takeoff().silent(4.0 * NEAR_S)
    begun_s = fly.t_s
    fly.elsewhere(HOME.lat, HOME.lon - 0.2)
    fly.alt_ft = 2_000.0
    track = fly.air(600, gs=120).track()
    within = (at(begun_s), at(begun_s + 1_200.0))
    assert detect(track, world(HOME), within=within).passes == ()
    evening = take(track, track.t_us >= to_us(at(begun_s)))
    assert [p.airport for p in detect(evening, world(HOME)).passes] == ["EHOM"]
    same(track, world(HOME), begun_s, 1_200.0)


def test_a_leg_over_the_edge() -> None:
    fly = lined_up().takeoff().air(3_000, gs=200, step=20)
    track = landed(AWAY, t_s=fly.t_s + 1_200.0)
    track.rows = fly.rows + track.rows
    for start_s in range(-600, 6_000, 300):
        same(track.track(), world(HOME, AWAY), float(start_s), 900.0)


def test_an_edge_is_half_open_to_the_microsecond() -> None:
    window = window_of(at(0), at(10))
    assert window.touches(at(9).timestamp(), at(12).timestamp())
    assert window.touches(at(-5).timestamp(), at(0).timestamp())
    assert not window.touches(at(10.001).timestamp(), at(12).timestamp())
    assert not window.touches(at(-5).timestamp(), at(-0.001).timestamp())
    assert Window().is_near(0.0, 0.0)
