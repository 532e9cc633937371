"""From a received page to what it says, by the adapter of its source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from adapters._contract import Adapter, Page, Record, UnreadablePage
from schemas.records import Capture, IdentityStatement, Rejected, Report, Track
from service.desk import Desk
from service.errors import SourceFailed, StorageError, Unreadable
from service.storage.capture_index import CaptureSpan, capture_records
from service.storage.database import Connection


@dataclass(slots=True)
class Contents:
    """What one page says, sorted by kind. Rows not believed are counted, never dropped."""

    tracks: list[Track] = field(default_factory=list)
    statements: list[IdentityStatement] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def add(self, record: Record | Rejected) -> None:
        """Sort one record in."""
        match record:
            case Track():
                self.tracks.append(record)
            case IdentityStatement():
                self.statements.append(record)
            case Report():
                self.reports.append(record)
            case Rejected():
                self.rejected.append(record)
            case _:
                raise SourceFailed(f"{type(record).__name__} is reference data: use `data load`.")

    @property
    def fixes(self) -> int:
        """How many positions were read."""
        return sum(len(track) for track in self.tracks)


def read_page(adapter: Adapter, page: Page) -> Contents:
    """Everything the page says.

    Raises:
        Unreadable: the bytes are not what they should be; they are kept all the same.
    """
    contents = Contents()
    try:
        for record in adapter.parse(page):
            contents.add(record)
    except UnreadablePage as error:
        raise Unreadable(str(error)) from error
    return contents


def adapter_for(desk: Desk, source: str) -> Adapter:
    """The adapter of a source.

    Raises:
        SourceFailed: no such source.
    """
    adapter = desk.adapters.get(source)
    if adapter is None:
        known = ", ".join(sorted(desk.adapters))
        raise SourceFailed(f"No source is called {source!r}; there are: {known}.")
    return adapter


def stored_tracks(conn: Connection, desk: Desk, spans: Iterable[CaptureSpan]) -> list[Track]:
    """The tracks that the spans point at, read again from the bytes as received; every capture is
    read once, however many of them it holds.

    Raises:
        Unreadable: a stored page can no longer be read.
        StorageError: its bytes are missing or changed.
    """
    wanted: dict[tuple[str, str], set[str]] = {}
    for span in spans:
        wanted.setdefault((span.sha256, span.source), set()).add(span.icao24)
    return [
        track
        for (sha256, source), aircraft in wanted.items()
        for track in stored_page(conn, desk, sha256, source).tracks
        if track.icao24 in aircraft
    ]


def stored_page(conn: Connection, desk: Desk, sha256: str, source: str) -> Contents:
    """What a page says that is kept, read again from the bytes as received from `source`.

    Raises:
        Unreadable: it cannot be read.
        SourceFailed: we know no such source, or it speaks of reference data.
        NotFound, StorageError: its bytes are missing or changed, or it was never recorded.
    """
    capture = reception(conn, sha256, source)
    return read_page(
        adapter_for(desk, source), Page(capture=capture, content=desk.captures.read(sha256))
    )


def reception(conn: Connection, sha256: str, source: str) -> Capture:
    """How these bytes were first received from `source`; from another one, where never from it.

    Raises:
        StorageError: they are not recorded at all.
    """
    known = capture_records(conn, sha256)
    if not known:
        raise StorageError(f"Capture {sha256} is indexed but not recorded.")
    ours = next((capture for capture in known if capture.source == source), known[0])
    return replace(ours, source=source)
