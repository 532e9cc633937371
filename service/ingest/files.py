"""Files handed over by hand: kept first, then read, then derived, then in the database at once.

The way of one file: bytes → capture store (fsync) → parse → units → one transaction with the
capture record, what it states and the ledger row. A file that cannot be read stays in the capture
store and is named; the others go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from adapters._contract import Adapter, Page
from schemas.records import Capture, IdentityStatement, LedgerRow, Rejected, Report, Track
from service.desk import Desk
from service.domain.detection.detect import RULES_VERSION
from service.domain.identity.resolve import normalise_registration
from service.errors import Unreadable
from service.ingest.derivation import DAY, EDGE, Unit, day_bounds, days_of, derive_days
from service.ingest.reading import Contents, adapter_for, read_page, stored_tracks
from service.storage.capture_index import (
    CaptureSpan,
    add_spans,
    captures_with,
    record_capture,
    record_captures,
)
from service.storage.codec import from_us
from service.storage.database import Connection, writing
from service.storage.identity import add_statements
from service.storage.ledger import add_ledger_rows
from service.storage.prepared import PreparedUnit, prepare_unit
from service.storage.reports import add_reports
from service.storage.units import replace_units

Said = TypeVar("Said", IdentityStatement, Report)

BATCH = 64
"""Files per transaction: a kill loses none of them, it only has them imported again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOutcome:
    """What came of one file."""

    path: Path
    error: str = ""
    """A sentence when the file could not be read; empty when it was."""
    sha256: str = ""
    fixes: int = 0
    movements: int = 0
    """Of the days that this file touches, as they are now known."""
    statements: int = 0
    reports: int = 0
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class _Taken:
    """A file that is in the capture store and has been read."""

    path: Path
    capture: Capture
    contents: Contents


def import_files(desk: Desk, paths: Iterable[Path], source: str) -> Iterator[FileOutcome]:
    """Import files as pages of `source`; one outcome for each, in order.

    Raises:
        SourceFailed: no such source.
        StorageError: disk or database failed; every file acknowledged so far is kept.
    """
    adapter = adapter_for(desk, source)
    for batch in _batches(paths, BATCH):
        taken = _take(desk, adapter, batch)
        good = [item for item in taken if isinstance(item, _Taken)]
        alone = _units_without_neighbours(desk, good)
        with writing(desk.engine) as conn:
            movements = _store(conn, desk, good, alone)
        for item in taken:
            yield item if isinstance(item, FileOutcome) else _outcome(item, movements)


def _take(desk: Desk, adapter: Adapter, paths: Sequence[Path]) -> list[_Taken | FileOutcome]:
    """Keep the bytes of every file, then read them."""
    read = [_bytes_of(path) for path in paths]
    kept = iter(desk.captures.put_many(page for page in read if isinstance(page, bytes)))
    return [
        page if isinstance(page, FileOutcome) else _read(desk, adapter, path, page, next(kept))
        for path, page in zip(paths, read, strict=True)
    ]


def _bytes_of(path: Path) -> bytes | FileOutcome:
    try:
        return path.read_bytes()
    except OSError as error:
        return FileOutcome(path=path, error=f"{path}: {error.strerror or error}.")


def _read(
    desk: Desk, adapter: Adapter, path: Path, content: bytes, sha256: str
) -> _Taken | FileOutcome:
    capture = Capture(
        sha256=sha256,
        source=adapter.source.key,
        url=path.name,
        received_at=desk.clock(),
        size_bytes=len(content),
    )
    try:
        return _Taken(path, capture, read_page(adapter, Page(capture=capture, content=content)))
    except Unreadable as error:
        with writing(desk.engine) as conn:
            record_capture(conn, capture)
        return FileOutcome(path=path, sha256=sha256, error=f"{path}: {error}")


def _tracks_by_aircraft(taken: Sequence[_Taken]) -> dict[str, list[Track]]:
    found: dict[str, list[Track]] = defaultdict(list)
    for item in taken:
        for track in item.contents.tracks:
            if len(track) and not track.icao24.startswith("~"):
                found[track.icao24].append(track)
    return found


