"""The HTTP face, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import anyio.to_thread
from fastapi import FastAPI

from service.api import aircraft, airports, captures, checks, docs, health, problems, sources
from service.api.deps import Work
from service.api.openapi import Documented
from service.api.shield import Shield
from service.desk import Desk

DESCRIPTION: Final = """\
Was this aircraft at this airport on this date? Tailcheck answers from public flight data that it
holds, says how strongly, shows the evidence down to the row in the bytes as received, and says
what it cannot show. "Can't tell" is an answer; a silence is never told as a no.

Nothing that is asked here is passed on or logged. Times are UTC unless a name says otherwise;
lists come in pages, the next one in the `Link` header and in `next`.

Where there is no answer there is a problem (RFC 9457): `type` is stable, `detail` says what to do,
and where several things may be meant, `choices` lists them.
"""
TAGS: Final = [
    {"name": "Questions", "description": "Verdicts."},
    {"name": "Aircraft", "description": "Who an aircraft is and what was seen of it."},
    {"name": "Airports", "description": "Where an airport is, who came and went."},
    {"name": "Evidence", "description": "Bytes exactly as received, by their sha256."},
    {"name": "Sources", "description": "Where evidence comes from, and what each was asked."},
    {"name": "Service", "description": "For whoever runs it."},
]
NO_TELEMETRY: Final = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""A trace of a request carries its query: who is being looked into would leave the machine."""


def create_app(desk: Desk | Callable[[], Desk], *, hosts: Iterable[str] = ()) -> FastAPI:
    """The app over `desk`; one that is made by a function is made at start and closed at the end.

    `hosts` are names, beside loopback and IP addresses, that the service is reached by.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        ready = desk if isinstance(desk, Desk) else await anyio.to_thread.run_sync(desk)
        app.state.desk = ready
        app.state.work = Work(file_database=ready.engine.dialect.name == "sqlite")
        try:
            yield
        finally:
            if ready is not desk:
                await anyio.to_thread.run_sync(ready.engine.dispose)

    settings: dict[str, Any] = {"telemetry": NO_TELEMETRY}
    app = Documented(
        title="Tailcheck",
        summary="Was this aircraft at this airport on this date?",
        description=DESCRIPTION,
        version=_version(),
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        **settings,
    )
    app.add_middleware(Shield, hosts=tuple(hosts))
    problems.install(app)
    for router in (
        checks.router,  # first: it is asked most, and routes are tried in order
        aircraft.router,
        airports.router,
        captures.router,
        sources.router,
        health.router,
        docs.router,
    ):
        # As they are: a router that is included is tried anew with every request.
        app.router.routes.extend(router.routes)
    return app


def _version() -> str:
    try:
        return version("tailcheck")
    except PackageNotFoundError:
        return "0"
