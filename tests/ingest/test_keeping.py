"""Keeping: whatever arrives meanwhile, in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest

from schemas.records import IdentityStatement, LedgerRow, Report
from service.desk import Desk
from service.errors import NotFound
from service.ingest.derivation import days_in_view, derive_days
from service.ingest.keeping import TRIES, Received, View, derive_and_write, keep
from service.ingest.writing import Writing, write
from service.storage.captures import CaptureStore
from service.storage.database import Engine, reading, writing
from service.storage.leases import LeaseLost, take
from service.storage.quarantine import Quarantined, waiting
from tests.ingest.desks import desk_of, fresh_desk
from tests.ingest.fetcher import Hands
from tests.ingest.flown import SOURCE, begin, files, pieces, received, rows, units
from tests.simulator.campaign import airports

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
SHA = "ab" * 32


def _arrive(desk: Desk, content: bytes) -> None:
    keep(desk, [received(desk, content)])


def simulated(desk: Desk, captures: CaptureStore | None = None) -> Desk:
    """The desk, in the simulated world."""
    return replace(desk, airports=airports(), captures=captures or desk.captures)


@pytest.fixture
def desk(database: Engine, tmp_path: Path) -> Desk:
    return simulated(desk_of(database, tmp_path, Hands(NOW)))


@pytest.fixture
def expected(migrated_sqlite: Path, tmp_path: Path) -> Callable[..., list[object]]:
    """The units that these files give when they come one after the other."""

    def alone(*contents: bytes) -> list[object]:
        with fresh_desk(migrated_sqlite, tmp_path / "alone", Hands(NOW)) as plain:
            for content in contents:
                keep(simulated(plain), [received(plain, content)])
            return list(units(plain.engine))

    return alone


class Interrupting(CaptureStore):
    """Something happens while stored pages are read: each thing once, in order."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.coming: list[Callable[[], object]] = []

    def read(self, sha256: str) -> bytes:
        if self.coming:
            self.coming.pop(0)()
        return super().read(sha256)


# what is written


def test_all_of_it_is_written_and_movements_are_counted_by_aircraft(desk: Desk) -> None:
    item = received(desk, files()["day0"])
    (track,) = item.contents.tracks
    counted = keep(desk, [item])
    assert counted.keys() == {track.icao24}
    assert counted[track.icao24] == len(rows(desk.engine, "movements")) > 0
    assert len(rows(desk.engine, "spans")) == 1
    assert rows(desk.engine, "captures") == [(item.capture.sha256, SOURCE)]


def test_the_same_again_changes_nothing(desk: Desk) -> None:
    for _ in range(2):
        keep(desk, [received(desk, files()["day0"]), received(desk, files()["day1"])])
        state = [units(desk.engine), rows(desk.engine, "movements"), rows(desk.engine, "spans")]
    again = [units(desk.engine), rows(desk.engine, "movements"), rows(desk.engine, "spans")]
    assert again == state
    assert len(units(desk.engine)) == len({unit[2] for unit in units(desk.engine)})


def test_only_the_wanted_aircraft_are_derived(desk: Desk) -> None:
    item = received(desk, files()["day0"])
    said = IdentityStatement(source=SOURCE, registration="ew 456pa", icao24="510001")
    item.contents.statements.append(said)
    assert keep(desk, [item], only=frozenset(("510001",))) == {}
    assert units(desk.engine) == rows(desk.engine, "spans") == []
    assert rows(desk.engine, "statements") == [(SOURCE, "EW-456PA", "510001")]
    assert len(rows(desk.engine, "captures")) == 1


def test_an_address_that_is_none_is_nobodys(desk: Desk) -> None:
    item = received(desk, files()["day0"])
    (track,) = item.contents.tracks
    item.contents.tracks[:] = [replace(track, icao24=f"~{track.icao24}")]
    assert keep(desk, [item]) == {}
    assert units(desk.engine) == []


def test_everything_in_writing_is_written_at_once(desk: Desk) -> None:
    unread = Quarantined(source="faa", sha256=SHA, why="It is a web page.", at=NOW)
    asked = LedgerRow(
        source="faa", target="registry", t_from=NOW, t_to=NOW, outcome="failed", asked_at=NOW
    )
    report = Report(source="press", registration="ra64523", t_off=NOW)
    write(desk, Writing(quarantine=[unread], ledger=[asked], reports=[report]))
    assert len(rows(desk.engine, "ledger")) == 1
    assert rows(desk.engine, "reports") == [("press", "RA-64523", "")]
    write(desk, Writing(released=[("faa", SHA)]))
    with reading(desk.engine) as conn:
        assert waiting(conn) == ()


def test_a_page_that_can_be_read_waits_no_more(desk: Desk) -> None:
    item = received(desk, files()["day0"])
    unread = Quarantined(source=SOURCE, sha256=item.capture.sha256, why="?", at=NOW)
    other = replace(unread, sha256=SHA)
    write(desk, Writing(quarantine=[unread, other]))
    keep(desk, [item])
    with reading(desk.engine) as conn:
        assert [page.sha256 for page in waiting(conn)] == [SHA]


