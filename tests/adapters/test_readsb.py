"""Trace files, sound and broken."""

from __future__ import annotations

import gzip
import json
import math
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from adapters._contract import UnreadablePage
from adapters._readsb import TRACE_CAP_BYTES, Trace, read_trace
from adapters._readsb_rows import KINDS, MAX_ROWS
from schemas.records import Via
from tests.adapters.traces import BASE, SHA256, packed, row, trace

T0_US = round(BASE.timestamp() * 1e6)


def read(content: bytes, **expecting: str) -> Trace:
    return read_trace(content, source="adsblol_history", sha256=SHA256, **expecting)


def refusal(content: bytes, **expecting: str) -> str:
    with pytest.raises(UnreadablePage) as caught:
        read(content, **expecting)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert sentence.isprintable()
    return sentence


def rejected(*rows: Any, **head: Any) -> dict[str, int]:
    """Reads the rows between two sound ones, which must survive; what was rejected and why."""
    result = read(trace([row(0.0), *rows, row(99.0)], **head))
    assert result.track.row.tolist()[0] == 0
    assert result.track.row.tolist()[-1] == len(rows) + 1
    assert len(result.track) + sum(r.count for r in result.rejected) == len(rows) + 2
    assert all(r.sample.startswith("row ") for r in result.rejected)
    return {r.why: r.count for r in result.rejected}


# what a sound file says


def test_a_row_becomes_a_fix() -> None:
    track = read(trace([row(12.34)])).track
    assert track.icao24 == "14fc0b"
    assert track.source == "adsblol_history"
    assert track.captures == (SHA256,)
    assert track.t_us.tolist() == [T0_US + 12_340_000]
    assert (track.lat[0], track.lon[0]) == (53.88, 28.03)
    assert (track.alt_baro_ft[0], track.alt_geom_ft[0]) == (3025, 3200)
    assert (track.gs_kt[0], track.rate_fpm[0]) == (140.5, -704)
    assert not track.on_ground[0]
    assert track.via[0] == Via.ADSB


def test_gzip_is_told_by_its_bytes() -> None:
    text = trace([row()])
    assert read(packed(text)).track.t_us.tolist() == read(text).track.t_us.tolist()


def test_on_the_ground_there_is_no_pressure_altitude() -> None:
    track = read(trace([row(alt="ground", geom=5250), row(5)])).track
    assert track.on_ground.tolist() == [True, False]
    assert math.isnan(track.alt_baro_ft[0])
    assert track.alt_geom_ft[0] == 5250


def test_an_unknown_altitude_is_not_the_ground() -> None:
    track = read(trace([row(alt=None, geom=None)])).track
    assert not track.on_ground[0]
    assert math.isnan(track.alt_baro_ft[0])


@pytest.mark.parametrize("flags", [8, 9, 13])
def test_an_altitude_flagged_geometric_is_no_pressure_altitude(flags: int) -> None:
    track = read(trace([row(flags=flags, alt=3825, geom=None)])).track
    assert track.alt_geom_ft[0] == 3825
    assert math.isnan(track.alt_baro_ft[0])
    assert track.flags[0] == flags


def test_a_geometric_flag_on_the_ground_leaves_the_ground() -> None:
    track = read(trace([row(flags=13, alt="ground", geom=3825)])).track
    assert track.on_ground[0]
    assert track.alt_geom_ft[0] == 3825


def test_the_geometric_rate_stands_in_for_a_missing_one() -> None:
    track = read(
        trace([row(rate=None, geom_rate=64), row(1, rate=-64, geom_rate=0), row(2, rate=None)])
    ).track
    assert track.rate_fpm[:2].tolist() == [64, -64]
    assert math.isnan(track.rate_fpm[2])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_position_has_its_place(kind: str) -> None:
    said = read(trace([row(kind=kind)])).track.via[0]
    expected = {
        "adsb": Via.ADSB,
        "adsr": Via.TISB,  # a ground station speaks, not the aircraft
        "tisb": Via.TISB,
        "adsc": Via.ADSC,
        "mlat": Via.MLAT,
        "mode": Via.MODE_S,
    }
    assert said == expected.get(kind[:4], Via.OTHER)


