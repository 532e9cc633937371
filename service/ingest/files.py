"""Files handed over by hand: kept first, then read, then derived, then in the database at once.

The way of one file: bytes → capture store (fsync) → parse → units → one transaction with the
capture record, what it states and the ledger row. A file that cannot be read stays in the capture
store, is named and waits in quarantine; the others go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adapters._contract import Adapter, Page
from schemas.records import IMPORTED, Capture, LedgerRow, Rejected
from service.desk import Desk
from service.errors import Unreadable
from service.ingest.keeping import Received, keep
from service.ingest.reading import adapter_for, read_page
from service.ingest.writing import Writing, write
from service.storage.codec import from_us
from service.storage.quarantine import Quarantined

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
    received: Received


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
        now = desk.clock()
        ledger = [row for item in good for row in rows_of(item.received, now, IMPORTED)]
        movements = keep(desk, [item.received for item in good], ledger)
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
        contents = read_page(adapter, Page(capture=capture, content=content))
        return _Taken(path, Received(capture, contents))
    except Unreadable as error:
        unread = Quarantined(
            source=capture.source, sha256=sha256, why=str(error), at=capture.received_at
        )
        write(desk, Writing(captures=[capture], quarantine=[unread]))
        return FileOutcome(path=path, sha256=sha256, error=f"{path}: {error}")


def rows_of(received: Received, asked_at: datetime, note: str) -> Iterator[LedgerRow]:
    """What a page covers of which nobody knows whether it is the whole day of its source: from its
    first fix to its last, and not a moment more."""
    for track in received.contents.tracks:
        if len(track):
            yield LedgerRow(
                source=track.source,
                target=track.icao24,
                t_from=from_us(int(track.t_us.min())),
                t_to=from_us(int(track.t_us.max()) + 1),
                outcome="data",
                asked_at=asked_at,
                capture=received.capture.sha256,
                note=note,
            )


def _outcome(item: _Taken, movements: dict[str, int]) -> FileOutcome:
    contents = item.received.contents
    return FileOutcome(
        path=item.path,
        sha256=item.received.capture.sha256,
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
