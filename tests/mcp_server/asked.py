"""Asking by the SDK's own client, from plain functions."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import anyio
import httpx2
import uvicorn
from fastapi import FastAPI
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent

from service.api.serving import config

T = TypeVar("T")


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Where a real server over `app` listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(config(app, host="127.0.0.1", port=0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)
    assert not thread.is_alive()


def over_http(
    address: str, ask: Callable[[Client], Awaitable[T]], *, key: str = "", mode: str = "auto"
) -> T:
    """What `ask` finds out."""

    async def run() -> T:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        async with httpx2.AsyncClient(headers=headers, trust_env=False, timeout=30) as http:
            transport = streamable_http_client(f"{address}/mcp", http_client=http)
            async with Client(transport, mode=mode) as client:
                return await ask(client)

    return anyio.run(run)


def over_stdio(
    home: Path, stderr: Path, ask: Callable[[Client], Awaitable[T]], *, mode: str = "auto"
) -> T:
    """What `ask` finds out of `tailcheck mcp`."""
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "service.cli", "mcp"],
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TAILCHECK_HOME": str(home)},
    )

    async def run() -> T:
        with stderr.open("w") as errors:
            async with Client(stdio_client(command, errlog=errors), mode=mode) as client:
                return await ask(client)

    return anyio.run(run)


def call(name: str, **given: Any) -> Callable[[Client], Awaitable[CallToolResult]]:
    """One call; `from_` stands for the argument ``from``."""

    async def ask(client: Client) -> CallToolResult:
        return await client.call_tool(name, {key.rstrip("_"): v for key, v in given.items()})

    return ask


def text_of(result: CallToolResult) -> str:
    """What it says to a reader."""
    first = result.content[0]
    assert isinstance(first, TextContent)
    return first.text
