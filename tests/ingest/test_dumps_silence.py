"""What may be read from a dump's silence: nothing, unless it is whole and could be read."""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.ask.check import check
from service.desk import Desk
from service.ingest.backfill import Done, _known
from service.ingest.dumps import answer, taking
from service.ingest.dumps import dump as dumps
from service.ingest.dumps.taking import Unread
from service.ingest.following.slots import Slot
from service.ingest.rederiving import rederive
from service.storage.database import Engine, reading
from service.storage.quarantine import waiting
from tests.adapters.traces import BASE, packed, row, trace
from tests.ingest.desks import desk_of
from tests.ingest.dumped import (
    DAY,
    KEY,
    LATER,
    OURS,
    PARKED,
    a_dump,
    asked_about,
    cut,
    entry,
    imported,
    kept,
    link,
    members,
    path_of,
    said,
    short,
    tar_of,
    whole_day,
    why,
)
from tests.ingest.fetcher import Hands
from tests.ingest.flown import rows, units


@pytest.fixture
def desk(database: Engine, tmp_path: Path) -> Desk:
    return desk_of(database, tmp_path, Hands(LATER))


@pytest.fixture
def lite(sqlite: Engine, tmp_path: Path) -> Desk:
    return desk_of(sqlite, tmp_path, Hands(LATER))


# what is not whole


def test_what_broke_off_is_nobodys_silence(desk: Desk, tmp_path: Path) -> None:
    paths = a_dump(tmp_path, whole_day())
    done = imported(desk, paths[:-1])
    assert done.end.outcome == "truncated"
    assert "ends too early" in done.end.remark
    assert 0 < done.total.traces < 257
    assert said(desk, "*") == [("*", "truncated")]
    imported(desk, a_dump(tmp_path / "more", {PARKED: whole_day()[PARKED]}))
    assert why(asked_about(desk)) == ["no_data", "source_down"]

    whole = imported(desk, paths)
    assert whole.total.known >= done.total.traces
    assert why(asked_about(desk)) == ["not_seen", "others_heard"]


def test_a_missing_folder_is_nobodys_silence(desk: Desk, tmp_path: Path) -> None:
    traces = whole_day()
    del traces["51007f"]
    done = imported(desk, a_dump(tmp_path, traces))
    assert (done.end.folders, done.end.outcome) == (255, "truncated")
    assert "255 of 256 folders" in done.end.remark
    assert why(asked_about(desk)) == ["no_data", "source_down"]


def test_a_folder_without_a_trace_is_missing(lite: Desk, tmp_path: Path) -> None:
    traces = whole_day()
    del traces["51007f"]
    extra = [link("./traces/7f", "", tarfile.DIRTYPE), entry("./traces/7f/notes.txt", b"x")]
    done = imported(lite, cut(tmp_path, tar_of([*members(traces), *extra]), 1))
    assert (done.end.folders, done.end.outcome, done.others) == (255, "truncated", 1)


def bomb() -> bytes:
    return gzip.compress(bytes(64 * 1024 * 1024))


def unusable() -> Iterator[tuple[str, tuple[tarfile.TarInfo, bytes], bool]]:
    """How, what stands in the tar for our aircraft, and whether its bytes are kept."""
    sound, place = short(OURS), path_of(OURS)
    yield "no json", entry(place, b"<html>"), True
    yield "empty", entry(place, b""), True
    yield "cut", entry(place, sound[:-20]), True
    yield "bomb", entry(place, bomb()), True
    yield "another one", entry(place, short("14fc0c")), True
    yield "in another's file", entry(path_of("14fc0c"), sound), True
    yield "rows not believed", entry(place, packed(trace([row(lat="x")], icao=OURS))), True
    yield "no rows", entry(place, packed(trace([], icao=OURS))), True
    yield "another day", entry(place, short(OURS, timestamp=BASE.timestamp() - 200_000)), True
    yield "wrong folder", entry(place.replace("/0b/", "/0c/"), sound), False
    yield "above", entry(f"../../../{place}", sound), False
    yield "absolute", entry(f"/traces/0b/{Path(place).name}", sound), False
    yield "no folder", entry(Path(place).name, sound), False
    yield "symbolic link", link(place, "/etc/passwd"), False
    yield "hard link", link(place, path_of(PARKED), tarfile.LNKTYPE), False
    yield "device", link(place, "", tarfile.CHRTYPE), False


@pytest.mark.parametrize(
    ("what", "is_kept"), [pytest.param(*rest, id=how) for how, *rest in unusable()]
)
def test_who_cannot_be_read_is_not_silent(
    lite: Desk, tmp_path: Path, what: tuple[tarfile.TarInfo, bytes], is_kept: bool
) -> None:
    missed: list[Unread] = []
    listed = members(whole_day())
    listed.insert(100, what)
    done = imported(lite, cut(tmp_path / "dump", tar_of(listed), 2), missed=missed)

    assert (done.unread, len(missed), done.end.outcome) == (1, 1, "data")
    assert missed[0].why.endswith(".")
    assert ("*", "data") in said(lite, "*")
    assert said(lite, OURS) == [(OURS, "failed")]
    assert why(asked_about(lite)) == ["no_data", "source_down"]
    assert why(asked_about(lite, "abcdef")) == ["not_seen", "others_heard"]
    assert bool(kept(lite, what[1])) is is_kept
    assert {p.name for p in tmp_path.iterdir()} == {"dump", "captures", "tailcheck.db"} | {
        p.name for p in tmp_path.glob("tailcheck.db-*")
    }


