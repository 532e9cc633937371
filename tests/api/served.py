"""The app inside its lifespan, asked from plain functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import anyio.from_thread
import httpx
from fastapi import FastAPI

ORIGIN = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Client:
    """Asks the app as a browser or a script would."""

    app: FastAPI
    _portal: anyio.from_thread.BlockingPortal
    _http: httpx.AsyncClient

    def get(
        self, path: str, *, headers: Mapping[str, str] | None = None, **query: Any
    ) -> httpx.Response:
        """One GET; `from_` stands for the parameter ``from``."""
        return self.ask("GET", path, headers=headers, **query)

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | None = None,
        **query: Any,
    ) -> httpx.Response:
        """One request, with a body if there is `json` or `content`."""
        params = {name.rstrip("_"): value for name, value in query.items()}

        async def send() -> httpx.Response:
            return await self._http.request(
                method, path, params=params or None, headers=headers, json=json, content=content
            )

        return self._portal.call(send)


@contextmanager
def serving(app: FastAPI) -> Iterator[Client]:
    """The app from its start to its end."""
    with anyio.from_thread.start_blocking_portal() as portal:

        def connect() -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
            return httpx.AsyncClient(transport=transport, base_url=ORIGIN)

        with (
            portal.wrap_async_context_manager(app.router.lifespan_context(app)),
            portal.wrap_async_context_manager(portal.call(connect)) as http,
        ):
            yield Client(app, portal, http)


def word(reply: httpx.Response) -> str:
    """Which problem the reply is: the last word of its type."""
    assert reply.headers["content-type"] == "application/problem+json", reply.text
    kind: str = reply.json()["type"]
    return kind.removeprefix("urn:tailcheck:problem:")
