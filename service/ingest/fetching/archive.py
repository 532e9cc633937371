"""Replies on their way into the capture store: bytes first, then their row, then the page."""

from __future__ import annotations

import hashlib
import mmap
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

import httpx

from adapters._contract import Page, asking
from schemas.records import Capture
from schemas.sources import Source
from service.clock import Clock
from service.desk import Desk
from service.ingest.fetching.hops import FILE_KINDS, carries_secret, plain_url, secrets_in
from service.ingest.fetching.receiving import OUR_MARKS, Broken, chunks, kept_headers, tells
from service.storage.capture_index import record_capture
from service.storage.captures import Incoming
from service.storage.database import reading, writing
from service.storage.file_versions import FileVersion, file_version, keep_file_version

UNCHANGED: Final = f"{OUR_MARKS}unchanged-since"
"""Marks a page whose bytes we held: the source answered 304. When they were received."""
CUT_SHORT: Final = f"{OUR_MARKS}cut-short"
"""Marks bytes of a reply that broke off: kept, and never read as a page. Says why."""
REDIRECTED: Final = f"{OUR_MARKS}redirected-to"
"""Marks a page that came from elsewhere than where it was asked for. Says where from."""
NOT_KEPT: Final = f"{OUR_MARKS}not-kept"
"""Marks a page that is handed on and not stored. Says why."""

IN_MEMORY_BYTES: Final = 8 * 1024 * 1024
"""A larger page is mapped, not loaded."""

_VALIDATOR: Final = re.compile(r"[ -~]{1,500}", re.ASCII)


def is_kept(page: Page) -> bool:
    """Whether the page is stored."""
    return NOT_KEPT not in page.capture.headers


def is_unchanged(page: Page) -> bool:
    """Whether the source only said that what we hold is still so."""
    return UNCHANGED in page.capture.headers


class Archive:
    """Keeps replies. Safe for several threads and several processes."""

    def __init__(self, desk: Desk, elapsed: Callable[[], float]) -> None:
        self._engine = desk.engine
        self._captures = desk.captures
        self._clock: Clock = desk.clock
        self._elapsed = elapsed

    def held(self, source: Source, request: httpx.Request) -> FileVersion | None:
        """The version of this file that was stored and read, and is whole: what need not be sent
        again. None for whatever is no file.

        One that was not read yet is asked for in full: it may have come damaged, under the name
        (``ETag``) of the sound one.
        """
        if not _is_file(source, request):
            return None
        with reading(self._engine) as conn:
            version = file_version(conn, source.key, plain_url(request.url))
        if version is None or version.read_at is None:
            return None
        if not (version.etag or version.last_modified):
            return None
        sound = self._captures.exists(version.sha256) and self._captures.verify(version.sha256)
        return version if sound else None

    def keep(
        self,
        source: Source,
        request: httpx.Request,
        response: httpx.Response,
        requested_at: datetime,
    ) -> Page:
        """Receive the body and keep it, unless it is a secret.

        Raises `Broken`; what came of a reply that broke off is kept too, marked, since nobody can
        ask for that moment again (a file can be). Raises `StorageError`.
        """
        handling = asking(request)
        capture = _capture(source, request, response, requested_at)
        body = chunks(response, handling.cap_bytes, self._elapsed)
        if not handling.archive:
            return self._not_kept(capture, b"".join(body), "the request asks for it")
        secrets = secrets_in(request)
        with self._captures.begin() as incoming:
            received = _Received(incoming)
            try:
                for chunk in body:
                    received.add(chunk)
            except Broken as broken:
                lost = incoming.size and broken.outcome == "truncated"
                if lost and not _is_file(source, request) and not tells(received.start(), secrets):
                    mark = {**capture.headers, CUT_SHORT: broken.why}
                    self._commit(replace(capture, headers=mark), received)
                raise
            if tells(received.start(), secrets):
                return self._not_kept(capture, received.start(), "it repeats a secret")
            return self._commit(capture, received, request if _is_file(source, request) else None)

    def unchanged(
        self,
        source: Source,
        request: httpx.Request,
        response: httpx.Response,
        requested_at: datetime,
        version: FileVersion,
    ) -> Page:
        """The page that we hold, after a 304: received anew, as far as anybody is concerned."""
        capture = _capture(source, request, response, requested_at)
        capture = replace(
            capture,
            sha256=version.sha256,
            size_bytes=self._captures.path(version.sha256).stat().st_size,
            status=int(httpx.codes.OK),
            received_at=self._clock(),
            headers={**capture.headers, UNCHANGED: version.received_at.isoformat()},
        )
        with writing(self._engine) as conn:
            record_capture(conn, capture)
        return Page(capture, self._content(capture))

    def _commit(
        self, capture: Capture, received: _Received, file: httpx.Request | None = None
    ) -> Page:
        """Bytes and row onto the disk. `file` is the request, where a file has come."""
        sha256, size = received.incoming.commit()
        capture = replace(capture, sha256=sha256, size_bytes=size, received_at=self._clock())
        with writing(self._engine) as conn:
            record_capture(conn, capture)
            if file is not None and capture.status == httpx.codes.OK:
                keep_file_version(conn, _version(capture))
        content = received.content()
        return Page(capture, self._content(capture) if content is None else content)

    def _not_kept(self, capture: Capture, content: bytes, why: str) -> Page:
        capture = replace(
            capture,
            sha256=hashlib.sha256(content).hexdigest(),
            size_bytes=len(content),
            received_at=self._clock(),
            headers={**capture.headers, NOT_KEPT: why},
        )
        return Page(capture, content)

    def _content(self, capture: Capture) -> bytes | memoryview:
        """Of a stored page. A mapping lasts as long as somebody looks at it."""
        if capture.size_bytes <= IN_MEMORY_BYTES:
            return self._captures.read(capture.sha256)
        with self._captures.open(capture.sha256) as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


