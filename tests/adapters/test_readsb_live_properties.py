"""Live replies, whatever they hold; and a flight polled live is the flight."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters._contract import UnreadablePage
from adapters._readsb_live import read_live
from tests.adapters.pages import assert_sentence, page
from tests.simulator.day import simulate, to_track
from tests.upstream.replies import v2_reply
from tests.upstream.sky import NOON, SOUND, flown, item

values: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=8),
    st.just("ground"),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.sampled_from(["lat", "lon", "seen_pos", "age"]), st.floats(), max_size=3),
)
keys = st.sampled_from([*SOUND, "lastPosition", "gpsOkBefore", "now", "true_heading", "new_field"])
items = st.one_of(values, st.dictionaries(keys, values, max_size=4).map(lambda d: {**SOUND, **d}))


@settings(max_examples=150)
@given(st.lists(items, max_size=6))
def test_every_item_is_a_fix_or_is_counted(raw: list[Any]) -> None:
    reply = read_live(page("adsblol", json.dumps(v2_reply(raw, NOON)).encode()))
    beside = {"callsign unreadable", "squawk unreadable", "address is nobody's"}
    beside |= {"registration cannot be one", "kind of position not known; kept as other"}
    counted = sum(
        rejected.count
        for rejected in reply.rejected
        if rejected.why not in beside and not rejected.why.startswith("field not known")
    )
    assert sum(map(len, reply.tracks)) + counted == len(raw)
    for track in reply.tracks:
        assert bool(np.isfinite(track.lat).all() and np.isfinite(track.lon).all())
        assert bool((np.abs(track.lat) <= 90).all() and (np.abs(track.lon) <= 180).all())
        latest_us = (NOON.timestamp() + 60) * 1e6
        assert bool(((track.t_us >= 0) & (track.t_us <= latest_us)).all())


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(["ac", "aircraft", "now", "msg", "total", "message"]),
        st.one_of(values, st.lists(values, max_size=2)),
    )
)
def test_a_reply_is_read_or_told_in_a_sentence(document: dict[str, Any]) -> None:
    try:
        read_live(page("adsblol", json.dumps(document).encode()))
    except UnreadablePage as error:
        assert_sentence(error)


@settings(max_examples=60)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_told_in_a_sentence(content: bytes) -> None:
    try:
        read_live(page("adsblol", content))
    except UnreadablePage as error:
        assert_sentence(error)


@given(
    seen_pos=st.floats(0, 10).map(lambda age: round(age, 3)),
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    alt=st.integers(-1_000, 60_000),
    gs=st.floats(0, 900),
)
@settings(max_examples=60)
def test_what_is_said_is_what_is_read(
    seen_pos: float, lat: float, lon: float, alt: int, gs: float
) -> None:
    raw = item(seen_pos=seen_pos, lat=lat, lon=lon, alt_baro=alt, gs=gs)
    (track,) = read_live(page("adsblol", json.dumps(v2_reply([raw], NOON)).encode())).tracks
    assert abs(int(track.t_us[0]) / 1e6 - (NOON.timestamp() - seen_pos)) <= 0.0011
    assert (track.lat[0], track.lon[0], track.alt_baro_ft[0]) == (lat, lon, alt)
    assert track.gs_kt[0] == np.float32(gs)


def test_a_flight_that_is_polled_shows_fixes_of_the_flight_and_no_others() -> None:
    """The same position polled twice has the same time, so that it can be told to be the same."""
    track = to_track(simulate(7))
    sky = flown([track], registrations={track.icao24: "RA-64523"})
    start = datetime.fromtimestamp(int(track.t_us[0]) / 1e6, UTC)
    truth = {
        (round(t / 1e3), round(lat, 6), round(lon, 6))
        for t, lat, lon in zip(
            track.t_us.tolist(), track.lat.tolist(), track.lon.tolist(), strict=True
        )
    }
    seen = set()
    polled = 0
    for poll in range(400):
        now = start + timedelta(seconds=2.5 * poll)
        document = json.dumps(v2_reply(sky(now), now)).encode()
        for heard in read_live(page("adsblol", document)).tracks:
            assert heard.icao24 == track.icao24
            polled += len(heard)
            seen |= {
                (round(t / 1e3), lat, lon)
                for t, lat, lon in zip(
                    heard.t_us.tolist(), heard.lat.tolist(), heard.lon.tolist(), strict=True
                )
            }
    assert polled > len(seen) > 20
    assert seen <= truth


def test_an_aircraft_that_talks_on_without_positions_makes_no_fixes_of_the_old_one() -> None:
    """Polled for a minute after its last position, at every second."""
    for age in range(61):
        raw = item(seen_pos=float(age), seen=0.1)
        reply = read_live(page("adsblol", json.dumps(v2_reply([raw], NOON)).encode()))
        assert bool(reply.tracks) == (age <= 10)
        assert bool(reply.unused) == (age > 10)
