"""Content as a page of a source."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from adapters._contract import Page
from schemas.records import Capture

RECEIVED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def page(
    source: str,
    content: bytes,
    *,
    url: str = "",
    status: int | None = None,
    received_at: datetime = RECEIVED,
) -> Page:
    """The content as a page of that source."""
    capture = Capture(
        sha256=hashlib.sha256(content).hexdigest(),
        source=source,
        url=url,
        received_at=received_at,
        size_bytes=len(content),
        status=status,
    )
    return Page(capture, content)


def assert_sentence(error: ValueError) -> None:
    """What is wrong is told to people: one printable sentence."""
    assert str(error).isprintable()
    assert str(error).endswith(".")