def test_a_kind_of_position_yet_unknown_is_kept_as_the_weakest() -> None:
    result = read(trace([row(kind="adsb_icao"), row(1, kind="satellite_dream"), row(2, kind=None)]))
    assert result.track.via.tolist() == [Via.ADSB, Via.OTHER, Via.OTHER]
    assert result.rejected == ()


def test_rows_stay_in_the_order_of_the_file() -> None:
    track = read(trace([row(9), row(3), row(3), row(6)])).track
    assert ((track.t_us - T0_US) / 1e6).tolist() == [9, 3, 3, 6]


def test_the_base_time_need_not_be_midnight() -> None:
    track = read(trace([row(10.5)], timestamp=1738703622.619)).track
    assert track.t_us.tolist() == [1738703633_119_000]


@pytest.mark.parametrize("day", ["2016-08-01", "2016/08/01", "2016.08.01", "20160801"])
@pytest.mark.parametrize("rest", ["", "T00:00:00Z", " 00:00"])
def test_a_date_stands_in_for_the_timestamp(day: str, rest: str) -> None:
    track = read(trace([row(60)], timestamp=None, date=day + rest)).track
    assert track.t_us.tolist() == [int(datetime(2016, 8, 1, 0, 1, tzinfo=UTC).timestamp()) * 10**6]


@pytest.mark.parametrize("width", range(9, 15))
def test_rows_of_every_width_are_read(width: int) -> None:
    track = read(trace([row(s)[:width] for s in range(5)])).track
    assert len(track) == 5
    assert track.alt_baro_ft.tolist() == [3025] * 5
    assert np.isnan(track.alt_geom_ft).all() == (width < 11)
    assert set(track.via.tolist()) == {Via.OTHER if width < 10 else Via.ADSB}


def test_rows_of_several_widths_are_read_together() -> None:
    rows = [row(0)[:9], row(1)[:9], row(2), row(3)[:11], [1, 2]]
    result = read(trace(rows))
    assert result.track.row.tolist() == [0, 1, 2, 3]
    assert [r.why for r in result.rejected] == ["row too short"]


def test_a_file_larger_than_one_piece_keeps_all_its_rows() -> None:
    rows = [row(s / 10, details={"nic": s % 9} if s % 4 == 0 else None) for s in range(5_000)]
    track = read(trace(rows)).track
    assert track.row.tolist() == list(range(5_000))
    assert track.nic.tolist() == [(s - s % 4) % 9 for s in range(5_000)]


def test_lists_and_brackets_inside_details_do_not_split_a_row() -> None:
    details = {"nav_modes": ["autopilot", "],["], "z": [[1], [2]], "flight": "],[", "nic": 8}
    track = read(trace([row(s, details=details) for s in range(3_000)])).track
    assert len(track) == 3_000
    assert set(track.nic.tolist()) == {8}


def test_an_empty_trace_is_an_empty_track() -> None:
    result = read(trace([]))
    assert len(result.track) == 0
    assert result.statement is None


# identity


def test_the_header_is_a_look_up_for_the_days_of_the_trace() -> None:
    statement = read(trace([row(0), row(86_400 + 60)], r=" ra-64523 ")).statement
    assert statement is not None
    assert statement.registration == "RA-64523"
    assert statement.icao24 == "14fc0b"
    assert statement.type_code == "T204"
    assert statement.operator == "ROSSIYA"
    assert statement.basis == "lookup"
    assert (statement.valid_from, statement.valid_to) == (date(2024, 5, 1), date(2024, 5, 3))


def test_an_address_that_is_none_is_kept_apart() -> None:
    result = read(trace([row()], icao="~2A3B4C"))
    assert result.track.icao24 == "~2a3b4c"
    assert result.statement is None


