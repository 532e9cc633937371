"""Reference tables loaded from files: which bytes are in force, remembered beside the captures.

The bytes go to the capture store like everything received; `reference.json` in the data folder
names the captures that are in force. So deriving needs no database, and an answer can name the
tables it was derived with. What is made of them is remembered too (`remembered`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

from adapters import ourairports
from adapters._contract import Page, UnreadablePage
from schemas.places import AirportRow, RunwayRow
from schemas.records import Capture, Rejected
from service.clock import Clock
from service.domain.airports.table import Airports
from service.errors import NotFound, StorageError, Unreadable
from service.ingest.reference.airports import Assembled, Tables, assemble, load_airports
from service.ingest.reference.remembered import recalled, remember
from service.storage.captures import CaptureStore

POINTER = "reference.json"
Table = Literal["airports", "runways"]
TABLES: Final[tuple[Table, ...]] = ("airports", "runways")


class InForce(msgspec.Struct, frozen=True):
    """`reference.json`: which captures are in force; empty = none loaded."""

    runways: str = ""
    airports: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutInForce:
    """What became of a table that was put in force."""

    sentence: str
    """For people, with exact counts."""
    rows: int
    rejected: tuple[Rejected, ...]


def load_table(
    home: Path, captures: CaptureStore, table: Table, file: Path, clock: Clock
) -> PutInForce:
    """Put a file that was handed over in force.

    Raises:
        Unreadable: it is not OurAirports' table of that name, or nothing in it can be used.
        StorageError: it cannot be kept.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Unreadable(f"{file}: {error.strerror or error}.") from error
    page = _page(content, captures.put(content), file.name, clock)
    try:
        return put_in_force(home, captures, page, clock, table)
    except Unreadable as error:
        raise Unreadable(f"{file}: {error}") from error


def put_in_force(
    home: Path, captures: CaptureStore, page: Page, clock: Clock, table: Table | None = None
) -> PutInForce:
    """Put a table that is in the capture store in force, for every desk that is opened from now
    on. Without `table` it is whichever it is.

    Raises:
        Unreadable: it is not OurAirports' table, or nothing in it can be used.
        StorageError: it cannot be remembered.
    """
    sha256 = page.capture.sha256
    if not captures.exists(sha256):
        raise StorageError(f"The table {sha256} is not in the capture store.")
    read = _rows(page)
    is_runways = bool(read.runways)
    if not read.runways and not read.airports:
        raise Unreadable("There is not one row in it that can be used.")
    if table is not None and is_runways != (table == "runways"):
        raise Unreadable(f"This is no table of {table}; it is OurAirports' other one.")
    before = _read(home / POINTER)
    if is_runways:
        in_force = InForce(runways=sha256, airports=before.airports)
    else:
        in_force = InForce(runways=before.runways, airports=sha256)
    made = assemble(_tables(captures, in_force, clock))
    if is_runways and not made.airports.end_name:
        raise Unreadable("No runway in it belongs to an airport we know.")
    remember(home, _names(in_force), made.airports)
    _write(home / POINTER, in_force)
    lost = sum(row.count for row in read.rejected)
    said = _of_runways(made, len(read.runways)) if is_runways else _of_airports(made)
    return PutInForce(
        sentence=f"{said[0]} read, {lost} rows rejected; {said[1]} ({made.airports.version}).",
        rows=len(read.runways) + len(read.airports),
        rejected=tuple(read.rejected),
    )


def _of_runways(made: Assembled, rows: int) -> tuple[str, str]:
    airports = made.airports
    with_runways = sum(bool(airport.runways) for airport in airports.airports)
    return f"{rows} runways", (
        f"{len(airports.end_name)} runway ends at {with_runways} airports are in force"
    )


def _of_airports(made: Assembled) -> tuple[str, str]:
    counts = made.counts
    assert counts is not None
    return f"{counts.rows} airports", (
        f"{counts.added} added, {counts.same} known already, {counts.moved} put where their runways"
        f" are, {counts.kept} left where theirs are, {counts.withdrawn} withdrawn because the"
        f" tables disagree where they lie; not added: {counts.no_runway} heliports and bases on"
        f" water, {counts.closed} closed, {counts.beside_known} too near another,"
        f" {counts.no_zone} without a time zone that can be told, {counts.other_field} with the"
        f" code of another, {counts.doubled} listed twice; elevations: {counts.elevations_filled}"
        f" filled in, {counts.elevations_dropped} dropped because the tables disagree;"
        f" {len(made.airports)} airports are in force"
    )


def is_in_force(home: Path, sha256: str) -> bool:
    """Whether the table with these bytes is one that counts.

    Raises:
        StorageError: what is in force cannot be told.
    """
    in_force = _read(home / POINTER)
    return sha256 in {in_force.runways, in_force.airports}


def stored_airports(home: Path, captures: CaptureStore, clock: Clock) -> Airports:
    """The airport table with whatever is in force.

    Raises:
        StorageError: what is in force cannot be read any more.
    """
    in_force = _read(home / POINTER)
    if in_force == InForce():
        return load_airports()
    airports = recalled(home, _names(in_force))
    if airports is None:
        try:
            airports = assemble(_tables(captures, in_force, clock)).airports
        except Unreadable as error:
            raise StorageError(f"The tables in force cannot be read: {error}") from error
        remember(home, _names(in_force), airports)
    return airports


def _names(in_force: InForce) -> tuple[str, ...]:
    return (f"airports {in_force.airports}", f"runways {in_force.runways}")


def _tables(captures: CaptureStore, in_force: InForce, clock: Clock) -> Tables:
    def rows(sha256: str) -> _Rows:
        try:
            content = captures.read(sha256)
        except NotFound as error:
            raise StorageError(
                f"The table in force is lost: {error} Remove {POINTER} from the data folder, and "
                "load the tables again."
            ) from error
        return _rows(_page(content, sha256, POINTER, clock))

    return Tables(
        airport_rows=rows(in_force.airports).airports if in_force.airports else None,
        airports_sha256=in_force.airports,
        runway_rows=rows(in_force.runways).runways if in_force.runways else None,
        runways_sha256=in_force.runways,
    )


def _page(content: bytes, sha256: str, name: str, clock: Clock) -> Page:
    capture = Capture(
        sha256=sha256,
        source=ourairports.adapter.source.key,
        url=name,
        received_at=clock(),
        size_bytes=len(content),
    )
    return Page(capture, content)


@dataclass(frozen=True, slots=True)
class _Rows:
    airports: list[AirportRow]
    runways: list[RunwayRow]
    rejected: list[Rejected]


def _rows(page: Page) -> _Rows:
    found = _Rows([], [], [])
    try:
        for record in ourairports.adapter.parse(page):
            if isinstance(record, RunwayRow):
                found.runways.append(record)
            elif isinstance(record, AirportRow):
                found.airports.append(record)
            elif isinstance(record, Rejected):
                found.rejected.append(record)
    except UnreadablePage as error:
        raise Unreadable(str(error)) from error
    return found


def _read(path: Path) -> InForce:
    try:
        return msgspec.json.decode(path.read_bytes(), type=InForce)
    except FileNotFoundError:
        return InForce()
    except (OSError, msgspec.MsgspecError) as error:
        raise StorageError(f"{path} cannot be read ({error}); load the tables again.") from error


def _write(path: Path, in_force: InForce) -> None:
    """All of it or nothing, on the disk before it counts."""
    fresh = path.with_suffix(".new")
    try:
        with fresh.open("wb") as out:
            out.write(msgspec.json.encode(in_force) + b"\n")
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror or error}.") from error
