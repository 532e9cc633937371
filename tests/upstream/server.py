"""The server itself: one port on loopback, a folder for each site, a queue of faults for each."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, TypeVar
from urllib.parse import urlsplit

from adapters._contract import Adapter
from adapters._opensky import Access
from tests.upstream.faults import Fault
from tests.upstream.messages import Asked, Reply
from tests.upstream.sites import SITES
from tests.upstream.wire import Wire
from tests.upstream.world import World, secret

AdapterT = TypeVar("AdapterT", bound=Adapter)


class Upstream:
    """A running server; `upstream` starts one."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.closing = Event()
        self._lock = Lock()
        self._asked: list[Asked] = []
        self._faults: dict[str, deque[Fault]] = {}
        self._always: dict[str, Fault] = {}
        self._server = _Server(self)

    @property
    def url(self) -> str:
        """Of the server; each site lies in a folder of its own."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def moved(self, adapter: AdapterT) -> AdapterT:
        """The same adapter, asking this server."""
        assert is_dataclass(adapter)
        url = f"{self.url}/{adapter.source.key}"
        changed: dict[str, Any] = {"source": replace(adapter.source, url=url)}
        if hasattr(adapter, "access"):
            changed["access"] = Access(token_url=f"{self.url}/opensky_auth/token")
        moved: AdapterT = replace(adapter, **changed)
        return moved

    def secrets(self, adapter: Adapter) -> dict[str, str]:
        """Values that the sites take."""
        return {name: secret(name) for name in adapter.source.secrets}

    def fail(self, site: str, fault: Fault, *, times: int | None = None) -> None:
        """Play the fault on the next so many answers of the site; None = on all that follow."""
        assert site in SITES
        with self._lock:
            if times is None:
                self._always[site] = fault
            else:
                self._faults.setdefault(site, deque()).extend([fault] * times)

    def recover(self) -> None:
        """No more faults."""
        with self._lock:
            self._faults.clear()
            self._always.clear()

    def asked(self, site: str | None = None) -> list[Asked]:
        """Every request so far, in the order in which they came."""
        with self._lock:
            return [asked for asked in self._asked if site in (None, asked.site)]

    def answer(self, asked: Asked, wire: Wire) -> None:
        """One request: note it, ask its site, and let a fault have its way."""
        with self._lock:
            self._asked.append(asked)
            waiting = self._faults.get(asked.site)
            fault = waiting.popleft() if waiting else self._always.get(asked.site, Fault("none"))
            question = fault.question(asked)
            site = SITES.get(asked.site)
            reply = site(question, self.world) if site else Reply.page(404, "No such site")
        fault.delivery(wire, fault.answer(reply))

    def start(self) -> None:
        """Answer from now on."""
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}).start()

    def stop(self) -> None:
        """Answer no more. Whoever still waits is let go."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, up: Upstream) -> None:
        self.up = up
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what some faults are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """Headers and body go out in two pieces; without this the second waits for an ACK, 40 ms."""
    server: _Server

    def do_GET(self) -> None:
        """Any request: the sites look at the method themselves."""
        up = self.server.up
        path = urlsplit(self.path).path
        site = path.split("/")[1]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = Asked(
            site=site,
            method=self.command,
            target=self.path[len(site) + 1 :],
            headers=_lower(dict(self.headers.items())),
            body=body,
            at_s=time.monotonic(),
        )
        up.answer(asked, Wire(self, up.closing))

    do_POST = do_HEAD = do_GET

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The ``Date`` header, by the sites' clock."""
        now = self.server.up.world.now().timestamp() if timestamp is None else timestamp
        return super().date_time_string(int(now))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class's name)
        """Nothing: what was asked is in `Upstream.asked`."""


def _lower(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@contextlib.contextmanager
def upstream(world: World | None = None) -> Iterator[Upstream]:
    """A server for as long as the block lasts."""
    up = Upstream(world or World())
    up.start()
    try:
        yield up
    finally:
        up.stop()
