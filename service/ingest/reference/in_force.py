"""Reference tables loaded from files: which bytes are in force, remembered beside the captures.

The bytes go to the capture store like everything received; `reference.json` in the data folder
names the capture that is in force. So deriving needs no database, and an answer can name the
table it was derived with.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from adapters import ourairports
from adapters._contract import Page, UnreadablePage
from schemas.places import RunwayRow
from schemas.records import Capture, Rejected
from service.clock import Clock
from service.domain.airports.table import Airports
from service.errors import StorageError, Unreadable
from service.ingest.reference.airports import load_airports
from service.storage.captures import CaptureStore

POINTER = "reference.json"


class InForce(msgspec.Struct, frozen=True):
    """`reference.json`: which captures are in force; empty = none loaded."""

    runways: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutInForce:
    """What became of a table that was put in force."""

    sentence: str
    """For people, with exact counts."""
    rows: int
    rejected: tuple[Rejected, ...]


def load_runways(home: Path, captures: CaptureStore, file: Path, clock: Clock) -> str:
    """Put a runways file in force; returns a sentence with exact counts.

    Raises:
        Unreadable: it is not OurAirports' runways.csv, or holds no runway that can be tied.
        StorageError: it cannot be kept.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Unreadable(f"{file}: {error.strerror or error}.") from error
    page = _page(content, captures.put(content), file.name, clock)
    try:
        return put_in_force(home, captures, page).sentence
    except Unreadable as error:
        raise Unreadable(f"{file}: {error}") from error


def put_in_force(home: Path, captures: CaptureStore, page: Page) -> PutInForce:
    """Put a table of runways that is in the capture store in force, for every desk that is opened
    from now on.

    Raises:
        Unreadable: it is not OurAirports' runways.csv, or holds no runway that can be tied.
        StorageError: it cannot be remembered.
    """
    sha256 = page.capture.sha256
    if not captures.exists(sha256):
        raise StorageError(f"The table {sha256} is not in the capture store.")
    rows, rejected = _runway_rows(page)
    airports = load_airports(rows, runways_sha256=sha256)
    if not airports.end_name:
        raise Unreadable("No runway in it belongs to an airport we know.")
    _write(home / POINTER, InForce(runways=sha256))
    lost = sum(row.count for row in rejected)
    with_runways = sum(bool(airport.runways) for airport in airports.airports)
    return PutInForce(
        sentence=f"{len(rows)} runways read, {lost} rows rejected; {len(airports.end_name)} runway "
        f"ends at {with_runways} airports are in force ({airports.version}).",
        rows=len(rows),
        rejected=tuple(rejected),
    )


def is_in_force(home: Path, sha256: str) -> bool:
    """Whether the table with these bytes is the one that counts.

    Raises:
        StorageError: what is in force cannot be told.
    """
    return _read(home / POINTER).runways == sha256


def stored_airports(home: Path, captures: CaptureStore, clock: Clock) -> Airports:
    """The airport table with the runways in force, or without any.

    Raises:
        StorageError: what is in force cannot be read any more.
    """
    sha256 = _read(home / POINTER).runways
    if not sha256:
        return load_airports()
    try:
        rows, _ = _runway_rows(_page(captures.read(sha256), sha256, POINTER, clock))
    except Unreadable as error:
        raise StorageError(f"The runways in force cannot be read: {error}") from error
    return load_airports(rows, runways_sha256=sha256)


def _page(content: bytes, sha256: str, name: str, clock: Clock) -> Page:
    capture = Capture(
        sha256=sha256,
        source=ourairports.adapter.source.key,
        url=name,
        received_at=clock(),
        size_bytes=len(content),
    )
    return Page(capture, content)


def _runway_rows(page: Page) -> tuple[list[RunwayRow], list[Rejected]]:
    rows: list[RunwayRow] = []
    rejected: list[Rejected] = []
    try:
        for record in ourairports.adapter.parse(page):
            if isinstance(record, RunwayRow):
                rows.append(record)
            elif isinstance(record, Rejected):
                rejected.append(record)
    except UnreadablePage as error:
        raise Unreadable(str(error)) from error
    return rows, rejected


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
