"""Live replies of the readsb family: what becomes a fix, what does not, and why."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from adapters._contract import Page, UnreadablePage
from adapters._readsb_live import LiveReply, read_live
from schemas.records import Flag, Rejected, Track, Via
from tests.adapters.pages import assert_sentence, page
from tests.upstream.replies import aircraft_json, v2_reply
from tests.upstream.sky import HAND_MADE, JAMMED, LOST, MLAT, NO_POSITION, NOON, ROUGH, TISB, item


def reply_page(document: object) -> Page:
    return page("adsblol", json.dumps(document).encode())


def read(*items: Any) -> LiveReply:
    return read_live(reply_page(v2_reply(items, NOON)))


def only(reply: LiveReply) -> Track:
    (track,) = reply.tracks
    assert len(track) == 1
    return track


def why(reply: LiveReply) -> dict[str, int]:
    return {rejected.why: rejected.count for rejected in reply.rejected}


def t_of(track: Track) -> datetime:
    return datetime.fromtimestamp(int(track.t_us[0]) / 1e6, UTC)


def test_a_sound_item_becomes_a_fix() -> None:
    track = only(read(item()))
    assert (track.icao24, track.source) == ("14fc0b", "adsblol")
    assert t_of(track) == NOON - timedelta(milliseconds=512)
    assert (track.lat[0], track.lon[0]) == (54.987305, 32.512207)
    assert (track.alt_baro_ft[0], track.alt_geom_ft[0]) == (33000, 33525)
    assert not track.on_ground[0]
    assert track.gs_kt[0] == np.float32(451.3)
    assert track.track_deg[0] == np.float32(262.18)
    assert track.rate_fpm[0] == -64
    assert (track.nic[0], track.nac_p[0], track.sil[0]) == (8, 9, 3)
    assert track.qnh_hpa[0] == np.float32(1013.6)
    assert (track.flags[0], track.via[0], track.row[0]) == (0, Via.ADSB, 0)
    assert track.callsigns == ((int(track.t_us[0]), "RSD010"),)
    assert track.squawks == ((int(track.t_us[0]), "4021"),)


def test_seconds_and_milliseconds_are_told_apart() -> None:
    in_ms = read_live(reply_page(v2_reply([item()], NOON)))
    in_s = read_live(reply_page(aircraft_json([item()], NOON)))
    assert in_ms.now == in_s.now == NOON
    assert only(in_ms).t_us.tolist() == only(in_s).t_us.tolist()


def test_ground_is_a_word_in_the_altitude() -> None:
    track = only(read(item(alt_baro="ground", track=None, true_heading=131.2)))
    assert track.on_ground[0]
    assert math.isnan(track.alt_baro_ft[0])
    assert track.track_deg[0] == np.float32(131.2)


def test_the_heading_is_no_track_in_the_air() -> None:
    assert math.isnan(only(read(item(track=None, true_heading=131.2))).track_deg[0])


def test_a_geometric_rate_is_flagged() -> None:
    track = only(read(item(baro_rate=None, geom_rate=-704)))
    assert (track.rate_fpm[0], track.flags[0]) == (-704, Flag.RATE_GEOMETRIC)
    both = only(read(item(geom_rate=-704)))
    assert (both.rate_fpm[0], both.flags[0]) == (-64, 0)


OLD = "position older than what else is said"


@pytest.mark.parametrize(("seen_pos", "seen"), [(10.2, 0.1), (45.0, 30.0), (45.0, None)])
def test_a_position_older_than_the_rest_of_its_item_is_no_fix(
    seen_pos: float, seen: float | None
) -> None:
    """Its altitude and its ground flag may belong a minute farther on."""
    reply = read(item(seen_pos=seen_pos, seen=seen))
    assert reply.tracks == ()
    assert why(reply) == {OLD: 1}
    assert reply.unused == {"14fc0b": NOON - timedelta(seconds=seen_pos)}
    assert reply.statements[0].registration == "RA-64523"


@pytest.mark.parametrize(
    ("seen_pos", "seen"), [(9.9, 0.1), (45.0, 44.1), (45.0, 36.0), (9.9, None)]
)
def test_an_old_position_with_nothing_newer_is_one_moment(
    seen_pos: float, seen: float | None
) -> None:
    track = only(read(item(seen_pos=seen_pos, seen=seen)))
    assert t_of(track) == NOON - timedelta(seconds=seen_pos)
    assert (track.alt_baro_ft[0], track.flags[0]) == (33000, 0)


def test_the_last_position_is_of_its_own_time_and_no_fix() -> None:
    for last in (LOST["lastPosition"], {"lat": 53.6, "lon": 27.2, "age": 73.1}):
        reply = read({**LOST, "lastPosition": last})
        assert reply.tracks == ()
        assert why(reply) == {OLD: 1}
        assert reply.unused == {"1500aa": NOON - timedelta(seconds=73.1)}


def test_of_two_positions_that_are_no_fixes_the_later_one_counts() -> None:
    reply = read(item(seen_pos=40, seen=1), item(seen_pos=20, seen=1), item(seen_pos=30, seen=1))
    assert reply.unused == {"14fc0b": NOON - timedelta(seconds=20)}


def test_a_rough_guess_is_no_fix() -> None:
    assert why(read(ROUGH)) == {"heard, but without a position": 1}
    assert read(ROUGH).tracks == ()


def test_who_is_heard_without_a_position_is_counted_and_named() -> None:
    reply = read(NO_POSITION)
    assert reply.tracks == ()
    assert why(reply) == {"heard, but without a position": 1}
    assert reply.doubtful == frozenset()
    assert reply.statements[0].registration == "RA-64769"


@pytest.mark.parametrize(
    ("changed", "via"),
    [
        ({}, Via.ADSB),
        ({"type": "adsr_icao"}, Via.TISB),
        ({"type": "tisb_icao"}, Via.TISB),
        ({"type": "adsc"}, Via.ADSC),
        ({"type": "mlat"}, Via.MLAT),
        ({"type": "mode_s"}, Via.MODE_S),
        ({"type": None}, Via.OTHER),
        ({"type": "adsb_icao", "mlat": ["track", "baro_rate"]}, Via.ADSB),
        ({"type": "adsb_icao", "mlat": ["lat", "lon"]}, Via.MLAT),
        ({"type": "adsb_icao", "tisb": ["lat", "lon"]}, Via.TISB),
    ],
)
def test_how_a_position_came(changed: dict[str, Any], via: Via) -> None:
    assert only(read(item(**changed))).via[0] == via


def test_a_kind_not_known_is_kept_as_other_and_told() -> None:
    reply = read(item(type="adsx"))
    assert only(reply).via[0] == Via.OTHER
    assert why(reply) == {"kind of position not known; kept as other": 1}


def test_a_degraded_gps_costs_the_integrity() -> None:
    assert JAMMED["nic"] == 8
    assert only(read(JAMMED)).nic[0] == 0


def test_an_address_that_is_none_keeps_its_mark_and_is_nobody() -> None:
    reply = read({**TISB, "r": "RA-64523"})
    assert only(reply).icao24 == "~2688a2"
    assert reply.statements == ()


def test_the_look_up_holds_for_the_day_of_the_reply() -> None:
    (statement,) = read(item(ownOp=" Rossiya  SLO ")).statements
    assert (statement.registration, statement.icao24) == ("RA-64523", "14fc0b")
    assert (statement.type_code, statement.operator, statement.basis) == (
        "T204",
        "Rossiya SLO",
        "lookup",
    )
    assert (statement.valid_from, statement.valid_to) == (date(2026, 1, 2), date(2026, 1, 3))


def test_a_registration_that_cannot_be_one_is_told_and_the_fix_kept() -> None:
    reply = read(item(r="../../etc"))
    assert len(only(reply)) == 1
    assert reply.statements == ()
    assert why(reply) == {"registration cannot be one": 1}


def test_several_items_of_one_aircraft_are_one_track() -> None:
    reply = read(item(), MLAT, item(lat=54.9, seen_pos=1.5))
    assert [(track.icao24, len(track)) for track in reply.tracks] == [("14fc0b", 2), ("15406f", 1)]
    assert reply.tracks[0].row.tolist() == [0, 2]


def test_items_with_a_time_of_their_own() -> None:
    """As the lines of readsb's JSON port have it."""
    shifted = only(read(item(now=NOON.timestamp() - 3)))
    assert t_of(shifted) == NOON - timedelta(seconds=3.512)
    reply = read(item(now=NOON.timestamp() - 3_600))
    assert why(reply) == {"its own time (now) is not that of the reply": 1}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"lat": 91}, "lat out of range"),
        ({"lon": -180.01}, "lon out of range"),
        ({"lat": "54.9"}, "lat of the wrong type"),
        ({"lat": None}, "half a position"),
        ({"seen_pos": None}, "position without its age (seen_pos)"),
        ({"seen_pos": -1}, "seen_pos out of range"),
        ({"seen_pos": "now"}, "seen_pos of the wrong type"),
        ({"alt_baro": "33000"}, "alt_baro of the wrong type"),
        ({"alt_baro": 200_000}, "alt_baro out of range"),
        ({"alt_baro": True}, "alt_baro of the wrong type"),
        ({"gs": -1}, "gs out of range"),
        ({"track": 361}, "track out of range"),
        ({"nic": 99}, "nic out of range"),
        ({"nav_qnh": 3}, "nav_qnh out of range"),
        ({"mlat": "lat"}, "mlat of the wrong type"),
        ({"hex": "zzzzzz"}, "hex is no address"),
        ({"hex": "../../etc/passwd"}, "hex is no address"),
        ({"hex": None}, "without hex"),
        ({"hex": 14}, "hex of the wrong type"),
        ({"altitude": 33000}, "of an older format (altitude, speed, vert_rate)"),
    ],
)
def test_an_item_that_is_not_believed_is_counted_and_the_others_are_kept(
    changed: dict[str, Any], reason: str
) -> None:
    reply = read(item(**changed), MLAT)
    assert [track.icao24 for track in reply.tracks] == ["15406f"]
    assert why(reply) == {reason: 1}
    address = changed.get("hex", "14fc0b")
    assert reply.doubtful == {address if address == "14fc0b" else ""}
    assert reply.rejected[0].sample.startswith("row 0: ")


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_numbers_that_are_none_reject_their_item(written: str) -> None:
    text = json.dumps(v2_reply([item(lat=12345.0)], NOON)).replace("12345.0", written)
    reply = read_live(page("adsblol", text.encode()))
    assert reply.tracks == ()
    assert sum(why(reply).values()) == 1


