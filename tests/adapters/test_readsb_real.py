"""Real traces, column by column against the plainest reading of the same bytes."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adapters._readsb import Trace, read_trace
from adapters._readsb_columns import VIA
from schemas.records import TRACK_COLUMNS, Via
from tests.adapters.plain import plain_rows
from tests.adapters.traces import SHA256
from tests.realdata import shared, traffic_sample

N899DN = "readsb/trace_full_ac671b.json"


def read(content: bytes) -> Trace:
    return read_trace(content, source="trace_file", sha256=SHA256)


def assert_same(content: bytes) -> int:
    """The columns are what the plain reading says; returns how many rows there are."""
    trace = read(content)
    plain = plain_rows(content)
    assert trace.rejected == ()
    for name, dtype in TRACK_COLUMNS:
        column = getattr(trace.track, name)
        assert column.dtype == dtype
        assert len(column) == len(plain)
        if name in plain[0]:
            np.testing.assert_array_equal(column, np.array([p[name] for p in plain], dtype))
    assert trace.track.row.tolist() == list(range(len(plain)))
    assert set(trace.track.capture.tolist()) == {0}
    return len(plain)


@pytest.mark.realdata
def test_the_trace_in_the_traffic_wheel_reads_as_it_is() -> None:
    content = traffic_sample(N899DN).read_bytes()
    assert assert_same(content) == 2500
    trace = read(content)
    assert trace.statement is not None
    assert trace.statement.registration == "N899DN"
    assert trace.statement.type_code == "B739"
    assert trace.statement.basis == "lookup"
    assert (trace.statement.valid_from, trace.statement.valid_to) == (
        date(2025, 2, 4),
        date(2025, 2, 6),
    )
    assert [name for _, name in trace.track.callsigns] == [
        "DAL1812",
        "DAL2418",
        "DAL1615",
        "DAL2927",
    ]


@pytest.mark.realdata
def test_gzip_or_not_makes_no_difference() -> None:
    content = traffic_sample(N899DN).read_bytes()
    assert assert_same(gzip.compress(content)) == 2500


@pytest.mark.realdata
def test_one_bad_row_changes_nothing_else() -> None:
    """The way row by row reads the same as the way all at once."""
    content = traffic_sample(N899DN).read_bytes()
    document = json.loads(content)
    document["trace"].insert(1000, [0, 91, 0, 0, 0, 0, 0, 0, None])
    whole, mended = read(content), read(json.dumps(document).encode())
    assert [(r.why, r.count) for r in mended.rejected] == [("latitude out of range", 1)]
    for name, _ in TRACK_COLUMNS[:-1]:
        np.testing.assert_array_equal(getattr(mended.track, name), getattr(whole.track, name))
    assert mended.track.row.tolist() == [*range(1000), *range(1001, 2501)]
    assert mended.track.callsigns == whole.track.callsigns
    assert mended.statement == whole.statement


@pytest.mark.realdata
def test_every_shared_trace_reads_as_it_is() -> None:
    files = [*shared("traces/nevada").glob("*.json"), *shared("traces/pyreadsb").glob("*.json")]
    assert sum(assert_same(path.read_bytes()) for path in files) > 4_000


@pytest.mark.realdata
def test_rows_of_an_old_archive_read_the_same() -> None:
    """Nine columns: the kind of position and the geometric altitude come from the details."""
    document: dict[str, Any] = json.loads(traffic_sample(N899DN).read_bytes())
    document["trace"] = [row[:9] for row in document["trace"]]
    track = read(json.dumps(document).encode()).track
    plain = plain_rows(traffic_sample(N899DN).read_bytes())
    np.testing.assert_array_equal(
        track.alt_baro_ft, np.array([p["alt_baro_ft"] for p in plain], np.float32)
    )
    first = next(i for i, row in enumerate(document["trace"]) if row[8])
    assert set(track.via[:first].tolist()) == {Via.OTHER}
    assert set(track.via[first:].tolist()) <= {Via.ADSB, Via.OTHER}
    for raw, altitude in zip(document["trace"], track.alt_geom_ft, strict=True):
        said = (raw[8] or {}).get("alt_geom")
        assert np.isnan(altitude) if said is None else altitude == said


@pytest.mark.realdata
def test_every_kind_of_position_that_real_files_hold_is_known() -> None:
    kinds = set()
    for path in (*shared("traces").rglob("*.json"), Path(traffic_sample(N899DN))):
        content = path.read_bytes()
        text = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        kinds |= {row[9] for row in json.loads(text)["trace"]}
    assert kinds <= VIA.keys()