class _Received:
    """Bytes going to the disk, and held in memory as long as they are few."""

    def __init__(self, incoming: Incoming) -> None:
        self.incoming = incoming
        self._parts: list[bytes] = []

    def add(self, chunk: bytes) -> None:
        self.incoming.write(chunk)
        if self.incoming.size <= IN_MEMORY_BYTES:
            self._parts.append(chunk)

    def start(self) -> bytes:
        """All of it, or the first megabytes."""
        return b"".join(self._parts)

    def content(self) -> bytes | None:
        """All of it; None where that is too much."""
        return self.start() if self.incoming.size <= IN_MEMORY_BYTES else None


def _capture(
    source: Source, request: httpx.Request, response: httpx.Response, requested_at: datetime
) -> Capture:
    """What is known before the body has come."""
    headers = kept_headers(response, secrets_in(request))
    if response.request.url.copy_with(fragment=None) != request.url.copy_with(fragment=None):
        # The query of such an address is often a signature that lets its bearer in.
        headers[REDIRECTED] = plain_url(response.request.url.copy_with(query=None))
    return Capture(
        sha256="",
        source=source.key,
        url=plain_url(request.url),
        received_at=requested_at,
        size_bytes=0,
        status=response.status_code,
        requested_at=requested_at,
        headers=headers,
    )


def _version(capture: Capture) -> FileVersion:
    etag, last_modified = (
        value if _VALIDATOR.fullmatch(value := capture.headers.get(name, "")) else ""
        for name in ("etag", "last-modified")
    )
    return FileVersion(
        source=capture.source,
        url=capture.url,
        sha256=capture.sha256,
        received_at=capture.received_at,
        etag=etag,
        last_modified=last_modified,
    )


def _is_file(source: Source, request: httpx.Request) -> bool:
    return source.kind in FILE_KINDS and request.method == "GET" and not carries_secret(request)
