"""`/v1/events` by the real server: nothing is missed when a connection breaks, nor told twice."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import Engine

from service.api.app import create_app
from service.api.serving import Server, config
from service.api.streams import MOST
from service.desk import Desk
from service.storage.api_keys import revoke
from service.storage.database import writing
from tests.api.test_watches import key_for
from tests.api.told import tell, watch_on
from tests.api.world import desk_over

NDJSON = {"accept": "application/x-ndjson"}


@pytest.fixture
def empty(database: Engine, tmp_path: Path) -> Desk:
    """A desk on either database."""
    return desk_over(database, tmp_path)


class Running:
    """A server that listens, until `stop`."""

    def __init__(self, desk: Desk) -> None:
        self.app = create_app(desk)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._server = Server(config(self.app, host="127.0.0.1", port=0))
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._ready.wait(30)

    def _run(self) -> None:
        startup = self._server.startup

        async def told(sockets: list[socket.socket] | None = None) -> None:
            await startup(sockets)
            self.app.state.streams._look_s = 0.02
            self._ready.set()

        self._server.startup = told  # type: ignore[method-assign]  # the only way to hear of it
        self._server.run(sockets=[self._listener])

    def beat(self, seconds: float) -> None:
        """How often streams show that they live."""
        self.app.state.streams._beat_s = seconds

    def stop(self) -> None:
        """As SIGTERM does."""
        self._server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive()
        self._listener.close()


@pytest.fixture
def server(empty: Desk) -> Iterator[Running]:
    """A server over that desk."""
    running = Running(empty)
    yield running
    running.stop()


@contextmanager
def listening(
    server: Running, path: str = "/v1/events", headers: dict[str, str] | None = None
) -> Iterator[Iterator[str]]:
    """The lines of a stream."""
    with (
        httpx.Client(base_url=server.address, trust_env=False, timeout=30) as client,
        client.stream("GET", path, headers=headers) as reply,
    ):
        assert reply.status_code == 200, reply.read()
        yield reply.iter_lines()


def event(lines: Iterator[str]) -> dict[str, str]:
    """The next event that holds anything but a comment."""
    found: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line and name:
            found[name] = value
        elif found and not line:
            return found
    return found


def alert_in(found: dict[str, str]) -> dict[str, Any]:
    """The alert that the event tells."""
    assert found["event"] == "alert"
    said: dict[str, Any] = msgspec.json.decode(found["data"])["alert"]
    assert found["id"] == str(said["id"])
    return said


def test_what_is_told_comes(empty: Desk, server: Running) -> None:
    watch = watch_on(empty)
    before = tell(empty, watch)
    with listening(server) as lines:
        assert event(lines) == {"id": str(before.id), "retry": "3000"}
        told = tell(empty, watch)
        said = alert_in(event(lines))

    assert said["id"] == told.id
    assert said["occasion"]["registration"] == "RA-64523"


def test_a_broken_stream_is_taken_up_where_it_was(empty: Desk, server: Running) -> None:
    watch = watch_on(empty)
    with listening(server) as lines:
        begun = event(lines)["id"]
    # It broke off before anything came: what came meanwhile is not missed.
    meanwhile = [tell(empty, watch).id for _ in range(3)]
    with listening(server, headers={"last-event-id": begun}) as lines:
        assert event(lines)["id"] == begun
        assert [alert_in(event(lines))["id"] for _ in range(2)] == meanwhile[:2]
    later = tell(empty, watch).id
    # A browser asks the same address again, with the header: that one counts.
    with listening(
        server, "/v1/events?after=0", headers={"last-event-id": str(meanwhile[1])}
    ) as lines:
        event(lines)
        assert [alert_in(event(lines))["id"] for _ in range(2)] == [meanwhile[2], later]


def test_a_killed_connection_misses_nothing(empty: Desk, server: Running) -> None:
    watch = watch_on(empty)
    told, heard = [], []
    last = "0"
    for _ in range(12):
        told += [tell(empty, watch).id for _ in range(3)]
        host, port = server.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(
                b"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nLast-Event-ID: "
                + last.encode()
                + b"\r\n\r\n"
            )
            # A reset in the middle of whatever is being sent.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            read = b""
            while read.count(b"event: alert") < 2:
                read += connection.recv(512)
        whole = read.replace(b"\r\n", b"\n").split(b"\n\n")[1:-1]
        for block in whole:
            numbers = [line for line in block.split(b"\n") if line.startswith(b"id: ")]
            if b"event: alert" in block and numbers:
                last = numbers[0].removeprefix(b"id: ").decode()
                heard.append(int(last))
    with listening(server, headers={"last-event-id": last}) as lines:
        event(lines)
        while heard[-1] != told[-1]:
            heard.append(alert_in(event(lines))["id"])

    assert heard == told


def test_lines_of_json(empty: Desk, server: Running) -> None:
    watch = watch_on(empty)
    first = tell(empty, watch)
    with listening(server, "/v1/events?after=0", NDJSON) as lines:
        assert msgspec.json.decode(next(lines))["alert"]["id"] == first.id
        second = tell(empty, watch)
        assert msgspec.json.decode(next(lines))["alert"]["id"] == second.id


def test_a_silent_stream_shows_that_it_lives(server: Running) -> None:
    server.beat(0.05)
    with listening(server) as lines:
        event(lines)
        assert [next(lines) for _ in range(4)] == [": nothing new", ""] * 2
    with listening(server, headers=NDJSON) as lines:
        assert next(lines) == ""


def test_another_process_is_heard_and_another_owner_is_not(empty: Desk, server: Running) -> None:
    anna, boris = watch_on(empty, owner="anna"), watch_on(empty, owner="boris")
    key = key_for(empty, "anna")
    second = Running(empty)  # stands for another process: it shares nothing but the database
    try:
        with (
            listening(server, "/v1/events?after=0", key | NDJSON) as here,
            listening(second, "/v1/events?after=0", key | NDJSON) as there,
        ):
            tell(empty, boris)
            mine = tell(empty, anna)
            tell(empty, boris)
            for lines in (here, there):
                assert msgspec.json.decode(next(lines))["alert"]["id"] == mine.id
    finally:
        second.stop()


def test_where_a_stream_begins_tells_nothing_of_others(empty: Desk, server: Running) -> None:
    anna, boris = watch_on(empty, owner="anna"), watch_on(empty, owner="boris")
    key = key_for(empty, "anna")
    tell(empty, boris)
    with listening(server, headers=key) as lines:
        assert event(lines)["id"] == "0"
    mine = tell(empty, anna)
    tell(empty, boris)
    with listening(server, headers=key) as lines:
        assert event(lines)["id"] == str(mine.id)
        later = tell(empty, anna)
        assert alert_in(event(lines))["id"] == later.id


def test_a_revoked_key_ends_its_stream(empty: Desk, server: Running) -> None:
    server.beat(0.05)
    key = key_for(empty, "anna")
    with listening(server, headers=key | NDJSON) as lines:
        assert next(lines) == ""
        with writing(empty.engine) as conn:
            revoke(conn, key["authorization"].split("_")[1], now=empty.clock())
        assert set(lines) <= {""}  # and it ends


def test_one_may_not_have_too_many(server: Running) -> None:
    server.beat(0.05)
    with httpx.Client(base_url=server.address, trust_env=False, timeout=30) as client:
        open_ones = [
            client.send(client.build_request("GET", "/v1/events"), stream=True) for _ in range(MOST)
        ]
        assert [reply.status_code for reply in open_ones] == [200] * MOST
        refused = client.get("/v1/events")
        assert refused.status_code == 429
        assert refused.json()["type"].endswith("too-many-streams")
        assert client.get("/healthz").status_code == 200
        for reply in open_ones:
            reply.close()
        while True:  # the places come back as the server notices
            again = client.send(client.build_request("GET", "/v1/events"), stream=True)
            again.close()
            if again.status_code == 200:
                break
        assert client.head("/v1/events").status_code == 200


def test_streams_end_when_the_server_does(empty: Desk) -> None:
    server = Running(empty)
    with listening(server) as lines, listening(server, headers=NDJSON) as others:
        event(lines)
        server.stop()
        assert list(lines) == []
        assert list(others) == []


@pytest.mark.parametrize("given", ["x", "-1", "1.5", "9" * 30])
def test_what_is_no_number_is_refused(server: Running, given: str) -> None:
    with httpx.Client(base_url=server.address, trust_env=False) as client:
        for asked in (
            client.get("/v1/events", headers={"last-event-id": given}),
            client.get("/v1/events", params={"after": given}),
        ):
            assert asked.status_code == 422
