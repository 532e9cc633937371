"""`/mcp` in the HTTP app: one address, POST only, behind the same shield and gate as all else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from service.clock import Clock

PATH: Final = "/mcp"


class Mount:
    """The address, which answers while `over` lasts."""

    def __init__(self) -> None:
        self._answers: ASGIApp | None = None
        self.route: Final = Route(PATH, self, methods=["POST"])

    @asynccontextmanager
    async def over(self, app: ASGIApp, clock: Clock, version: str) -> AsyncIterator[None]:
        """Answer from `app`."""
        from service.mcp.server import over_http  # noqa: PLC0415  (half a second that only it needs)

        async with over_http(app, clock, version) as self._answers:
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        assert self._answers is not None, "asked before the app's start"
        await self._answers(scope, receive, send)
