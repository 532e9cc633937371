"""Which reference tables are in force: by their bytes, made once and remembered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from service.clock import system_clock
from service.domain.airports.table import Airports
from service.errors import StorageError, Unreadable
from service.ingest.reference import in_force, remembered
from service.ingest.reference.in_force import POINTER, load_table, stored_airports
from service.ingest.reference.remembered import FILE
from service.storage.captures import CaptureStore
from tests.upstream.files import AIRPORTS, RUNWAYS


class Home:
    """A data folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.captures = CaptureStore(path / "captures")

    def load(self, table: in_force.Table, content: str) -> str:
        file = self.path / f"{table}.csv"
        file.write_text(content, encoding="utf-8")
        return load_table(self.path, self.captures, table, file, system_clock).sentence

    def airports(self) -> Airports:
        return stored_airports(self.path, self.captures, system_clock)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def shown(airports: Airports) -> tuple[object, ...]:
    """All that makes a table what it is."""
    return (
        airports.airports,
        airports.version,
        airports.named,
        dict(airports.unplaced),
        airports.city_groups,
        airports.end_start.tolist(),
    )


def test_the_version_names_every_table_whatever_the_order(home: Home, tmp_path: Path) -> None:
    plain = home.airports().version
    home.load("runways", RUNWAYS)
    runways = home.airports().version
    home.load("airports", AIRPORTS)
    both = home.airports()
    assert len({plain, runways, both.version}) == 3
    assert "; airports sha256:" in both.version
    assert "; runways sha256:" in both.version
    (tmp_path / "other").mkdir()
    other = Home(tmp_path / "other")
    other.load("airports", AIRPORTS)
    other.load("runways", RUNWAYS)
    assert shown(other.airports()) == shown(both)
    other.load("airports", AIRPORTS + "\n")
    assert other.airports().version != both.version


def test_a_table_from_before_there_were_airports_still_counts(home: Home) -> None:
    home.load("runways", RUNWAYS)
    pointer = home.path / POINTER
    sha256 = json.loads(pointer.read_text())["runways"]
    pointer.write_text(json.dumps({"runways": sha256}))
    assert len(home.airports().end_name) == 2
    assert in_force.is_in_force(home.path, sha256)
    assert not in_force.is_in_force(home.path, "0" * 64)


def test_what_is_remembered_is_what_would_be_made(home: Home) -> None:
    home.load("runways", RUNWAYS)
    home.load("airports", AIRPORTS)
    from_memory = home.airports()
    (home.path / FILE).unlink()
    assert shown(home.airports()) == shown(from_memory)
    assert (home.path / FILE).exists()


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "damaged",
    [flipped, lambda c: c[:-1], lambda c: c[:20], lambda _: b"", lambda c: c + b"\0"],
    ids=["flipped", "cut", "short", "empty", "longer"],
)
def test_a_damaged_memory_is_as_if_it_were_not_there(
    home: Home, damaged: Callable[[bytes], bytes]
) -> None:
    home.load("airports", AIRPORTS)
    sound = shown(home.airports())
    file = home.path / FILE
    whole = file.read_bytes()
    file.write_bytes(damaged(whole))
    assert shown(home.airports()) == sound
    assert file.read_bytes() == whole


def test_a_memory_of_other_tables_or_other_code_is_not_used(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.load("airports", AIRPORTS)
    of_airports = (home.path / FILE).read_bytes()
    home.load("runways", RUNWAYS)
    (home.path / FILE).write_bytes(of_airports)  # as a kill between two writes may leave it
    assert len(home.airports().end_name) == 2
    files = in_force._names(in_force._read(home.path / POINTER))
    assert remembered.recalled(home.path, files) is not None
    monkeypatch.setattr(remembered, "_made_by", lambda: ("airportsdata 0", "code 0"))
    assert remembered.recalled(home.path, files) is None


def test_where_nothing_can_be_remembered_it_is_made_each_time(home: Home) -> None:
    home.load("airports", AIRPORTS)
    (home.path / FILE).unlink()
    (home.path / FILE).mkdir()
    assert home.airports().get("UMMI") is not None


@pytest.mark.parametrize(
    ("table", "content", "says"),
    [
        ("airports", RUNWAYS, "no table of airports"),
        ("runways", AIRPORTS, "no table of runways"),
        ("airports", AIRPORTS.splitlines()[0], "not one row"),
        ("airports", "<html>busy</html>", "web page"),
        ("runways", RUNWAYS.replace("UMMS", "NOWH").replace("53.", "10."), "No runway in it"),
    ],
)
def test_what_cannot_be_used_changes_nothing(
    home: Home, table: in_force.Table, content: str, says: str
) -> None:
    home.load("airports", AIRPORTS)
    before = shown(home.airports())
    with pytest.raises(Unreadable, match=says):
        home.load(table, content)
    assert shown(home.airports()) == before


def test_a_file_that_is_not_there_is_named(home: Home) -> None:
    with pytest.raises(Unreadable, match="nowhere"):
        load_table(home.path, home.captures, "airports", home.path / "nowhere", system_clock)


def test_a_capture_that_is_lost_is_a_fault_of_the_disk(home: Home) -> None:
    home.load("airports", AIRPORTS)
    (home.path / POINTER).write_text(json.dumps({"runways": "0" * 64, "airports": ""}))
    with pytest.raises(StorageError, match=r"Remove reference\.json"):
        home.airports()
