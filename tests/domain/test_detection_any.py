"""Whatever a track holds: never an exception, always the same answer, always in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.movements import Derived
from schemas.records import TRACK_COLUMNS, Track
from service.domain.detection.detect import clip, detect
from service.domain.detection.stacking import stacked
from service.domain.track import take
from tests.domain.tracks import AWAY, HIGH, HOME, T0_S, airfield, at, landed, world

UNKNOWN = airfield("EUNK", 52.1, 5.1, elevation_ft=None, runways=False, iata="")
WORLD = world(HOME, AWAY, HIGH, UNKNOWN)
ODD = [0.0, -0.0, 90.0, -90.0, 180.0, -180.0, 91.0, 1e9, -1e9, float("nan"), float("inf")]
NEAR = st.floats(-0.3, 0.3)


def column(n: int, values: st.SearchStrategy[float]) -> st.SearchStrategy[list[float]]:
    return st.lists(values, min_size=n, max_size=n)


@st.composite
def any_tracks(draw: st.DrawFn) -> Track:
    """Rows of anything, near an airport for the most part, so that all rules are reached."""
    n = draw(st.integers(0, 40))
    odd = st.sampled_from(ODD)
    columns = {
        "lat": column(n, odd | NEAR.map(lambda d: HOME.lat + d)),
        "lon": column(n, odd | NEAR.map(lambda d: HOME.lon + d)),
        "alt_baro_ft": column(n, odd | st.floats(-500, 6_000)),
        "alt_geom_ft": column(n, odd | st.floats(-500, 6_000)),
        "gs_kt": column(n, odd | st.floats(0, 200)),
        "track_deg": column(n, odd | st.floats(0, 360)),
        "rate_fpm": column(n, odd | st.floats(-3_000, 3_000)),
        "qnh_hpa": column(n, odd | st.floats(940, 1_060)),
        "on_ground": column(n, st.sampled_from([0.0, 0.0, 1.0])),
        "flags": column(n, st.integers(0, 255)),
        "via": column(n, st.sampled_from([0, 1, 1, 1, 2, 3, 4, 5, 9])),
        "nic": column(n, st.integers(-1, 11)),
        "nac_p": column(n, st.integers(-1, 11)),
        "sil": column(n, st.integers(-1, 3)),
    }
    steps = draw(column(n, st.sampled_from([5.0, 5.0, 30.0, 0.0, -60.0, 400.0, 9_000.0])))
    t_us = np.cumsum(np.array(steps, np.float64)) * 1e6 + T0_S * 1e6
    if n and draw(st.booleans()):
        t_us[draw(st.integers(0, n - 1))] = draw(st.sampled_from([-1.0, 0.0, 9e18, 4.2e15]))
    filled: dict[str, Any] = {
        name: np.array(draw(values), np.float64) for name, values in columns.items()
    }
    filled |= {"t_us": t_us, "capture": np.zeros(n), "row": np.arange(n)}
    said = ((int(T0_S * 1e6), "ABC123"),) if draw(st.booleans()) else ()
    with np.errstate(all="ignore"):
        cast: dict[str, Any] = {name: filled[name].astype(kind) for name, kind in TRACK_COLUMNS}
    return Track(icao24="400000", source="any", captures=("a" * 64,), callsigns=said, **cast)


def is_in_order(derived: Derived) -> None:
    for times in (
        [s.first.t for s in derived.segments],
        [m.t_best for m in derived.movements],
        [p.t_best for p in derived.passes],
        [s.first.t for s in derived.ground_spans],
        [h.hour for h in derived.heard],
    ):
        assert times == sorted(times)
    for m in derived.movements:
        assert m.t_earliest <= m.t_best <= m.t_latest
        assert m.grade == "inferred" or (m.method == "ground" and m.airport and not m.rivals)
    for span in derived.ground_spans:
        assert span.first.t <= span.last.t
        assert list(span.times) == sorted(span.times)
    for gap in derived.gaps:
        assert gap.before.t < gap.after.t
    for s in derived.segments:
        assert s.first.t <= s.last.t
        assert s.path[0].t == s.first.t
        assert s.path[-1].t == s.last.t


@given(any_tracks())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_raises_and_all_is_in_order(track: Track) -> None:
    derived = detect(track, WORLD)
    is_in_order(derived)
    assert detect(track, WORLD) == derived
    for day in range(-1, 3):
        is_in_order(clip(derived, at(86_400.0 * day), at(86_400.0 * (day + 1))))
    masks = stacked([track])
    assert not masks["400000"].any()


@given(any_tracks(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_the_rows_does_not_matter_but_is_told(track: Track, seed: int) -> None:
    times, first = np.unique(track.t_us, return_index=True)
    once = take(track, first)
    shuffled = take(once, np.random.default_rng(seed).permutation(len(times)))
    a, b = detect(once, WORLD), detect(shuffled, WORLD)
    assert [m.t_best for m in a.movements] == [m.t_best for m in b.movements]
    assert [m.airport for m in a.movements] == [m.airport for m in b.movements]
    assert len(a.segments) == len(b.segments)


@given(any_tracks(), st.integers(0, 300))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_sound_landing_survives_rubbish_elsewhere_long_after_it(
    track: Track, minutes: int
) -> None:
    own = landed().track()
    later = replace(track, t_us=track.t_us + 10**12 + minutes * 60_000_000, lat=track.lat - 30.0)
    later = take(later, (later.t_us > 0) & (later.t_us < 4_000_000_000_000_000))
    both: dict[str, Any] = {
        name: np.concatenate((getattr(own, name), getattr(later, name))).astype(kind)
        for name, kind in TRACK_COLUMNS
    }
    joined = Track(
        icao24="400000",
        source="any",
        captures=("a" * 64,),
        **both,
    )
    observed = [m for m in detect(joined, WORLD).movements if m.grade == "observed"]
    assert [(m.move, m.airport) for m in observed[:1]] == [("landing", "EHOM")]


def test_an_empty_track_shows_nothing() -> None:
    assert detect(take(landed().track(), slice(0, 0)), WORLD) == Derived()


@pytest.mark.parametrize("row", [0, 40, -1])
def test_one_fix_is_a_segment_nobody_leans_on(row: int) -> None:
    track = landed().track()
    one = take(track, np.array([row % len(track)]))
    (segment,) = detect(one, WORLD).segments
    assert (segment.fixes, segment.usable) == (1, False)


def test_without_any_airport_there_are_segments_and_no_airport() -> None:
    derived = detect(landed().track(), world())
    assert len(derived.segments) == 1
    assert {m.airport for m in derived.movements} <= {None}
    assert {s.airport for s in derived.ground_spans} <= {None}


def test_a_day_s_windows_hold_every_movement_once() -> None:
    fly = landed(t_s=86_300.0)
    derived = detect(fly.track(), WORLD)
    days = [
        clip(derived, at(86_400.0 * day), at(86_400.0 * day) + timedelta(days=1))
        for day in range(3)
    ]
    assert [m for day in days for m in day.movements] == list(derived.movements)


def test_altitudes_that_nobody_says_make_no_strong_grade() -> None:
    track = landed().track()
    silent = replace(track, alt_baro_ft=np.full(len(track), np.nan, np.float32))
    derived = detect(silent, WORLD)
    is_in_order(derived)
    assert all(m.airport in ("EHOM", None) for m in derived.movements)
