"""Segments, gaps and simplified paths; hours heard; cutting to a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.movements import Derived, Segment
from schemas.records import Track
from service.domain.detection.detect import RULES_VERSION, clip, detect
from service.domain.track import to_us
from tests.domain.tracks import AWAY, HOME, Flight, at, changed, landed, lined_up, world
from tests.simulator.sphere import destination, distances_nm

ERROR_NM = 0.5


def derive(track: Track) -> Derived:
    return detect(track, world(HOME, AWAY))


def off_path_nm(segment: Segment, track: Track) -> float:
    """How far a segment's path is from its fixes, at each fix's own time."""
    t = np.array([to_us(p.t) for p in segment.path], np.float64)
    lat = np.array([p.lat for p in segment.path])
    lon = np.degrees(np.unwrap(np.radians([p.lon for p in segment.path])))
    own = (track.t_us >= to_us(segment.first.t)) & (track.t_us <= to_us(segment.last.t))
    at_us = track.t_us[own].astype(np.float64)
    off = distances_nm(
        track.lat[own], track.lon[own], np.interp(at_us, t, lat), np.interp(at_us, t, lon)
    )
    return float(off.max())


def test_the_rules_have_a_name() -> None:
    assert RULES_VERSION


def test_a_silence_over_five_minutes_parts_two_segments() -> None:
    fly = Flight(52.0, 0.0, 35_000.0).air(600, gs=450).silent(296, gs=450).air(600, gs=450)
    assert len(derive(fly.track()).segments) == 2
    assert len(derive(fly.track()).gaps) == 1
    fly = Flight(52.0, 0.0, 35_000.0).air(600, gs=450).silent(295, gs=450).air(600, gs=450)
    (segment,) = derive(fly.track()).segments
    assert segment.max_step_s == 300.0


def test_a_gap_names_the_fixes_that_bracket_it() -> None:
    fly = Flight(52.0, 0.0, 35_000.0).air(600, gs=450).silent(3_600, gs=450).air(600, gs=450)
    track = fly.track()
    derived = derive(track)
    (gap,) = derived.gaps
    assert gap.seconds == 3_605.0
    assert (gap.before, gap.after) == (derived.segments[0].last, derived.segments[1].first)
    assert (gap.before.row, gap.after.row) == (119, 120)
    assert gap.before.lat == track.lat[119]
    assert gap.before.alt_ft == pytest.approx(35_000.0)
    assert gap.before.capture == track.captures[0]


def test_a_segment_says_what_it_holds() -> None:
    track = landed().track()
    object.__setattr__(track, "callsigns", ((to_us(at(0)), "ONE"), (to_us(at(100)), "TWO")))
    (segment,) = derive(track).segments
    assert (segment.fixes, segment.max_step_s) == (len(track), 5.0)
    assert segment.callsigns == ("ONE", "TWO")
    assert segment.max_gs_kt == 130.0
    assert (segment.lat_min, segment.lat_max) == (track.lat.min(), track.lat.max())
    assert (segment.lon_min, segment.lon_max) == (track.lon.min(), track.lon.max())
    assert segment.last.on_ground
    assert segment.last.alt_ft is None
    assert (segment.path[0].t, segment.path[-1].t) == (segment.first.t, segment.last.t)


def test_over_the_antimeridian_a_segment_stays_one() -> None:
    fly = Flight(-18.0, 178.0, 35_000.0).air(3_000, gs=450)
    track = fly.track()
    (segment,) = derive(track).segments
    assert segment.lon_min > 177.0
    assert segment.lon_max < -174.0
    assert off_path_nm(segment, track) <= ERROR_NM


def test_over_the_pole_a_segment_stays_one() -> None:
    north = [destination(80.0, 10.0, 0.0, miles) for miles in np.arange(0.0, 1_200.0, 1.5)]
    fly = Flight(80.0, 10.0, 35_000.0).air(12.0 * len(north), gs=450, course=0.0, step=12)
    track = changed(
        fly.track(),
        slice(None),
        lat=np.array([p[0] for p in north]),
        lon=np.array([p[1] for p in north]),
    )
    derived = derive(track)
    assert derived.rejected == ()
    assert len(derived.segments) == 1


@given(
    legs=st.lists(
        st.tuples(
            st.sampled_from([60.0, 300.0, 900.0]),
            st.sampled_from([90.0, 180.0, 450.0]),
            st.sampled_from([-3.0, -1.0, 0.0, 0.0, 0.5, 3.0]),
        ),
        min_size=1,
        max_size=6,
    ),
    lat=st.sampled_from([-60.0, 0.0, 51.0, 75.0]),
)
@settings(max_examples=40, deadline=None)
def test_no_fix_lies_farther_from_the_path_than_it_says(
    legs: list[tuple[float, float, float]], lat: float
) -> None:
    fly = Flight(lat, 179.0, 20_000.0)
    course = 60.0
    for seconds, gs, turn in legs:
        fly.air(seconds, gs=gs, course=course, turn_dps=turn)
        course = (course + turn * seconds) % 360.0
    track = fly.track()
    for segment in derive(track).segments:
        assert off_path_nm(segment, track) <= segment.path_error_nm + 0.01
        assert segment.path_error_nm <= ERROR_NM


def test_a_straight_path_has_few_points() -> None:
    (segment,) = derive(Flight(0.0, 0.0, 35_000.0).air(7_200, gs=450).track()).segments
    assert len(segment.path) <= segment.fixes / 30


def test_hours_heard_low_and_on_the_ground() -> None:
    fly = landed(t_s=3_000.0)
    (heard,) = derive(fly.track()).heard
    assert (heard.airport, heard.hour, heard.icao24) == ("EHOM", at(0.0), "400000")
    assert heard.ground_fixes == 19
    assert 16 <= heard.low_fixes <= 20  # from 1,000 ft on a 3 degree slope


def test_each_hour_is_counted_by_itself() -> None:
    fly = landed(t_s=3_000.0)
    fly.ground(600)
    assert [h.hour for h in derive(fly.track()).heard] == [at(0.0), at(3_600.0)]


def test_high_above_or_far_away_is_not_heard_there() -> None:
    high = Flight(HOME.lat, HOME.lon - 0.2, 5_000.0).air(600, gs=150)
    far = Flight(HOME.lat + 0.2, HOME.lon - 0.2, 500.0).air(600, gs=150)
    assert derive(high.track()).heard == ()
    assert derive(far.track()).heard == ()


def test_positions_by_multilateration_are_no_evidence_of_coverage() -> None:
    assert derive(changed(landed().track(), slice(None), via=2)).heard == ()


def midnight_stop() -> Track:
    """Lands at 23:50, parks over midnight, leaves at 00:20."""
    fly = landed(t_s=86_400.0 - 900.0)
    fly.ground(1_500, step=30)
    fly.alt_ft = 0.0
    return fly.takeoff().track()


def test_a_day_is_cut_at_its_edges() -> None:
    derived = derive(midnight_stop())
    midnight = at(86_400.0)
    before = clip(derived, at(0.0), midnight)
    after = clip(derived, midnight, midnight + timedelta(days=1))
    assert [m.move for m in before.movements] == ["landing"]
    assert [m.move for m in after.movements] == ["takeoff"]
    (evening,), (morning,) = before.ground_spans, after.ground_spans
    assert evening.last.t < midnight <= morning.first.t
    assert evening.fixes + morning.fixes == derived.ground_spans[0].fixes
    assert (evening.air_change_in, evening.air_change_out) == (True, False)
    assert (morning.air_change_in, morning.air_change_out) == (False, True)
    assert evening.tied
    assert morning.tied
    assert before.segments[-1].last.t <= midnight
    assert after.segments[0].first.t >= midnight


def test_a_cut_segment_keeps_to_the_path() -> None:
    fly = Flight(52.0, 0.0, 35_000.0, t_s=86_000.0).air(900, gs=450)
    whole = derive(fly.track())
    part = clip(whole, at(86_400.0), at(2 * 86_400.0))
    (segment,) = part.segments
    assert segment.first.t == at(86_400.0)
    assert segment.first.row == -1
    assert off_path_nm(segment, fly.track()) <= ERROR_NM
    assert segment.last == whole.segments[0].last


def test_a_gap_over_midnight_belongs_to_both_days() -> None:
    fly = Flight(52.0, 0.0, 35_000.0, t_s=85_000.0).air(600, gs=450).silent(3_600, gs=450)
    derived = derive(fly.air(600, gs=450).track())
    midnight = at(86_400.0)
    assert clip(derived, at(0.0), midnight).gaps == derived.gaps
    assert clip(derived, midnight, midnight + timedelta(days=1)).gaps == derived.gaps
    assert clip(derived, midnight + timedelta(days=1), midnight + timedelta(days=2)).gaps == ()


def test_a_window_that_holds_everything_changes_nothing() -> None:
    derived = derive(lined_up().takeoff().track())
    assert clip(derived, datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)) == (
        derived
    )
