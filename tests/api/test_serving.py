"""The real server, on a free port of this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from service.api.app import create_app
from service.api.serving import LOG_CONFIG, config
from service.desk import Desk

QUESTION = {"aircraft": "N899DN", "airport": "KMSP", "date": "2025-02-04"}


@pytest.fixture(scope="module")
def address(desk: Desk) -> Iterator[str]:
    """Where a server over the filled world listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(config(create_app(desk), host="127.0.0.1", port=0))
        started = threading.Event()
        thread = threading.Thread(target=_run, args=(server, listener, started))
        thread.start()
        try:
            assert started.wait(30)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)
    assert not thread.is_alive()


def _run(server: uvicorn.Server, listener: socket.socket, started: threading.Event) -> None:
    startup = server.startup

    async def told(sockets: list[socket.socket] | None = None) -> None:
        await startup(sockets)
        started.set()

    server.startup = told  # type: ignore[method-assign]  # the only way to hear of it
    server.run(sockets=[listener])


def test_a_question_over_the_wire(address: str) -> None:
    with httpx.Client(base_url=address, trust_env=False) as client:
        first = client.get("/v1/check", params=QUESTION)
        again = client.get(
            "/v1/check", params=QUESTION, headers={"If-None-Match": first.headers["etag"]}
        )
        head = client.head("/v1/check", params=QUESTION)

    assert first.json()["verdict"] == "observed"
    assert again.status_code == 304
    assert (head.status_code, head.content) == (200, b"")
    assert "server" not in first.headers


def test_many_at_once(address: str) -> None:
    found: list[str] = []

    def ask() -> None:
        with httpx.Client(base_url=address, trust_env=False) as client:
            found.extend(
                client.get("/v1/check", params=QUESTION).json()["verdict"] for _ in "12345"
            )

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert found == ["observed"] * 40


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /healthz HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a.example\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: a.example\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a.example\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET http://a.example/healthz HTTP/1.1\r\nHost: a.example\r\n\r\n",
    ],
)
def test_another_host_is_refused_on_the_wire(address: str, request_bytes: bytes) -> None:
    assert _status(address, request_bytes) == b"421"


def test_what_is_no_http_is_refused(address: str) -> None:
    assert _status(address, b"\x16\x03\x01\x00\xa5\x01\x00\x00\r\n\r\n") == b"400"


def test_a_path_that_is_no_text_is_answered(address: str) -> None:
    line = b"GET /v1/aircraft/%ff%fe%ED%A0%80 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

    assert _status(address, line) == b"404"


def _status(address: str, request_bytes: bytes) -> bytes:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(request_bytes)
        return connection.recv(4096).split(b" ", 2)[1]


def test_nothing_that_was_asked_is_logged(address: str, capfd: pytest.CaptureFixture[str]) -> None:
    with httpx.Client(base_url=address, trust_env=False) as client:
        client.get("/v1/check", params=QUESTION | {"airport": "Atlantis"})
        client.get("/v1/aircraft/N899DN/stays")

    said = capfd.readouterr()
    assert "N899DN" not in said.out + said.err
    assert LOG_CONFIG["loggers"]["uvicorn.access"]["handlers"] == []
