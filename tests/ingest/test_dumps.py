"""Day dumps: every byte kept, and nobody's silence where the dump is not whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.desk import Desk
from service.ingest.files import import_files
from service.storage.database import Engine, reading
from service.storage.quarantine import waiting
from tests.adapters.traces import BASE, packed, row, trace
from tests.ingest.desks import desk_of, fresh_desk
from tests.ingest.dumped import (
    KEY,
    LATER,
    NAME,
    OURS,
    PARKED,
    a_dump,
    asked_about,
    cut,
    entry,
    imported,
    members,
    said,
    short,
    tar_of,
    whole_day,
    why,
)
from tests.ingest.fetcher import Hands
from tests.ingest.flown import rows, units
from tests.realdata import traffic_sample
from tests.storage.helpers import FEW


@pytest.fixture
def desk(database: Engine, tmp_path: Path) -> Desk:
    return desk_of(database, tmp_path, Hands(LATER))


@pytest.fixture
def lite(sqlite: Engine, tmp_path: Path) -> Desk:
    return desk_of(sqlite, tmp_path, Hands(LATER))


# what a whole dump says


def test_a_whole_dump_is_kept_derived_and_answers_for_everybody(desk: Desk, tmp_path: Path) -> None:
    traces = whole_day()
    done = imported(desk, list(reversed(a_dump(tmp_path, traces))))

    assert (done.end.outcome, done.end.remark, done.end.is_as_it_should_be) == ("data", "", True)
    assert (done.total.traces, done.total.known, done.unread) == (257, 0, 0)
    assert done.total.fixes == 256 * 3 + 24 * 60
    kept = {sha256 for sha256, source in rows(desk.engine, "captures") if source == KEY}
    assert sorted(desk.captures.read(sha256) for sha256 in kept) == sorted(traces.values())
    assert len(units(desk.engine)) == 257
    assert said(desk, "*") == [("*", "data")]
    assert why(asked_about(desk)) == ["not_seen", "others_heard"]
    assert asked_about(desk, PARKED).verdict == "consistent"  # never seen to come or go


def test_as_by_files_one_by_one(desk: Desk, tmp_path: Path, migrated_sqlite: Path) -> None:
    page = traffic_sample("readsb/trace_full_ac671b.json").read_bytes()
    traces = {"ac671b": page, PARKED: short(PARKED), OURS: short(OURS, r="RA-64523")}
    imported(desk, a_dump(tmp_path, traces))
    with fresh_desk(migrated_sqlite, tmp_path / "files", Hands(LATER)) as plain:
        for icao24, content in traces.items():
            path = tmp_path / "files" / f"trace_full_{icao24}.json"
            path.write_bytes(content)
            list(import_files(plain, [path], KEY))
        assert units(desk.engine) == units(plain.engine)
        for table in ("spans", "movements", "statements", "captures"):
            assert rows(desk.engine, table) == rows(plain.engine, table), table
    assert rows(desk.engine, "statements") != []


def test_again_it_says_the_same_and_passes_over_what_is_stored(desk: Desk, tmp_path: Path) -> None:
    traces = whole_day(x14fc0b=b"no trace", **{"~14fc0b": short("~14fc0b"), "abcd00": empty()})
    paths = a_dump(tmp_path, traces)
    tables = ("captures", "spans", "movements", "statements", "quarantine")
    first = imported(desk, paths)
    before = [units(desk.engine), *(rows(desk.engine, table) for table in tables)]
    moment = desk.clock
    assert isinstance(moment, Hands)
    moment.move(hours=1)
    again = imported(desk, paths)

    assert (first.total.traces, first.total.known, first.unread) == (259, 0, 2)
    assert (again.total.traces, again.total.known, again.unread) == (259, 257, 2)
    assert before == [units(desk.engine), *(rows(desk.engine, table) for table in tables)]
    for run in ("*", OURS, "abcd00"):
        assert len(said(desk, run)) == 2  # each asking has its row
    assert why(asked_about(desk))[0] == "no_data"


def empty() -> bytes:
    return packed(trace([row(lat="x"), row(lat=None)], icao="abcd00"))


def test_bytes_that_were_lost_are_kept_again(lite: Desk, tmp_path: Path) -> None:
    paths = a_dump(tmp_path, whole_day())
    imported(lite, paths)
    (sha256, *_), *_ = rows(lite.engine, "captures")
    lite.captures.path(sha256).unlink()
    assert imported(lite, paths).total.known == 256
    assert lite.captures.verify(sha256)


# one neighbour


def test_a_neighbour_that_cannot_be_read_costs_nobody_else(lite: Desk, tmp_path: Path) -> None:
    day_before = cut(
        tmp_path / "before",
        tar_of(members({OURS: short(OURS, timestamp=BASE.timestamp() - 50_000)})),
        1,
        NAME.replace("05.01", "04.30"),
    )
    imported(lite, day_before)
    (sha256, *_), *_ = rows(lite.engine, "captures")
    lite.captures.path(sha256).unlink()
    done = imported(lite, a_dump(tmp_path, whole_day(x14fc0b=short(OURS))))
    assert (done.unread, done.total.traces) == (1, 257)
    assert said(lite, OURS) == [(OURS, "failed")]
    assert len(units(lite.engine)) == 258
    with reading(lite.engine) as conn:
        (held,) = waiting(conn, KEY)
    assert lite.captures.read(held.sha256) == short(OURS)


# whatever stands in it


NAMES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=120),
    st.builds(
        "{}{}trace_full_{}.json{}".format,
        st.sampled_from(("", "/", "./", "../", "traces/", "./traces/", "/etc/", "a/../../")),
        st.sampled_from(("", "0b/", "00/", "0B/", "../0b/", "0b/0b/")),
        st.sampled_from((OURS, "~14fc0b", "14FC0B", "14fc0", "../14fc0b", "510100")),
        st.sampled_from(("", ".gz", ".tmp", "/")),
    ),
)


@given(st.lists(st.tuples(NAMES, st.sampled_from((b"", b"{}", short(OURS)))), max_size=6))
@FEW
def test_no_name_writes_anywhere(
    migrated_sqlite: Path, tmp_path: Path, named: list[tuple[str, bytes]]
) -> None:
    home = tmp_path / "home"
    with fresh_desk(migrated_sqlite, home, Hands(LATER)) as desk:
        paths = cut(tmp_path / "dump", tar_of(entry(*one) for one in [*named, ("x", b"")]), 1)
        done = imported(desk, paths)
        assert done.end.outcome == "truncated"
        assert done.total.traces + done.unread + done.others >= 1
        kept = {path for path in (home / "captures").rglob("*") if path.is_file()}
        assert {path.name for path in kept} >= {s for s, _ in rows(desk.engine, "captures")}
        assert all(len(path.name) == 64 for path in kept)
    assert {p.name for p in tmp_path.iterdir()} <= {"home", "dump"}
    for path in home.rglob("trace_full*"):
        pytest.fail(f"{path} was written")