def test_an_item_that_says_a_thing_twice_is_not_believed() -> None:
    for text in ('"lat":54.987305,', '"lon":32.512207,'):
        document = json.dumps(v2_reply([item()], NOON), separators=(",", ":"))
        reply = read_live(page("adsblol", document.replace(text, text * 2).encode()))
        assert why(reply) == {"says the same thing twice": 1}


@pytest.mark.parametrize("raw", [None, 1, "14fc0b", [], [item()]])
def test_what_is_no_item_is_counted(raw: Any) -> None:
    assert why(read(raw)) == {"no aircraft but something else": 1}


def test_unreadable_callsigns_and_squawks_cost_nothing_else() -> None:
    reply = read(item(flight="\x00\x01", squawk="d276"))
    track = only(reply)
    assert (track.callsigns, track.squawks) == ((), ())
    assert why(reply) == {"callsign unreadable": 1, "squawk unreadable": 1}


def test_a_field_not_known_is_told_once_with_a_count() -> None:
    reply = read(item(spoofed=True), {**MLAT, "spoofed": False})
    assert len(reply.tracks) == 2
    assert why(reply) == {"field not known: spoofed": 2}
    assert reply.doubtful == frozenset()


def test_no_position_but_unknown_fields_is_no_answer_about_that_aircraft() -> None:
    """The position may be there under another name."""
    moved = item(lat=None, lon=None, latitude=54.9, longitude=32.5)
    assert read(moved, MLAT).doubtful == {"14fc0b"}


