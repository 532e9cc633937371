"""The server that speaks the protocol, over stdio and behind `/mcp`. It keeps no session.

What the SDK logs and traces may quote a request: neither is let out.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    Tool,
    ToolAnnotations,
)
from starlette.types import ASGIApp, Scope

from service.clock import Clock
from service.mcp.answering import answer
from service.mcp.asking import Call, Reply, ask
from service.mcp.tools import TOOLS

INSTRUCTIONS: Final = """\
Tailcheck answers from public flight data that it holds, says how strongly, and says what it cannot
show. Every answer comes with `limits`: pass on `does_not_show` and name the `attributions`. "Can't
tell" is an answer; a silence is never told as a no. Where several things may be meant, ask the
person which; never guess.
"""
_LOGGERS: Final = ("mcp", "sse_starlette")
_MOST_BYTES: Final = 256 << 10
_UNASKED: Final[Scope] = {}


def silence() -> None:
    """Let nothing out of what the SDK logs."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
        logger.handlers = [logging.NullHandler()]


def server_over(
    app: ASGIApp, clock: Clock, version: str, came_with: Scope = _UNASKED
) -> Server[dict[str, Any]]:
    """The server whose tools ask `app`: as whoever sent the HTTP request, else as `came_with`."""

    async def listed(
        _: ServerRequestContext[dict[str, Any]], __: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return ListToolsResult(tools=_listed())

    async def called(
        context: ServerRequestContext[dict[str, Any]], params: CallToolRequestParams
    ) -> CallToolResult:
        by: Mapping[str, Any] = came_with if context.request is None else context.request.scope

        async def asked(call: Call) -> Reply:
            return await ask(app, call, dict(by))

        return await answer(asked, clock, params.name, params.arguments or {})

    silence()
    server: Server[dict[str, Any]] = Server(
        "tailcheck",
        version=version,
        title="Tailcheck",
        instructions=INSTRUCTIONS,
        on_list_tools=listed,
        on_call_tool=called,
    )
    server.middleware.clear()  # it traces every message
    return server


@asynccontextmanager
async def over_http(app: ASGIApp, clock: Clock, version: str) -> AsyncIterator[ASGIApp]:
    """What answers POST, as long as the block lasts."""
    manager = StreamableHTTPSessionManager(
        server_over(app, clock, version),
        json_response=True,
        stateless=True,
        max_request_body_size=_MOST_BYTES,
    )
    async with manager.run():
        yield manager.handle_request


async def over_stdio(app: ASGIApp, clock: Clock, version: str, came_with: Scope) -> None:
    """Answer on standard output what comes on standard input, until that ends."""
    server = server_over(app, clock, version, came_with)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def _listed() -> list[Tool]:
    looks_only = ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    return [
        Tool(
            name=tool.name,
            title=tool.title,
            description=tool.says,
            input_schema=tool.schema(),
            annotations=looks_only,
        )
        for tool in TOOLS
    ]
