"""A bundle read back: its documents as values, its captures as what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO, TypeVar

import msgspec

from adapters._contract import Page
from schemas.records import Capture, IdentityStatement, LedgerRow, Report, Track
from schemas.sources import Source
from service.desk import Desk
from service.evidence.bundle.parts import (
    Asked,
    CaptureDoc,
    Coverage,
    Places,
    UnitDoc,
    Versions,
    Withheld,
)
from service.evidence.bundle.verify import Bundle
from service.ingest.reading import Contents, read_page

T = TypeVar("T")


class Unfit(Exception):
    """Parts of the bundle that do not fit together; the text says which."""


class CannotRead(Exception):
    """This program lacks what it takes; that says nothing against the bundle."""


class Documents:
    """The documents, as values."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self.question = self._value("question", Asked)
        self.versions = self._value("versions", Versions)
        self.captures = self._value("captures", tuple[CaptureDoc, ...])
        self.derived = self._value("derived", tuple[UnitDoc, ...])
        self.coverage = self._value("coverage", Coverage)
        self.statements = self._value("statements", tuple[IdentityStatement, ...])
        self.reports = self._value("reports", tuple[Report, ...])
        self.ledger = self._value("ledger", tuple[LedgerRow, ...])
        self.sources = self._value("sources", tuple[Source, ...])
        self.places = self._value("airports", Places)
        self.withheld = self._value("withheld", tuple[Withheld, ...])

    @property
    def said(self) -> tuple[IdentityStatement | Report, ...]:
        """Statements and reports together."""
        return (*self.statements, *self.reports)

    def _value(self, name: str, kind: type[T]) -> T:
        return msgspec.json.decode(self._bundle.texts[f"data/{name}.json"], type=kind)


class Pages:
    """What each enclosed capture says; every one is read once."""

    def __init__(
        self, desk: Desk, docs: Sequence[CaptureDoc], bundle: Bundle, file: BinaryIO
    ) -> None:
        self._desk = desk
        self._docs = {(d.sha256, d.source): d for d in docs if d.given}
        self._given = {d.sha256 for d in docs if d.given}
        self._bundle = bundle
        self._file = file
        self._read: dict[tuple[str, str], Contents] = {}

    def has(self, sha256: str) -> bool:
        """Whether these bytes are enclosed."""
        return sha256 in self._given

    def read_for(self, documents: Documents) -> list[tuple[str, str]]:
        """Captures that speak of the aircraft itself."""
        wanted = [(sha, unit.source) for unit in documents.derived for sha in unit.captures]
        wanted += [(item.capture, item.source) for item in documents.said]
        return [key for key in dict.fromkeys(wanted) if key in self._docs]

    def of(self, sha256: str, source: str) -> Contents:
        """What the bytes say, read as `source` sends them. Raises `Unfit` or `Unreadable`."""
        key = sha256, source
        if key not in self._read:
            doc = self._docs.get(key)
            if doc is None or doc.record is None or doc.record.sha256 != sha256:
                raise Unfit(f"Capture {sha256} of {source} is needed, and not enclosed.")
            self._read[key] = self._contents(doc.record, source)
        return self._read[key]

    def _contents(self, record: Capture, source: str) -> Contents:
        at, length = self._bundle.places[f"data/captures/{record.sha256}"]
        self._file.seek(at)
        page = Page(replace(record, source=source), self._file.read(length))
        adapter = self._desk.adapters.get(source)
        if adapter is None:
            raise Unfit(f"The bundle does not say what {source} is.")
        return read_page(adapter, page)

    def tracks(self, icao24: str, source: str, captures: Sequence[str]) -> list[Track]:
        """Those of the aircraft, by their first fix."""
        found = [
            track
            for sha256 in captures
            for track in self.of(sha256, source).tracks
            if track.icao24 == icao24 and track.source == source and len(track)
        ]
        return sorted(found, key=lambda t: (int(t.t_us.min()), t.captures))