@pytest.mark.parametrize("name", [None, "", "  ", 64523, ["RA-64523"], "R" * 40, "RA\n64523"])
def test_a_registration_that_is_none_states_nothing(name: Any) -> None:
    assert read(trace([row()], r=name)).statement is None


# rows that are not believed

NUMBERS = {
    "offset_s": "time",
    "lat": "latitude",
    "lon": "longitude",
    "alt": "altitude",
    "gs": "ground speed",
    "track": "track",
    "flags": "flags",
    "rate": "vertical rate",
    "geom": "geometric altitude",
    "geom_rate": "geometric rate",
    "ias": "airspeed",
    "roll": "roll",
}


@pytest.mark.parametrize("column", NUMBERS)
@pytest.mark.parametrize("value", ["x", "12", True, [], {}, [[[]]], {"a": {"b": [1]}}])
def test_a_wrong_type_in_any_column_rejects_the_row(column: str, value: Any) -> None:
    assert rejected(row(**{column: value})) == {f"{NUMBERS[column]} of the wrong type": 1}


@pytest.mark.parametrize("column", NUMBERS)
@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 5000])
def test_what_is_no_number_rejects_the_row(column: str, written: str) -> None:
    changed: dict[str, Any] = {column: "HERE"}
    text = trace([row(), row(**changed), row()]).replace(b'"HERE"', written.encode())
    result = read(text)
    assert result.track.row.tolist() == [0, 2]
    assert [r.count for r in result.rejected] == [1]
    assert result.rejected[0].why.startswith(NUMBERS[column])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("lat", 91),
        ("lat", -90.001),
        ("lon", 181),
        ("lon", 270),
        ("lon", -180.5),
        ("alt", 200_000),
        ("alt", -6_000),
        ("geom", 1e9),
        ("geom", 1e300),
        ("alt", -1e300),
        ("alt", 1e39),
        ("gs", -1),
        ("gs", 9_999),
        ("track", 361),
        ("track", -1),
        ("rate", 200_000),
        ("geom_rate", -200_000),
        ("flags", -1),
        ("flags", 256),
        ("offset_s", 900_000),
        ("offset_s", -900_000),
        ("offset_s", 1e300),
        ("lat", 10**30),
    ],
)
def test_a_number_out_of_bounds_rejects_the_row(column: str, value: float) -> None:
    assert rejected(row(**{column: value})) == {f"{NUMBERS[column]} out of range": 1}


@pytest.mark.parametrize("value", [None, "null"])
@pytest.mark.parametrize("column", ["offset_s", "lat", "lon", "flags"])
def test_a_row_without_time_or_place_is_rejected(column: str, value: Any) -> None:
    assert rejected(row(**{column: value})) == {f"{NUMBERS[column]} of the wrong type": 1}


@pytest.mark.parametrize("value", [90, -90])
def test_the_poles_and_the_antimeridian_are_places(value: float) -> None:
    assert rejected(row(lat=value, lon=value * 2)) == {}


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ([], "row too short"),
        ([1, 2, 3], "row too short"),
        (row()[:8], "row too short"),
        ([*row(), 1], "row too long"),
        (None, "row is no list"),
        ("row", "row is no list"),
        ({"lat": 1}, "row is no list"),
        (7, "row is no list"),
    ],
)
def test_what_is_no_row_is_rejected(raw: Any, why: str) -> None:
    assert rejected(raw) == {why: 1}


@pytest.mark.parametrize(
    ("details", "why"),
    [
        ([], "details of the wrong type"),
        ("x", "details of the wrong type"),
        (1, "details of the wrong type"),
        ({"nic": "8"}, "details (nic) of the wrong type"),
        ({"nic": 16}, "details (nic) out of range"),
        ({"nac_p": -1}, "details (nac_p) out of range"),
        ({"sil": 4}, "details (sil) out of range"),
        ({"sil": 1.5}, "details (sil) of the wrong type"),
        ({"nav_qnh": 10_132}, "details (nav_qnh) out of range"),
        ({"nav_qnh": [1013]}, "details (nav_qnh) of the wrong type"),
        ({"flight": 7}, "details (flight) of the wrong type"),
        ({"squawk": {}}, "details (squawk) of the wrong type"),
    ],
)
def test_details_that_are_wrong_reject_the_row(details: Any, why: str) -> None:
    assert rejected(row(details=details)) == {why: 1}