def test_many_unknown_fields_are_not_listed_without_end() -> None:
    reply = read(item(**{f"new_{i}": 1 for i in range(500)}))
    assert len(reply.rejected) == 21
    assert reply.rejected[-1] == Rejected(why="more fields not known", count=480)


def test_a_reply_that_says_more_than_it_holds_is_not_whole() -> None:
    document = v2_reply([item()], NOON)
    assert read_live(reply_page(document)).whole
    assert not read_live(reply_page({**document, "total": 2})).whole
    assert not read_live(reply_page({**document, "total": True})).whole
    assert read_live(reply_page(aircraft_json([item()], NOON))).whole


def test_nobody_is_an_answer() -> None:
    for nobody in (v2_reply([], NOON), {**v2_reply([], NOON), "ac": None}):
        reply = read_live(reply_page(nobody))
        assert (reply.tracks, reply.rejected, reply.whole) == ((), (), True)


@pytest.mark.parametrize(
    "document",
    [
        {"ac": [], "msg": "No error"},
        {"ac": [], "now": "noon"},
        {"ac": [], "now": True},
        {"ac": [], "now": -1},
        {"ac": [], "now": 5e15},
        {"now": 1767355200000, "msg": "No error"},
        {"now": 1767355200000, "ac": None},
        {"now": 1767355200000, "ac": {}},
        {"now": 1767355200000, "ac": [], "aircraft": []},
        {"now": 1767355200000, "ac": [], "msg": "Rate limit exceeded"},
        {"message": "You are not subscribed to this API."},
        [],
        "No error",
        None,
    ],
)
def test_what_is_no_reply_is_told_in_a_sentence(document: object) -> None:
    with pytest.raises(UnreadablePage) as error:
        read_live(reply_page(document))
    assert_sentence(error.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"<html>Just a moment</html>", "web page"),
        (b'{"ac":[{"hex":"14fc', "missing"),
        (b'{"now":1,"now":2,"ac":[]}', "twice"),
        (b"[" * 100_000, "nested"),
        (b'{"ac": oops}', "not JSON"),
        (b"[" + b"[]," * 2_000_000 + b"[]]", "more lists"),
    ],
)
def test_bytes_that_are_no_json_are_told_in_a_sentence(content: bytes, says: str) -> None:
    with pytest.raises(UnreadablePage, match=says) as error:
        read_live(page("adsblol", content))
    assert_sentence(error.value)


def test_the_hand_made_sky_is_read_as_it_is_meant() -> None:
    reply = read(*HAND_MADE)
    assert [track.icao24 for track in reply.tracks] == [
        *("14fc0b", "510001", "510002", "~2688a2", "15406f", "1500ac")
    ]
    assert why(reply) == {"heard, but without a position": 2, OLD: 1}
    assert len(reply.statements) == 5
