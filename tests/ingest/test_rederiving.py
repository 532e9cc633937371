"""Deriving again: better parsers, newer rules, newer airports; nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters._contract import Adapter, Page, Record, UnreadablePage
from adapters.globe_history import GlobeHistory
from schemas.records import Capture, Rejected
from schemas.sources import Source
from service.desk import Desk
from service.domain.airports.table import Airports
from service.errors import NotFound
from service.ingest.files import import_files
from service.ingest.keeping import keep
from service.ingest.rederiving import Outstanding, outstanding, rederive
from service.ingest.writing import Writing, write
from service.storage.database import Engine, reading
from service.storage.quarantine import Quarantined, counts
from tests.cli.run import tailcheck
from tests.ingest.desks import ADAPTERS, UUWW, desk_of
from tests.ingest.fetcher import Hands
from tests.ingest.flown import SOURCE, begin, files, received, rows, units
from tests.simulator.campaign import airports
from tests.storage.helpers import UMMS

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
NONE = Outstanding(pages=0, units=0)


@dataclass(frozen=True)
class Parser:
    """The parser of another day: it reads nothing, or believes nothing, or all."""

    source: Source
    reads: bool = True
    believes: bool = True

    fetch = GlobeHistory.fetch

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        if not self.reads:
            raise UnreadablePage("This parser reads nothing.")
        if self.believes:
            yield from trace_adapter().parse(page)
        else:
            yield Rejected(why="not believed any more", count=1)


def trace_adapter() -> Adapter:
    return ADAPTERS[SOURCE]


def with_parser(desk: Desk, *, reads: bool = True, believes: bool = True) -> Desk:
    parser = Parser(trace_adapter().source, reads, believes)
    return replace(desk, adapters={**desk.adapters, SOURCE: parser})


def without_fields(desk: Desk) -> Desk:
    """The same desk with another airport table."""
    return replace(desk, airports=Airports.build([UMMS, UUWW], "another"))


@pytest.fixture
def desk(database: Engine, tmp_path: Path) -> Desk:
    return replace(desk_of(database, tmp_path, Hands(NOW)), airports=airports())


def import_all(desk: Desk, folder: Path) -> list[str]:
    folder.mkdir()
    for name, content in files().items():
        (folder / f"{name}.json").write_bytes(content)
    return [item.error for item in import_files(desk, sorted(folder.iterdir()), SOURCE)]


# pages


def test_what_nobody_could_read_is_read_by_a_better_parser_as_if_it_had_been(
    desk: Desk, tmp_path: Path
) -> None:
    blind = with_parser(desk, reads=False)
    errors = import_all(blind, tmp_path / "files")
    assert all("reads nothing" in error for error in errors)
    assert units(desk.engine) == rows(desk.engine, "ledger") == []
    with reading(desk.engine) as conn:
        assert counts(conn) == {SOURCE: len(files())}
    assert all(item.why for item in rederive(blind))
    assert outstanding(blind) == Outstanding(pages=len(files()), units=0)

    done = list(rederive(desk))
    assert [item.kind for item in done if not item.why] == ["page"] * len(files())
    assert outstanding(desk) == NONE
    read_late = units(desk.engine), rows(desk.engine, "spans")
    assert read_late[0]
    assert {row[-1] for row in rows(desk.engine, "ledger")} == {"data"}
    keep(desk, [received(desk, content) for content in files().values()])
    assert (units(desk.engine), rows(desk.engine, "spans")) == read_late


def test_a_page_that_is_still_unreadable_waits_on_and_says_why(desk: Desk) -> None:
    sha256 = desk.captures.put(b"<html>")
    capture = Capture(sha256=sha256, source=SOURCE, url="a.json", received_at=NOW, size_bytes=6)
    unread = [
        Quarantined(source=SOURCE, sha256=sha256, why="?", at=NOW),
        Quarantined(source="gone", sha256=sha256, why="?", at=NOW),
        Quarantined(source=SOURCE, sha256="ab" * 32, why="?", at=NOW),
    ]
    write(desk, Writing(captures=[capture], quarantine=unread))
    done = list(rederive(desk))
    assert len(done) == 3
    assert all(item.why for item in done)
    assert "gone" in done[1].why
    assert outstanding(desk).pages == 3
    assert [item.name for item in rederive(desk, source="gone")] == [f"gone {sha256}"]
    tomorrow = (NOW + timedelta(days=1)).date()
    assert list(rederive(desk, since=tomorrow)) == []


# units


def test_units_of_another_airport_table_are_derived_again_and_the_others_are_not(
    desk: Desk,
) -> None:
    keep(desk, [received(desk, content) for content in files().values()])
    before = units(desk.engine)
    assert list(rederive(desk)) == []
    other = without_fields(desk)
    assert outstanding(other) == Outstanding(pages=0, units=len(before))
    done = list(rederive(other))
    assert [item.why for item in done] == [""] * len(before)
    assert [unit[:3] for unit in units(desk.engine)] == [unit[:3] for unit in before]
    assert all(a[4] != b[4] for a, b in zip(units(desk.engine), before, strict=True))
    assert outstanding(other) == NONE
    list(rederive(desk))
    assert units(desk.engine) == before


def test_all_of_them_when_asked_for_and_nothing_changes(desk: Desk) -> None:
    keep(desk, [received(desk, content) for content in files().values()])
    before = units(desk.engine), rows(desk.engine, "movements")
    done = list(rederive(desk, everything=True))
    assert len(done) == len(before[0])
    assert not any(item.why for item in done)
    assert (units(desk.engine), rows(desk.engine, "movements")) == before


def test_only_days_from_then_on_and_only_that_source(desk: Desk) -> None:
    keep(desk, [received(desk, content) for content in files().values()])
    last = begin().date() + timedelta(days=2)
    other = without_fields(desk)
    assert outstanding(other, since=last).units == len(list(rederive(other, since=last))) >= 1
    assert list(rederive(other, source="adsblol_history")) == []
    left = outstanding(other, source=SOURCE).units
    assert 0 < left < len(units(desk.engine))


def test_fixes_that_nobody_believes_any_more_leave_an_empty_day(desk: Desk) -> None:
    keep(desk, [received(desk, files()["day0"])])
    (before,) = [unit for unit in units(desk.engine) if unit[2] == _us(begin())]
    done = list(rederive(with_parser(desk, believes=False), everything=True))
    assert not any(item.why for item in done)
    (after,) = [unit for unit in units(desk.engine) if unit[2] == _us(begin())]
    assert after[3] == "[]"
    assert after[4] != before[4]


def test_a_missing_page_leaves_its_days_as_they_were_and_the_others_are_done(desk: Desk) -> None:
    both = [received(desk, files()["day0"]), received(desk, files()["day2"])]
    keep(desk, both)
    before = {unit[2]: unit[4] for unit in units(desk.engine)}
    desk.captures.path(both[0].capture.sha256).unlink()
    other = without_fields(desk)
    done = list(rederive(other))
    assert len(done) == len(before)
    unread = [item for item in done if item.why]
    assert unread
    assert all(both[0].capture.sha256 in item.why for item in unread)
    after = {unit[2]: unit[4] for unit in units(desk.engine)}
    assert sum(after[day] == before[day] for day in before) == len(unread)
    assert after[_us(begin() + timedelta(days=2))] != before[_us(begin() + timedelta(days=2))]
    with pytest.raises(NotFound):
        desk.captures.read(both[0].capture.sha256)


def _us(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


# the command


def test_the_command_counts_and_says_what_is_left(tmp_path: Path) -> None:
    home = tmp_path / "home"
    bad = tmp_path / "trace_full_14fc0b.json"
    bad.write_bytes(b"<html>Just a moment...</html>")
    assert tailcheck(home, "import", "trace", str(bad)).returncode == 1
    done = tailcheck(home, "rederive")
    assert done.returncode == 1
    assert done.stdout == (
        "0 pages read after all, 1 still in quarantine; 0 aircraft-days derived again, 0 stay as"
        " they were.\n"
    )
    assert "trace_file" in done.stderr
    unknown = tailcheck(home, "rederive", "--source", "nobody")
    assert unknown.returncode == 4
    assert "No source is called 'nobody'" in unknown.stderr
