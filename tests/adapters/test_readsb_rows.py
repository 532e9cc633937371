"""The text of a trace in pieces: wherever it is cut, the rows and the header are the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._readsb import read_trace
from adapters._readsb_rows import CHUNK_BYTES, MAX_ROWS, Row, Unsound, read_soundly
from tests.adapters.traces import SHA256, packed, row, trace

ROWS = [
    row(s, details={"flight": "A] , B", "nav_modes": ["autopilot", "vnav"], "nic": 8})
    if s % 4 == 0
    else row(s, alt="ground" if s % 7 == 0 else 3_000 + s)
    for s in range(60)
]
SPACED = trace(ROWS, after=[[1], [2]])
TIGHT = json.dumps(json.loads(trace(ROWS)), separators=(",", ":")).encode()
WIDE = json.dumps(json.loads(trace(ROWS)), indent=3).encode()


def pieces(text: bytes, cuts: list[int]) -> Iterator[bytes]:
    edges = [0, *sorted({cut for cut in cuts if cut < len(text)}), len(text)]
    return (text[a:b] for a, b in pairwise(edges))


def read(chunks: Iterator[bytes]) -> tuple[dict[str, Any], list[Row]]:
    rows: list[Row] = []
    head = read_soundly(chunks, rows.extend)
    return head, rows


@given(
    st.sampled_from([SPACED, TIGHT, WIDE]),
    st.lists(st.integers(400, 30_000), max_size=40),
)
def test_any_cut_gives_the_same_rows(text: bytes, cuts: list[int]) -> None:
    head, rows = read(pieces(text, cuts))
    assert [list(r[:8]) for r in rows] == [r[:8] for r in ROWS]
    assert head["icao"] == "14fc0b"
    assert head["trace"] == []


@pytest.mark.parametrize("text", [SPACED, TIGHT, WIDE])
def test_every_cut_into_two_gives_the_same_rows(text: bytes) -> None:
    begins = text.index(b'"trace"') + 60
    for cut in range(begins, min(len(text), begins + 700)):
        assert len(read(pieces(text, [cut]))[1]) == len(ROWS)


@pytest.mark.parametrize("seps", [(",", ":"), (", ", ": ")])
def test_a_file_of_many_pieces_is_read_whole(seps: tuple[str, str]) -> None:
    rows = [row(float(s), gs=float(s % 500)) for s in range(3_000)]
    text = json.dumps(json.loads(trace(rows)), separators=seps).encode()
    assert len(text) > 3 * CHUNK_BYTES
    for content in (text, packed(text)):
        track = read_trace(content, source="s", sha256=SHA256).track
        assert track.row.tolist() == list(range(3_000))
        assert track.gs_kt.tolist() == [s % 500 for s in range(3_000)]


def test_a_callsign_that_looks_like_the_end_of_a_row_costs_nothing() -> None:
    rows = [row(float(s), details={"flight": "A],[B"}) for s in range(2_000)]
    track = read_trace(trace(rows), source="s", sha256=SHA256).track
    assert track.row.tolist() == list(range(2_000))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b'{"icao":"14fc0b"}',
        b'{"trace":[[1,2',
        TIGHT[:-1],
        TIGHT + b"]",
        TIGHT.replace(b"[4,", b"[4;"),
        b'{"trace":[],"trace":[' + TIGHT[TIGHT.index(b"[[") + 1 :],
    ],
)
def test_whatever_is_wrong_is_left_to_the_careful_reading(text: bytes) -> None:
    for cuts in ([], [len(text) // 2], list(range(0, len(text), 512))):
        with pytest.raises(Unsound):
            read(pieces(text, cuts))


def test_no_more_rows_than_any_real_file_has() -> None:
    some = b",".join([b'[0,1,2,3,4,5,0,7,null,"mlat",null,null,null,null]'] * 1_000)
    with pytest.raises(Unsound):
        read(iter([b'{"trace":[', *[some + b","] * (MAX_ROWS // 1_000), some, b"]}"]))
