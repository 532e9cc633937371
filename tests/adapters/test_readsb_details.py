"""What stands on every fourth row, carried to the rows between."""

from __future__ import annotations

import math
from typing import Any

import pytest

from adapters._readsb import read_trace
from schemas.records import Track, Via
from tests.adapters.traces import BASE, SHA256, row, trace

T0_US = round(BASE.timestamp() * 1e6)


def read(*rows: list[Any]) -> Track:
    return read_trace(trace(list(rows)), source="s", sha256=SHA256).track


def test_what_is_said_holds_until_said_anew() -> None:
    track = read(
        row(0),
        row(10, details={"nic": 8, "nac_p": 10, "sil": 3, "nav_qnh": 1013.2}),
        row(20),
        row(30, details={"nac_p": 9}),
        row(40),
        row(50, details={"nic": 0, "sil": 0, "nav_qnh": 998.4}),
    )
    assert track.nic.tolist() == [-1, 8, 8, 8, 8, 0]
    assert track.nac_p.tolist() == [-1, 10, 10, 9, 9, 9]
    assert track.sil.tolist() == [-1, 3, 3, 3, 3, 0]
    assert math.isnan(track.qnh_hpa[0])
    assert track.qnh_hpa[1:].round(1).tolist() == pytest.approx([1013.2] * 4 + [998.4], abs=0.1)


def test_a_file_without_details_says_nothing() -> None:
    track = read(row(0), row(10))
    assert track.nic.tolist() == track.nac_p.tolist() == track.sil.tolist() == [-1, -1]
    assert all(math.isnan(qnh) for qnh in track.qnh_hpa)


@pytest.mark.parametrize(("silence_s", "holds"), [(600.0, True), (600.01, False)])
def test_a_long_silence_ends_it(silence_s: float, holds: bool) -> None:
    track = read(
        row(0, details={"nic": 8, "nav_qnh": 1013.0}),
        row(silence_s),
        row(silence_s + 9, details={"nac_p": 9}),
    )
    assert track.nic.tolist() == [8, 8, 8] if holds else [8, -1, -1]
    assert math.isnan(track.qnh_hpa[1]) is not holds
    assert track.nac_p.tolist() == [-1, -1, 9]


def test_a_clock_that_jumps_back_ends_it_too() -> None:
    track = read(row(9_000, details={"nic": 8}), row(10), row(20, details={"nic": 7}), row(30))
    assert track.nic.tolist() == [8, -1, 7, 7]


def test_a_new_leg_ends_it() -> None:
    track = read(
        row(0, details={"nic": 8, "sil": 3}),
        row(10, flags=2),
        row(20),
        row(30, flags=3, details={"nic": 7}),
        row(40),
    )
    assert track.nic.tolist() == [8, -1, -1, 7, 7]
    assert track.sil.tolist() == [3, -1, -1, -1, -1]


def test_callsigns_and_squawks_are_noted_where_they_change() -> None:
    track = read(
        row(0, details={"flight": "RSD010  ", "squawk": "1200"}),
        row(10, details={"flight": "RSD010  "}),
        row(20, details={"flight": "        ", "squawk": "1200"}),
        row(30, details={"flight": "RSD011  ", "squawk": "7700"}),
        row(40, details={"flight": "RSD010"}),
    )
    assert track.callsigns == (
        (T0_US, "RSD010"),
        (T0_US + 30_000_000, "RSD011"),
        (T0_US + 40_000_000, "RSD010"),
    )
    assert track.squawks == ((T0_US, "1200"), (T0_US + 30_000_000, "7700"))


def test_in_short_rows_the_kind_is_carried_and_the_altitude_is_not() -> None:
    rows = [
        row(0)[:9],
        row(10, details={"type": "mlat", "alt_geom": 3300})[:9],
        row(20)[:9],
        row(30, details={"nic": 8})[:9],
        row(40, flags=2)[:9],
        row(50, details={"type": "something_new"})[:9],
    ]
    track = read(*rows)
    assert track.via.tolist() == [
        Via.OTHER,
        Via.MLAT,
        Via.MLAT,
        Via.MLAT,
        Via.OTHER,
        Via.OTHER,
    ]
    assert track.alt_geom_ft[1] == 3300
    assert all(math.isnan(track.alt_geom_ft[i]) for i in (0, 2, 3, 4, 5))


def test_in_full_rows_the_column_counts_and_not_the_details() -> None:
    track = read(row(0, kind="adsb_icao", details={"type": "mlat", "alt_geom": 9_000}))
    assert track.via.tolist() == [Via.ADSB]
    assert track.alt_geom_ft.tolist() == [3200]
