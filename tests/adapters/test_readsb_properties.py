"""Whatever the bytes: a trace or a sentence. And what is written reads back as it was."""

from __future__ import annotations

import gzip
import json
import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._contract import UnreadablePage
from adapters._readsb import Trace, read_trace
from schemas.records import TRACK_COLUMNS, Track, Via
from tests.adapters.pages import assert_sentence
from tests.adapters.traces import BASE, SHA256, packed, row, trace, trace_of
from tests.realdata import traffic_sample

T0_US = round(BASE.timestamp() * 1e6)


def read_or_sentence(content: bytes) -> Trace | None:
    """The only two things that may come of any bytes."""
    try:
        result = read_trace(content, source="s", sha256=SHA256)
    except UnreadablePage as error:
        assert_sentence(error)
        return None
    assert_sound(result.track)
    for rejected in result.rejected:
        assert rejected.count > 0
        assert rejected.sample.isprintable()
    return result


def assert_sound(track: Track) -> None:
    """What detection may rely on."""
    for name, dtype in TRACK_COLUMNS:
        column = getattr(track, name)
        assert column.dtype == dtype
        assert column.shape == (len(track),)
    assert (np.abs(track.lat) <= 90).all()
    assert (np.abs(track.lon) <= 180).all()
    assert (track.t_us >= 0).all()
    assert not np.isinf(track.alt_baro_ft).any()
    assert np.isnan(track.alt_baro_ft[track.on_ground]).all()
    assert set(track.via.tolist()) <= set(Via)
    assert ((track.nic >= -1) & (track.nic <= 15)).all()
    assert (np.diff(track.row) > 0).all()


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["ground", "adsb_icao", "~", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


@st.composite
def rows(draw: st.DrawFn) -> Any:
    """Mostly sound rows, some with anything at all in one place."""
    made: list[Any] = row(draw(st.floats(-10, 90_000)), lat=draw(st.floats(-91, 91)))
    if draw(st.booleans()):
        made[8] = draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "nic": st.integers(-1, 17) | json_values,
                    "sil": st.integers(0, 4),
                    "nav_qnh": st.floats(400, 1_600) | json_values,
                    "flight": st.text(max_size=10) | json_values,
                    "squawk": st.text("01234567", min_size=4, max_size=4) | json_values,
                },
            )
        )
    match draw(st.sampled_from(["sound"] * 6 + ["odd", "cut", "anything"])):
        case "odd":
            made[draw(st.integers(0, 13))] = draw(json_values)
        case "cut":
            made = made[: draw(st.integers(0, 13))]
        case "anything":
            return draw(json_values)
    return made


@given(
    st.lists(rows(), max_size=12),
    st.dictionaries(st.sampled_from(["icao", "timestamp", "date", "r", "t", "ownOp"]), json_values),
)
def test_any_rows_under_any_header(made: list[Any], head: dict[str, Any]) -> None:
    result = read_or_sentence(trace(made, **head))
    if result is not None:
        in_rows = [r for r in result.rejected if r.sample.startswith("row ")]
        assert len(result.track) + sum(r.count for r in in_rows) == len(made)


