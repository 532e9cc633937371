"""`GET /v1/check` beside a bare FastAPI echo: requests a second and the slowest hundredth.

Both are served by one uvicorn worker in a process of its own; the load comes from this one, over
16 connections that are kept open, spoken by hand so that the client costs little.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench.report import percentile

CONNECTIONS = 16
WARM_UP_S = 2.0
MEASURE_S = 8.0

SERVE = """
import sys, socket
from bench.http import app_for
from service.api.serving import serve
serve(app_for(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]))
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What a server stood."""

    per_s: float
    p99_ms: float


def app_for(what: str) -> object:
    """The echo, or the API over the database at a URL. Called in the server's process."""
    if what == "echo":
        from fastapi import FastAPI  # noqa: PLC0415 - only the serving process needs it

        app = FastAPI()

        @app.get("/echo")
        async def echo(aircraft: str, airport: str, date: str) -> dict[str, str]:
            return {"aircraft": aircraft, "airport": airport, "date": date}

        return app
    from bench.desk import desk_over  # noqa: PLC0415
    from service.api.app import create_app  # noqa: PLC0415

    return create_app(desk_over(what))


def load(what: str, paths: Sequence[str]) -> Load:
    """Serve `what` and ask `paths` in turn for some seconds."""
    with _server(what) as port:
        return asyncio.run(_load(port, paths))


async def _load(port: int, paths: Sequence[str]) -> Load:
    host = f"Host: 127.0.0.1:{port}"
    requests = [f"GET {path} HTTP/1.1\r\n{host}\r\n\r\n".encode() for path in paths]
    await _all(port, requests, WARM_UP_S)
    took = await _all(port, requests, MEASURE_S)
    return Load(per_s=len(took) / MEASURE_S, p99_ms=percentile(took, 0.99) * 1e3)


async def _all(port: int, requests: Sequence[bytes], for_s: float) -> list[float]:
    until = time.perf_counter() + for_s
    parts = await asyncio.gather(
        *(_one(port, requests, start, until) for start in range(CONNECTIONS))
    )
    return [value for part in parts for value in part]


async def _one(port: int, requests: Sequence[bytes], start: int, until: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    took: list[float] = []
    number = start * 7919
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(requests[number % len(requests)])
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode(errors="replace"))
        length = next(
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        )
        await reader.readexactly(length)
        took.append(time.perf_counter() - began)
        number += 1
    writer.close()
    return took


@contextmanager
def _server(what: str) -> Iterator[int]:
    port = _free_port()
    process = subprocess.Popen([sys.executable, "-c", SERVE, what, str(port)])
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    import socket  # noqa: PLC0415

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    import socket  # noqa: PLC0415

    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")
