"""Drives an adapter against the server with a real client, as plainly as can be.

What the service does beside it (pace, retries, archive, ledger) is not here; what any driver must
do is: send a User-Agent, read the bytes as they come, hand back pages, and end the asking where
no page came.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from adapters._contract import (
    Adapter,
    Covered,
    Page,
    Record,
    UnreadablePage,
    Wanted,
    asking,
    outcome_of,
)
from schemas.records import Capture, Rejected
from tests.upstream.server import Upstream

USER_AGENT = "tailcheck-test/0 (+mailto:test@example.org)"


@dataclass(slots=True)
class Driven:
    """What came of one asking."""

    pages: list[Page] = field(default_factory=list)
    """All that may be archived."""
    covered: list[Covered] = field(default_factory=list)
    records: list[Record | Rejected] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    broken: str = ""
    """Why no reply came, or no whole one; empty when all came."""
    last: Page | None = None
    """The last reply, archived or not."""

    def outcome(self, adapter: Adapter, t_to: datetime | None = None) -> str:
        """What the ledger would say."""
        if self.broken:
            return "truncated" if "incomplete" in self.broken else "failed"
        if self.last is None:
            return "not_asked"
        if self.covered:
            good = [record for record in self.records if not isinstance(record, Rejected)]
            return "data" if good else "empty"
        return "failed" if self.unreadable else outcome_of(adapter.source, self.last, t_to)


def drive(
    up: Upstream,
    adapter: Adapter,
    wanted: Wanted,
    *,
    secrets: Mapping[str, str] | None = None,
    user_agent: str = USER_AGENT,
    timeout_s: float = 5.0,
) -> Driven:
    """Ask until the adapter has no more to ask, then read every page.

    Our clock is the sites' clock; without `secrets`, those that the sites take are sent.
    """
    driven = Driven()
    asked = adapter.fetch(wanted, up.secrets(adapter) if secrets is None else secrets)
    with httpx.Client(timeout=timeout_s, verify=False, trust_env=False) as client:
        try:
            request = next(asked)
            while True:
                request.headers["User-Agent"] = user_agent
                request.headers["Accept-Encoding"] = "gzip"
                page = _exchange(client, request, adapter, up.world.now())
                driven.last = page
                if asking(request).archive:
                    driven.pages.append(page)
                request = asked.send(page)
        except StopIteration as end:
            driven.covered = list(end.value)
        except httpx.TransportError as error:
            driven.broken = str(error) or type(error).__name__
            asked.close()
    for page in driven.pages:
        try:
            if page.capture.status in {200, 404}:
                driven.records += adapter.parse(page)
        except UnreadablePage as error:
            driven.unreadable.append(str(error))
    return driven


def _exchange(
    client: httpx.Client, request: httpx.Request, adapter: Adapter, now: datetime
) -> Page:
    response = client.send(request, stream=True)
    try:
        content = b"".join(response.iter_raw())
    finally:
        response.close()
    return Page(
        Capture(
            sha256=hashlib.sha256(content).hexdigest(),
            source=adapter.source.key,
            url=str(request.url),
            received_at=now,
            size_bytes=len(content),
            status=response.status_code,
            headers=dict(response.headers),
        ),
        content,
    )
