"""The HTTP face, put together."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import anyio.to_thread
from fastapi import FastAPI

from schemas.access import ApiKey
from service.api import (
    aircraft,
    airports,
    alerts,
    bundles,
    captures,
    checks,
    claims,
    docs,
    events,
    feeds,
    health,
    kept,
    log,
    problems,
    receivers,
    sources,
    watches,
    webhooks,
)
from service.api.access import Door, Gate
from service.api.deps import Work
from service.api.openapi import Documented
from service.api.shield import Shield
from service.api.streams import Streams
from service.desk import Desk
from service.mcp.mount import Mount
from service.notify.policy import Policy
from service.storage.api_keys import keys
from service.storage.database import reading

DESCRIPTION: Final = """\
Was this aircraft at this airport on this date? Tailcheck answers from public flight data that it
holds, says how strongly, shows the evidence down to the row in the bytes as received, and says
what it cannot show. "Can't tell" is an answer; a silence is never told as a no.

Nothing that is asked here is passed on or logged. Times are UTC unless a name says otherwise;
lists come in pages, the next one in the `Link` header and in `next`.

As soon as there are access keys, every request carries one, `Authorization: Bearer tck_…`, and each
call says which scope it needs.

Where there is no answer there is a problem (RFC 9457): `type` is stable, `detail` says what to do,
and where several things may be meant, `choices` lists them.
"""
TAGS: Final = [
    {"name": "Questions", "description": "Verdicts."},
    {
        "name": "Kept checks",
        "description": "Questions that stay, with every answer that they were given.",
    },
    {"name": "Aircraft", "description": "Who an aircraft is and what was seen of it."},
    {"name": "Airports", "description": "Where an airport is, who came and went."},
    {"name": "Evidence", "description": "Bytes exactly as received, by their sha256."},
    {"name": "Sources", "description": "Where evidence comes from, and what each was asked."},
    {
        "name": "Watches",
        "description": "Whom and what somebody follows, and where it is told. Nobody else's are"
        " ever shown, nor whether there are any.",
    },
    {"name": "Alerts", "description": "What watches were told: a list, a stream, the outbox."},
    {"name": "Feeds", "description": "The same for feed readers and calendars."},
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


def create_app(
    desk: Desk | Callable[[], Desk],
    *,
    hosts: Iterable[str] = (),
    door: Door = "loopback",
    rate_per_minute: int = 0,
    public_url: str = "",
    policy: Policy | None = None,
    seconds: Callable[[], float] = time.monotonic,
) -> FastAPI:
    """The app over `desk`; one that is made by a function is made at start and closed at the end.

    `hosts` are names, beside loopback and IP addresses, that the service is reached by; `door`
    says who is let in without a key; `rate_per_minute` is for each key and each address, 0 = no
    limit; `public_url` is where others reach the service, without a slash at the end; `policy` is
    where messages may go beside public machines; `seconds` is a clock that never goes back.
    """

    mount = Mount()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        ready = desk if isinstance(desk, Desk) else await anyio.to_thread.run_sync(desk)
        app.state.desk = ready
        app.state.work = work = Work(file_database=ready.engine.dialect.name == "sqlite")
        app.state.public_url = public_url
        app.state.policy = policy or Policy()
        app.state.gate = Gate(
            partial(work.brief, partial(_keys, ready)),
            ready.clock,
            door=door,
            rate_per_minute=rate_per_minute,
            seconds=seconds,
        )
        app.state.streams = streams = Streams(ready, work, app.state.gate.holds)
        try:
            async with (
                mount.over(app, ready.clock, own_version()),
                anyio.create_task_group() as beside,
            ):
                beside.start_soon(streams.look)
                yield
                beside.cancel_scope.cancel()
        finally:
            if ready is not desk:
                await anyio.to_thread.run_sync(ready.engine.dispose)

    settings: dict[str, Any] = {"telemetry": NO_TELEMETRY}
    app = Documented(
        title="Tailcheck",
        summary="Was this aircraft at this airport on this date?",
        description=DESCRIPTION,
        version=own_version(),
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        **settings,
    )
    app.add_middleware(Shield, hosts=tuple(hosts))
    problems.install(app)
    webhooks.document(app)
    for router in (
        checks.router,  # first: it is asked most, and routes are tried in order
        claims.router,
        kept.router,
        bundles.router,
        aircraft.router,
        airports.router,
        captures.router,
        log.router,
        sources.router,
        watches.counting,
        watches.router,
        receivers.router,
        alerts.router,
        events.router,
        feeds.router,
        health.router,
        docs.router,
    ):
        # As they are: a router that is included is tried anew with every request.
        app.router.routes.extend(router.routes)
    app.router.routes.append(mount.route)
    return app


def _keys(desk: Desk) -> tuple[ApiKey, ...]:
    with reading(desk.engine) as conn:
        return keys(conn)


def own_version() -> str:
    """Of this service; 0 = it is not installed."""
    try:
        return version("tailcheck")
    except PackageNotFoundError:
        return "0"
