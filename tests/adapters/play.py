"""Drives an adapter's `fetch` with replies made by hand, as the service would."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from adapters._contract import Adapter, Covered, Wanted
from tests.adapters.pages import RECEIVED, page


@dataclass(frozen=True, slots=True)
class Reply:
    """What the source answers."""

    status: int
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Played:
    """What was asked, and what it covered in the end."""

    requests: Sequence[httpx.Request]
    covered: Sequence[Covered]

    @property
    def urls(self) -> list[str]:
        return [str(request.url) for request in self.requests]


def play(
    adapter: Adapter,
    wanted: Wanted,
    answer: Callable[[httpx.Request], Reply],
    *,
    secrets: dict[str, str] | None = None,
    received_at: datetime = RECEIVED,
) -> Played:
    """Ask until the adapter has no more to ask."""
    asking = adapter.fetch(wanted, secrets or {})
    requests: list[httpx.Request] = []
    try:
        request = next(asking)
        while True:
            requests.append(request)
            assert len(requests) < 1_000, "it never ends"
            reply = answer(request)
            request = asking.send(
                page(
                    adapter.source.key,
                    reply.content,
                    url=str(request.url),
                    status=reply.status,
                    received_at=received_at,
                )
            )
    except StopIteration as end:
        return Played(requests, end.value)
