"""From a received page to what it says, by the adapter of its source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from adapters._contract import Adapter, Page, Record, UnreadablePage
from schemas.records import IdentityStatement, Rejected, Report, Track
from service.desk import Desk
from service.errors import SourceFailed, StorageError, Unreadable
from service.storage.capture_index import CaptureSpan, capture_record
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
    """The tracks that the spans point at, read again from the bytes as received.

    Raises:
        Unreadable: a stored page can no longer be read.
        StorageError: its bytes are missing or changed.
    """
    tracks: list[Track] = []
    for span in spans:
        capture = capture_record(conn, span.sha256)
        if capture is None:
            raise StorageError(f"Capture {span.sha256} is indexed but not recorded.")
        page = Page(
            capture=replace(capture, source=span.source), content=desk.captures.read(span.sha256)
        )
        contents = read_page(adapter_for(desk, span.source), page)
        tracks += [track for track in contents.tracks if track.icao24 == span.icao24]
    return tracks
