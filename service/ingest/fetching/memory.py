"""Replies that may be handed back instead of asking again, such as tokens: in memory only."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable

import httpx

from adapters._contract import Page, asking

_MOST = 64


class Memory:
    """Safe for several threads. `elapsed` counts seconds, and never goes back."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._lock = threading.Lock()
        self._pages: dict[bytes, tuple[float, Page]] = {}

    def page(self, request: httpx.Request) -> Page | None:
        """A good reply to this very request, no older than the request allows."""
        reuse_s = asking(request).reuse_s
        if reuse_s <= 0:
            return None
        with self._lock:
            at, page = self._pages.get(_name(request), (0.0, None))
        return page if page is not None and self._elapsed() - at <= reuse_s else None

    def keep(self, request: httpx.Request, page: Page) -> None:
        """Keep a good reply, if the request or an earlier one like it lets it be used again."""
        name = _name(request)
        with self._lock:
            known = self._pages.pop(name, None)
            if page.capture.status == httpx.codes.OK and (known or asking(request).reuse_s > 0):
                self._pages[name] = (self._elapsed(), page)
            while len(self._pages) > _MOST:
                del self._pages[next(iter(self._pages))]


def _name(request: httpx.Request) -> bytes:
    """A digest: the request itself holds secrets."""
    digest = hashlib.sha256()
    for part in (
        request.method,
        str(request.url),
        *(f"{name}:{value}" for name, value in sorted(request.headers.multi_items())),
    ):
        digest.update(part.encode() + b"\n")
    digest.update(request.read())
    return digest.digest()