@given(json_values)
def test_any_json(value: Any) -> None:
    read_or_sentence(json.dumps(value).encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    read_or_sentence(content)
    read_or_sentence(b"\x1f\x8b" + content)


@pytest.mark.realdata
@given(st.integers(0, 2**32), st.booleans())
def test_real_files_mutated(seed: int, compressed: bool) -> None:
    """Bytes flipped, cut out, doubled and swapped in the real trace, before or after gzip."""
    chance = random.Random(seed)
    head, _, rest = traffic_sample("readsb/trace_full_ac671b.json").read_bytes().partition(b"[0.00")
    content = bytearray(head + b"[0.00" + rest[: chance.randrange(200, 9_000)] + b"null]]}")
    if compressed:
        content = bytearray(gzip.compress(bytes(content), mtime=0))
    for _ in range(chance.randrange(1, 6)):
        if not content:
            break
        at = chance.randrange(len(content))
        match chance.randrange(5):
            case 0:
                content[at] = chance.randrange(256)
            case 1:
                del content[at : at + chance.randrange(60)]
            case 2:
                content[at:at] = content[at : at + chance.randrange(200)]
            case 3:
                content[at:at] = chance.choice([b"NaN", b"1e999", b"null", b"{", b"]", b'"', b"-"])
            case _:
                content = content[: max(at, 1)]
    read_or_sentence(bytes(content))


@given(st.lists(rows(), min_size=1, max_size=8), st.data())
def test_a_bad_row_costs_none_of_the_others(made: list[Any], data: st.DataObject) -> None:
    """A bad row more changes no other fix, wherever it stands."""
    alone = read_or_sentence(trace(made))
    at = data.draw(st.integers(0, len(made)))
    worse = read_or_sentence(trace([*made[:at], row(lat=91), *made[at:]]))
    assert alone is not None
    assert worse is not None
    for name, _ in TRACK_COLUMNS[:-1]:
        np.testing.assert_array_equal(getattr(worse.track, name), getattr(alone.track, name))
    assert worse.track.callsigns == alone.track.callsigns


def floats(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, width=32) | st.just(math.nan)


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    """Tracks as a trace can say them: integrity in every row, so that nothing is carried."""
    n = draw(st.integers(1, 12))

    def column(of: st.SearchStrategy[Any], dtype: Any) -> Any:
        return np.array(draw(st.lists(of, min_size=n, max_size=n)), dtype)

    steps = column(st.integers(1, 500_000_000), np.int64)
    t_us = T0_US + np.cumsum(steps) - steps[0]
    on_ground = column(st.booleans(), np.bool_)
    flags = column(st.sampled_from([0, 1, 4, 5, 8]), np.uint8)
    baro = column(floats(-1_000, 60_000), np.float32)
    geom = column(floats(-1_000, 60_000), np.float32)
    baro[on_ground | (flags == 8)] = np.nan
    callsigns = draw(st.lists(st.sampled_from(["RSD010", "DAL1812"]), max_size=1))
    return Track(
        icao24=draw(st.from_regex(r"~?[0-9a-f]{6}", fullmatch=True)),
        source="s",
        captures=(SHA256,),
        t_us=t_us,
        lat=column(st.floats(-90, 90), np.float64),
        lon=column(st.floats(-180, 180), np.float64),
        alt_baro_ft=baro,
        alt_geom_ft=geom,
        on_ground=on_ground,
        gs_kt=column(floats(0, 700), np.float32),
        track_deg=column(floats(0, 360), np.float32),
        rate_fpm=column(floats(-6_000, 6_000), np.float32),
        flags=flags,
        via=column(st.sampled_from(list(Via)), np.uint8),
        nic=column(st.integers(0, 11), np.int8),
        nac_p=column(st.integers(0, 11), np.int8),
        sil=column(st.integers(0, 3), np.int8),
        qnh_hpa=column(st.floats(900, 1_100, width=32), np.float32),
        capture=np.zeros(n, np.uint16),
        row=np.arange(n, dtype=np.int32),
        callsigns=tuple((int(t_us[-1]), name) for name in callsigns),
        squawks=((int(t_us[0]), "1200"),),
    )


@given(tracks(), st.booleans())
def test_what_is_written_reads_back(track: Track, compressed: bool) -> None:
    text = trace_of(track)
    result = read_trace(packed(text) if compressed else text, source="s", sha256=SHA256)
    assert result.rejected == ()
    for name, _ in TRACK_COLUMNS:
        np.testing.assert_array_equal(getattr(result.track, name), getattr(track, name), name)
    assert result.track.icao24 == track.icao24
    assert result.track.callsigns == track.callsigns
    assert result.track.squawks == track.squawks