def test_all_or_nothing(desk: Desk) -> None:
    item = received(desk, files()["day0"])
    broken = LedgerRow(
        source=SOURCE,
        target="*",
        t_from=datetime(2026, 1, 1),  # noqa: DTZ001  (what must fail)
        t_to=NOW,
        outcome="data",
        asked_at=NOW,
    )
    with pytest.raises(TypeError):
        keep(desk, [item], [broken])
    for table in ("captures", "spans", "movements", "statements"):
        assert rows(desk.engine, table) == [], table
    assert desk.captures.verify(item.capture.sha256)


def test_a_lease_that_passed_on_writes_nothing(desk: Desk) -> None:
    with writing(desk.engine) as conn:
        fence = take(conn, "w", "one", now=NOW, for_s=10)
        take(conn, "w", "two", now=NOW + timedelta(seconds=11), for_s=10)
    assert fence is not None
    item = received(desk, files()["day0"])
    for attempt in (
        lambda: keep(desk, [item], fence=fence),
        lambda: write(desk, Writing(captures=[item.capture]), fence=fence),
    ):
        with pytest.raises(LeaseLost):
            attempt()
    assert rows(desk.engine, "captures") == units(desk.engine) == []


# neighbours


def test_what_arrives_between_reading_and_writing_has_its_say(
    database: Engine, tmp_path: Path, expected: Callable[..., list[object]]
) -> None:
    plain = simulated(desk_of(database, tmp_path, Hands(NOW)))
    store = Interrupting(tmp_path / "captures")
    keep(plain, [received(plain, files()["day0"])])
    store.coming = [partial(_arrive, plain, files()["noon"])]
    keep(simulated(plain, store), [received(plain, files()["day1"])])
    assert store.coming == []
    assert units(database) == expected(files()["day0"], files()["noon"], files()["day1"])


def test_however_often_something_arrives_it_comes_to_an_end(
    database: Engine, tmp_path: Path, expected: Callable[..., list[object]]
) -> None:
    plain = simulated(desk_of(database, tmp_path, Hands(NOW)))
    store = Interrupting(tmp_path / "captures")
    first, *late, last = pieces(TRIES + 2)
    keep(plain, [received(plain, first)])
    for number, content in enumerate(late):
        # Try `number` reads so many pages; something comes with the first of them.
        store.coming.append(partial(_arrive, plain, content))
        store.coming += [lambda: None] * number
    keep(simulated(plain, store), [received(plain, last)])
    assert store.coming == []
    assert units(database) == expected(first, *late, last)


def test_writers_at_once_leave_what_one_after_the_other_would(
    desk: Desk, expected: Callable[..., list[object]]
) -> None:
    names = ("day0", "noon", "day1", "day2")
    ready = [received(desk, files()[name]) for name in names]
    together = Barrier(len(ready))

    def one(item: Received) -> None:
        together.wait()
        keep(desk, [item])

    with ThreadPoolExecutor(len(ready)) as pool:
        list(pool.map(one, ready))
    assert units(desk.engine) == expected(*(files()[name] for name in names))


def test_a_neighbour_that_cannot_be_read_is_never_left_out(desk: Desk) -> None:
    first = received(desk, files()["day0"])
    keep(desk, [first])
    before = units(desk.engine)
    desk.captures.path(first.capture.sha256).unlink()
    with pytest.raises(NotFound, match=first.capture.sha256):
        keep(desk, [received(desk, files()["day1"])])
    assert units(desk.engine) == before


# days and views


def test_a_day_is_touched_by_what_lies_within_half_a_day_of_it(desk: Desk) -> None:
    day = begin().date()
    (early,) = received(desk, files()["day0"]).contents.tracks
    (noon,) = received(desk, files()["noon"]).contents.tracks
    assert days_in_view([early]) == (day, day + timedelta(days=1))
    assert days_in_view([noon])[0] == day
    assert days_in_view([]) == ()


def test_a_unit_is_the_same_whatever_else_is_loaded(desk: Desk) -> None:
    day0, day1, day2 = (
        track
        for name in ("day0", "day1", "day2")
        for track in received(desk, files()[name]).contents.tracks
    )
    long_ago = replace(
        day0, t_us=day0.t_us - 10 * 86_400_000_000, captures=(SHA,), callsigns=((0, "X"),)
    )
    day = begin().date()
    (near,) = derive_days([day0, day1], [day], desk.airports)
    (one,) = derive_days([long_ago, day2, day1, day0], [day], desk.airports)
    assert one == near
    assert set(near.captures) == {*day0.captures, *day1.captures}


def test_no_view_is_no_unit(desk: Desk) -> None:
    done = derive_and_write(
        desk, [View("510001", SOURCE, (), (begin().date(),), whole=True)], Writing()
    )
    assert (done.units, done.changed) == ([[]], 0)
