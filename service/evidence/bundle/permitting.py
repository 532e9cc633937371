"""Which bytes may leave: what terms, privacy and secrets have to say about each capture."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from adapters._contract import Page
from schemas.records import Capture, IdentityStatement, Report
from service.desk import Desk
from service.errors import StorageError, Unreadable
from service.evidence.bundle.parts import CaptureDoc
from service.ingest.reading import read_page, reception
from service.storage.database import Connection

PAGE_CAP_BYTES: Final = 4 << 20
"""A page from which a row or two were taken is enclosed up to this size; of a larger one, a whole
registry, the rows are."""

_SEVERAL: Final = re.compile(r",|%2c|icao24=.*icao24=", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"(?<![0-9a-z])[0-9a-f]{6}(?![0-9a-z])", re.IGNORECASE)
_PRIVATE_HEADER: Final = re.compile("cookie|auth|token|key|secret|session", re.IGNORECASE)
_SHORTEST_SECRET: Final = 6

TOGETHER: Final = "it was asked for together with other aircraft"
BELONGS: Final = "it also speaks of other aircraft that somebody chose"
LARGE: Final = "it is large, and only rows of it were used, which are enclosed"


def without_private_host(url: str) -> str:
    """The address; of a machine in somebody's own network, only what follows its name."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    try:
        is_private = not ip_address(host).is_global
    except ValueError:
        is_private = "." not in host or host.endswith((".local", ".lan", ".internal"))
    return url.partition("://")[2].partition("/")[2] if host and is_private else url


class Permits:
    """What was decided about each capture; those that were asked about are in the bundle."""

    def __init__(self, conn: Connection, desk: Desk, names: frozenset[str]) -> None:
        """`names`: every registration and address that the question may mean."""
        self._conn = conn
        self._desk = desk
        self._names = names
        self._found: dict[tuple[str, str], CaptureDoc] = {}

    def captures(self) -> tuple[CaptureDoc, ...]:
        """By sha256, then source. The same bytes may have come from two sources, of which one lets
        them be passed on: then they are."""
        return tuple(doc for _, doc in sorted(self._found.items()))

    def forbidden(self, source: str) -> str:
        """Why nothing of that source may be passed on; empty where it may."""
        known = self._desk.sources.get(source)
        if known is None:
            return "the source is no longer known, nor are its terms"
        if not known.terms.may_redistribute:
            return f"the terms of {known.title} do not let its data be passed on"
        return ""

    def raw(self, sha256: str, source: str) -> str:
        """A capture of positions goes in; returns why not, empty when it does."""
        key = sha256, source
        before = self._found.get(key)
        if before is None or before.why in (LARGE, BELONGS):
            self._found[key] = self._decided(sha256, source)
        return self._found[key].why

    def page(self, sha256: str, source: str) -> None:
        """A page from which only rows were used goes in where that is sensible."""
        if not sha256 or (sha256, source) in self._found:
            return
        doc = self._decided(sha256, source)
        if doc.given and doc.size_bytes > PAGE_CAP_BYTES:
            doc = replace(doc, given=False, why=LARGE)
        elif doc.given and self._speaks_of_chosen(doc):
            doc = replace(doc, given=False, why=BELONGS)
        self._found[sha256, source] = doc

    def may_give_of(self, icao24: str, sha256: str, source: str) -> bool:
        """Whether this capture of another aircraft's positions may go in: not where it was asked
        for by itself."""
        if self.forbidden(source):
            return False
        capture = reception(self._conn, sha256, source)
        if capture.requested_at is not None and icao24 in capture.url.lower():
            return False
        return self._decided(sha256, source, icao24).given

    def _decided(self, sha256: str, source: str, other: str = "") -> CaptureDoc:
        capture = reception(self._conn, sha256, source)
        why = (
            self.forbidden(source) or self._tells_of_others(capture, other) or self._secret(capture)
        )
        return CaptureDoc(
            sha256=sha256,
            size_bytes=capture.size_bytes,
            given=not why,
            why=why,
            record=None if why == TOGETHER else self._plain(capture),
            source=source,
        )

    def _tells_of_others(self, capture: Capture, other: str) -> str:
        """An address that was asked names whom it was asked about. A file's name does not: nor
        does one in a dump, where everybody is."""
        if capture.requested_at is None:
            return ""
        asked = capture.url.partition("://")[2]
        named = {match.lower() for match in _ADDRESS.findall(asked)}
        mine = {name.lower() for name in self._names} | {other}
        if _SEVERAL.search(asked) or (named - mine and not other and named & mine):
            return TOGETHER
        return ""

    def _secret(self, capture: Capture) -> str:
        if not self._secrets:
            return ""
        content = self._desk.captures.read(capture.sha256)
        if any(secret in content for secret in self._secrets):
            return "it holds something that only this installation should know"
        return ""

    @cached_property
    def _secrets(self) -> tuple[bytes, ...]:
        return tuple(
            value.encode()
            for said in self._desk.secrets.values()
            for value in said.values()
            if len(value) >= _SHORTEST_SECRET
        )

    def _plain(self, capture: Capture) -> Capture:
        """The record without anything that might open a door."""
        headers = {
            name: value
            for name, value in capture.headers.items()
            if not _PRIVATE_HEADER.search(name) and not self._opens(value)
        }
        url = "" if self._opens(capture.url) else without_private_host(capture.url)
        return replace(capture, url=url, headers=headers)

    def _opens(self, text: str) -> bool:
        return any(secret in text.encode() for secret in self._secrets)

    def _speaks_of_chosen(self, doc: CaptureDoc) -> bool:
        """A page that was put together by hand and speaks of others too. A registry speaks of
        everybody, which tells nothing."""
        source = self._desk.sources[doc.source]
        if source.kind != "reports" or source.open_archive:
            return False
        record = doc.record
        assert record is not None  # it is given
        page = Page(record, self._desk.captures.read(doc.sha256))
        try:
            contents = read_page(self._desk.adapters[doc.source], page)
        except (Unreadable, StorageError):
            return True
        said: tuple[IdentityStatement | Report, ...] = (*contents.statements, *contents.reports)
        names = ({item.registration, item.icao24} - {""} for item in said)
        return any(named and not named & self._names for named in names)