def _units_without_neighbours(desk: Desk, taken: Sequence[_Taken]) -> dict[str, list[PreparedUnit]]:
    """Units as these files alone show them: right whenever nothing else is stored nearby, and
    worked out before the database is locked."""
    return {
        icao24: _prepared(desk, derive_days(tracks, days_of(tracks), desk.airports))
        for icao24, tracks in _tracks_by_aircraft(taken).items()
    }


def _store(
    conn: Connection, desk: Desk, taken: Sequence[_Taken], alone: dict[str, list[PreparedUnit]]
) -> dict[str, int]:
    """Everything these files say, in one transaction. Returns movements by aircraft."""
    now = desk.clock()
    record_captures(conn, [item.capture for item in taken])
    add_statements(conn, [_named(s) for item in taken for s in item.contents.statements], now=now)
    add_reports(conn, [_named(r) for item in taken for r in item.contents.reports], now=now)
    add_ledger_rows(conn, [row for item in taken for row in _ledger_rows(item, now)], now=now)
    units: list[PreparedUnit] = []
    movements: dict[str, int] = {}
    for icao24, tracks in _tracks_by_aircraft(taken).items():
        current = _with_neighbours(conn, desk, tracks) or alone[icao24]
        add_spans(conn, [span for track in tracks for span in _spans(track)])
        movements[icao24] = sum(len(unit.movements) for unit in current)
        units += current
    replace_units(conn, units, now=now)
    return movements


def _with_neighbours(conn: Connection, desk: Desk, tracks: Sequence[Track]) -> list[PreparedUnit]:
    """The units around these tracks when other captures have a say in them; none otherwise.

    A new day changes the edges of the days beside it, so those are derived again too.
    """
    days = days_of(tracks)
    first, last = day_bounds(days[0] - DAY)[0], day_bounds(days[-1] + DAY)[1]
    held = {sha256 for track in tracks for sha256 in track.captures}
    near = captures_with(conn, tracks[0].icao24, tracks[0].source, first - EDGE, last + EDGE)
    others = stored_tracks(conn, desk, [span for span in near if span.sha256 not in held])
    if not others:
        return []
    wanted = sorted({day + step for day in days for step in (-DAY, timedelta(), DAY)})
    return _prepared(desk, derive_days([*others, *tracks], wanted, desk.airports))


def _prepared(desk: Desk, units: Iterable[Unit]) -> list[PreparedUnit]:
    return [
        prepare_unit(
            unit.key,
            unit.derived,
            captures=unit.captures,
            rules_version=RULES_VERSION,
            reference_version=desk.airports.version,
        )
        for unit in units
    ]


def _named(said: Said) -> Said:
    """With the registration as we write it, so that however it was spelt, it is found again."""
    return replace(
        said, registration=normalise_registration(said.registration) or said.registration
    )


def _spans(track: Track) -> Iterator[CaptureSpan]:
    """Which capture holds fixes of this aircraft, from when to when."""
    for index, sha256 in enumerate(track.captures):
        times = track.t_us[track.capture == index]
        if len(times):
            yield CaptureSpan(
                sha256=sha256,
                icao24=track.icao24,
                source=track.source,
                t_first=from_us(int(times.min())),
                t_last=from_us(int(times.max())),
            )


def _ledger_rows(item: _Taken, now: datetime) -> Iterator[LedgerRow]:
    """What a file handed over covers: from its first fix to its last, and not a moment more.

    Nobody knows whether a file that was handed over is the whole day of its source.
    """
    for track in item.contents.tracks:
        if len(track):
            yield LedgerRow(
                source=track.source,
                target=track.icao24,
                t_from=from_us(int(track.t_us.min())),
                t_to=from_us(int(track.t_us.max()) + 1),
                outcome="data",
                asked_at=now,
                capture=item.capture.sha256,
                note="imported from a file",
            )


def _outcome(item: _Taken, movements: dict[str, int]) -> FileOutcome:
    contents = item.contents
    return FileOutcome(
        path=item.path,
        sha256=item.capture.sha256,
        fixes=contents.fixes,
        movements=sum(movements.get(track.icao24, 0) for track in contents.tracks),
        statements=len(contents.statements),
        reports=len(contents.reports),
        rejected=tuple(contents.rejected),
    )


def _batches(paths: Iterable[Path], size: int) -> Iterator[list[Path]]:
    batch: list[Path] = []
    for path in paths:
        batch.append(path)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