def test_reasons_are_counted_and_the_first_of_each_is_shown() -> None:
    result = read(trace([row(lat=95), row(), row(lat=96), row(lon=999), row(lat=97)]))
    assert [(r.why, r.count) for r in result.rejected] == [
        ("latitude out of range", 3),
        ("longitude out of range", 1),
    ]
    assert result.rejected[0].sample.startswith("row 0: [0.0, 95")
    assert len(result.track) == 1


def test_times_outside_the_possible_are_rejected_one_by_one() -> None:
    assert rejected(row(-3_600), timestamp=1_800.0) == {"time out of range": 1}
    late = datetime(2099, 12, 31, 12, tzinfo=UTC).timestamp()
    result = read(trace([row(0), row(43_199), row(43_200)], timestamp=late))
    assert result.track.row.tolist() == [0, 1]
    assert [r.why for r in result.rejected] == ["time out of range"]


def test_a_file_of_bad_rows_only_is_an_empty_track() -> None:
    result = read(trace([row(lat=91), [1]]))
    assert len(result.track) == 0
    assert result.statement is None
    assert sum(r.count for r in result.rejected) == 2


@pytest.mark.parametrize("flight", ["\ud800", "AB\nC", "TOOLONGCALL", "ÄÖÜ", "<b>"])
def test_a_callsign_that_is_none_is_rejected_and_the_fix_kept(flight: str) -> None:
    result = read(trace([row(details={"flight": flight}), row(1)]))
    if flight == "<b>":  # ugly, but what a transponder can send
        assert [name for _, name in result.track.callsigns] == ["<b>"]
    else:
        assert [r.why for r in result.rejected] == ["callsign unreadable"]
        assert result.rejected[0].sample.isprintable()
        assert result.track.callsigns == ()
    assert len(result.track) == 2


def test_a_squawk_that_is_none_is_rejected_and_the_fix_kept() -> None:
    result = read(trace([row(details={"squawk": "7800"}), row(1, details={"squawk": "7700"})]))
    assert [r.why for r in result.rejected] == ["squawk unreadable"]
    assert [code for _, code in result.track.squawks] == ["7700"]


# files that are no trace


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"<!DOCTYPE html><html><body>Just a moment...</body></html>", "web page"),
        (b"\n <html>", "web page"),
        (b"not json", "not JSON"),
        (b"[1, 2]", "no trace"),
        (b"null", "no trace"),
        (b'"trace"', "no trace"),
        (b"{}", "neither timestamp nor date"),
        (b'{"icao": "14fc0b", "timestamp": 1700000000}', "no list of positions"),
        (b'{"icao": "14fc0b", "timestamp": 1700000000, "trace": {}}', "is no list"),
        (b'{"icao": "14fc0b", "timestamp": 1700000000, "trace": null}', "no list of positions"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not JSON"),
        (b"\xff\xfe{\x00", "not JSON"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 50_000, "nested"),
    ],
)
def test_what_is_no_trace_is_refused_with_a_sentence(content: bytes, says: str) -> None:
    assert says in refusal(content)
    if content:
        assert says in refusal(packed(content))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_not_taken_for_the_whole(share: float) -> None:
    text = trace([row(s) for s in range(300)])
    assert "ends in the middle" in refusal(text[: int(len(text) * share)])
    small = packed(text)
    assert "ends too early" in refusal(small[: int(len(small) * share)])