def test_who_cannot_be_read_waits_in_quarantine(desk: Desk, tmp_path: Path) -> None:
    imported(desk, a_dump(tmp_path, whole_day(x14fc0b=b"<html>")))
    with reading(desk.engine) as conn:
        (held,) = waiting(conn, KEY)
    assert desk.captures.read(held.sha256) == b"<html>"
    (read,) = rederive(desk)
    assert read.why == held.why


def test_an_enormous_member_is_passed_over(
    lite: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumps, "PAGE_CAP_BYTES", 10_000)
    done = imported(lite, a_dump(tmp_path, whole_day(x14fc0b=bytes(10_001))))
    assert (done.unread, done.total.traces) == (1, 257)
    assert kept(lite, bytes(10_001)) == []
    assert why(asked_about(lite)) == ["no_data", "source_down"]


def test_more_positions_than_a_day_has(
    lite: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "LONGEST", 2_000)
    crowded = packed(trace([row(float(i)) for i in range(2_001)], icao=OURS))
    assert imported(lite, a_dump(tmp_path, whole_day(x14fc0b=crowded))).unread == 1
    assert said(lite, OURS) == [(OURS, "failed")]


def test_too_many_that_cannot_be_read_fail_the_day(
    lite: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (answer, dumps):
        monkeypatch.setattr(module, "FAILED_CAP", 3)
    traces = whole_day(**{f"xab00{number:02x}": b"" for number in range(5)})
    done = imported(lite, a_dump(tmp_path, traces))
    assert (done.end.outcome, done.unread) == ("failed", 5)
    assert why(asked_about(lite)) == ["no_data", "source_down"]


@pytest.mark.parametrize(
    "nothing", [b"<html>", packed(trace([row(lat="x")]))], ids=["page", "rows"]
)
def test_what_tells_nothing_of_most_is_nobodys_silence(
    lite: Desk, tmp_path: Path, nothing: bytes
) -> None:
    """All folders are there and the tar is whole: but whoever is missing may be among the rest."""
    traces = whole_day()
    spoilt = [icao24 for icao24 in traces if icao24 != PARKED][: len(traces) // 2 + 1]
    done = imported(lite, a_dump(tmp_path, traces | dict.fromkeys(spoilt, nothing)))
    assert done.end.outcome == "failed"
    assert done.end.remark.startswith("So many traces tell nothing")
    assert why(asked_about(lite)) == ["no_data", "source_down"]


def test_the_dump_of_another_day_says_nothing_of_this_one(lite: Desk, tmp_path: Path) -> None:
    (paths,) = [a_dump(tmp_path, whole_day())]
    moved = [p.rename(p.with_name(p.name.replace("05.01", "05.02"))) for p in paths]
    done = imported(lite, moved)
    assert done.end.outcome == "failed"
    assert "257 of 257 traces hold no position of 2024-05-02" in done.end.remark
    assert len(units(lite.engine)) == 257
    verdict = check(lite, aircraft=OURS, airport="UMMS", on=DAY.replace(day=2), zone="UTC")
    assert why(verdict) == ["no_data", "source_down"]


def test_a_dump_that_does_not_hold_everybody_is_nobodys_silence(lite: Desk, tmp_path: Path) -> None:
    paths = a_dump(tmp_path, whole_day())
    some = [p.rename(p.with_name(p.name.replace("prod", "mlatonly"))) for p in paths]
    done = imported(lite, some)
    assert (done.end.outcome, done.end.is_as_it_should_be) == (None, True)
    assert "do not hold everybody" in done.end.remark
    assert said(lite, "*") == []
    assert asked_about(lite).verdict == "no_data"


def test_read_for_some_it_is_nobodys_silence(lite: Desk, tmp_path: Path) -> None:
    paths = a_dump(tmp_path, whole_day(x14fc0b=short(OURS)))
    done = imported(lite, paths, watched=frozenset({OURS, "abcdef"}))
    assert (done.total.traces, done.others, done.end.outcome) == (1, 257, None)
    assert "some aircraft only" in done.end.remark
    assert len(units(lite.engine)) == len(rows(lite.engine, "captures")) == 1
    assert said(lite, "*", "abcdef") == []

    whole = imported(lite, paths)
    assert (whole.total.traces, whole.total.known, whole.end.outcome) == (258, 1, "data")


def test_an_exception_is_of_the_asking_that_made_it(lite: Desk, tmp_path: Path) -> None:
    imported(lite, a_dump(tmp_path / "bad", whole_day(x14fc0b=b"")))
    assert why(asked_about(lite)) == ["no_data", "source_down"]
    moment = lite.clock
    assert isinstance(moment, Hands)
    moment.move(hours=1)
    imported(lite, a_dump(tmp_path / "good", whole_day()))
    assert why(asked_about(lite)) == ["not_seen", "others_heard"]


def test_a_backfill_asks_for_none_but_whom_the_dump_does_not_answer_for(
    lite: Desk, tmp_path: Path
) -> None:
    imported(lite, a_dump(tmp_path, whole_day(x14fc0b=b"")))
    slots = {icao24: Slot(source=KEY, day=DAY, icao24=icao24) for icao24 in (OURS, "abcdef")}
    known = {icao24: _known(lite, slot) for icao24, slot in slots.items()}
    assert known == {OURS: None, "abcdef": Done(slot=slots["abcdef"], came="known")}
