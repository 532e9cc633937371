"""Reference tables loaded from files: which bytes are in force, remembered beside the captures.

The bytes go to the capture store like everything received; `reference.json` in the data folder
names the capture that is in force. So deriving needs no database, and an answer can name the
table it was derived with.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from adapters import ourairports
from adapters._contract import Page, UnreadablePage
from schemas.places import RunwayRow
from schemas.records import Capture, Rejected
from service.clock import Clock
from service.domain.airports.table import Airports
from service.errors import StorageError, Unreadable
from service.ingest.reference import load_airports
from service.storage.captures import CaptureStore

POINTER = "reference.json"


class InForce(msgspec.Struct, frozen=True):
    """`reference.json`: which captures are in force; empty = none loaded."""

    runways: str = ""


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
    sha256 = captures.put(content)
    rows, rejected = _runway_rows(content, sha256, file.name, clock)
    airports = load_airports(rows, runways_sha256=sha256)
    if not airports.end_name:
        raise Unreadable(f"{file}: no runway in it belongs to an airport we know.")
    _write(home / POINTER, InForce(runways=sha256))
    lost = sum(row.count for row in rejected)
    with_runways = sum(bool(airport.runways) for airport in airports.airports)
    return (
        f"{len(rows)} runways read, {lost} rows rejected; {len(airports.end_name)} runway ends at "
        f"{with_runways} airports are in force ({airports.version})."
    )


def stored_airports(home: Path, captures: CaptureStore, clock: Clock) -> Airports:
    """The airport table with the runways in force, or without any.

    Raises:
        StorageError: what is in force cannot be read any more.
    """
    sha256 = _read(home / POINTER).runways
    if not sha256:
        return load_airports()
    try:
        rows, _ = _runway_rows(captures.read(sha256), sha256, POINTER, clock)
    except Unreadable as error:
        raise StorageError(f"The runways in force cannot be read: {error}") from error
    return load_airports(rows, runways_sha256=sha256)


def _runway_rows(
    content: bytes, sha256: str, name: str, clock: Clock
) -> tuple[list[RunwayRow], list[Rejected]]:
    capture = Capture(
        sha256=sha256,
        source=ourairports.adapter.source.key,
        url=name,
        received_at=clock(),
        size_bytes=len(content),
    )
    rows: list[RunwayRow] = []
    rejected: list[Rejected] = []
    try:
        for record in ourairports.adapter.parse(Page(capture=capture, content=content)):
            if isinstance(record, RunwayRow):
                rows.append(record)
            elif isinstance(record, Rejected):
                rejected.append(record)
    except UnreadablePage as error:
        raise Unreadable(f"{name}: {error}") from error
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