def test_a_damaged_compressed_file_is_refused() -> None:
    small = packed(trace([row(s) for s in range(300)]))
    assert "checksum" in refusal(small[:-8] + b"\0\0\0\0" + small[-4:])


def test_a_bomb_is_refused() -> None:
    bomb = gzip.compress(b" " * (TRACE_CAP_BYTES + 1))
    assert len(bomb) < TRACE_CAP_BYTES / 500
    assert "larger than" in refusal(bomb)
    assert "larger than" in refusal(b" " * (TRACE_CAP_BYTES + 1))


def test_a_file_with_far_too_many_rows_is_refused() -> None:
    assert "far more" in refusal(
        b'{"icao":"14fc0b","timestamp":1700000000,"trace":[%b1]}' % (b"0," * MAX_ROWS)
    )
    assert "far more" in refusal(
        b'{"icao":"14fc0b","timestamp":1700000000,"trace":[%b[]]}' % (b"[]," * 2 * MAX_ROWS)
    )


@pytest.mark.parametrize("key", ["icao", "timestamp", "trace", "r", "desc"])
def test_a_key_said_twice_is_refused(key: str) -> None:
    for place in (b"{", b'"trace": '):
        text = trace([row()], desc="TUPOLEV Tu-204").replace(
            place, place.replace(b'"trace"', b'"' + key.encode() + b'": [], "trace"'), 1
        )
        if place == b"{":
            text = b'{"%b": [],' % key.encode() + text[1:]
        assert f"{key} twice" in refusal(text)


@pytest.mark.parametrize(
    "icao",
    [
        "zzzzzz",
        "../../etc/passwd",
        "",
        "14fc0",
        "14fc0b0",
        "~",
        "~~14fc0b",
        1_375_243,
        True,
        "１４ｆｃ０ｂ",
    ],
)
def test_what_is_no_address_is_refused(icao: Any) -> None:
    assert "address" in refusal(trace([row()], icao=icao))
    assert "address" in refusal(trace([row(lat=99)], icao=icao))


def test_a_file_without_an_address_is_refused() -> None:
    assert "which aircraft" in refusal(trace([row()], icao=None))


def test_a_file_about_another_aircraft_is_refused() -> None:
    content = trace([row()])
    assert len(read(content, expect_icao24="14fc0b").track) == 1
    assert "14fc0c" in refusal(content, expect_icao24="14fc0c")


@pytest.mark.parametrize(
    "timestamp",
    ["1700000000", [], {}, True, -1.0, 4_102_444_800.0, 1_700_000_000_000, 1e300, 10**400],
)
def test_an_odd_timestamp_is_refused(timestamp: Any) -> None:
    assert "timestamp" in refusal(trace([row()], timestamp=timestamp))


def test_a_timestamp_that_is_no_number_is_refused() -> None:
    for written in (b"NaN", b"Infinity", b"1e999"):
        text = trace([row()], timestamp="HERE").replace(b'"HERE"', written)
        assert "timestamp" in refusal(text)


@pytest.mark.parametrize(
    "day", ["2023-02-30", "yesterday", "", 20160801, "1969-12-31", "2100-01-01"]
)
def test_an_odd_date_is_refused(day: Any) -> None:
    assert "date" in refusal(trace([row()], timestamp=None, date=day))


def test_strings_that_are_no_text_do_no_harm() -> None:
    text = trace([row(details={"category": "HERE"})], ownOp="HERE").replace(b"HERE", b"\xff\xc0")
    assert len(read(text).track) == 1
    surrogate = trace([row()], desc="\ud800", ownOp="\udfff", r="\ud800")
    assert len(read(surrogate).track) == 1
    assert json.loads(surrogate)["r"] == "\ud800"
    assert read(surrogate).statement is None


def test_a_lone_surrogate_where_a_word_is_expected_rejects_the_row() -> None:
    assert rejected(row(alt="\ud800")) == {"row holds text that is none": 1}
    assert rejected(row(details={"\ud800": 1})) == {"row holds text that is none": 1}
