"""The leases that this worker holds, kept alive while it runs."""

from __future__ import annotations

import os
import secrets
import socket
import threading

from service.clock import Clock
from service.storage.database import Engine, writing
from service.storage.leases import Lease, end_all, release, renew, take

LEASE_S = 60.0
"""How long the work of a worker that died waits for another one."""


class Holding:
    """Leases by name. Safe for several threads."""

    def __init__(self, engine: Engine, clock: Clock, for_s: float = LEASE_S) -> None:
        self._engine = engine
        self._clock = clock
        self.for_s = for_s
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(6)}"
        self._held: dict[str, Lease] = {}
        self._lock = threading.Lock()

    def inherit(self) -> None:
        """Let the leases of all others run out: this is the only worker, so they are dead."""
        with writing(self._engine) as conn:
            end_all(conn)

    def take(self, name: str) -> Lease | None:
        """The lease: the one that is held, or a new one; None while another worker has it."""
        with self._lock:
            held = self._held.get(name)
            if held is not None and held.expires_at > self._clock():
                return held
            with writing(self._engine) as conn:
                lease = take(conn, name, self._holder, now=self._clock(), for_s=self.for_s)
            self._held.pop(name, None)
            if lease is not None:
                self._held[name] = lease
            return lease

    def renew(self) -> None:
        """Give every lease more time. One that has passed on is let go."""
        with self._lock, writing(self._engine) as conn:
            for name, lease in list(self._held.items()):
                longer = renew(conn, lease, now=self._clock(), for_s=self.for_s)
                if longer is None:
                    del self._held[name]
                else:
                    self._held[name] = longer

    def drop(self, name: str) -> None:
        """Another worker has it now."""
        with self._lock:
            self._held.pop(name, None)

    def release(self) -> None:
        """Give all of them back, so that the next worker need not wait."""
        with self._lock, writing(self._engine) as conn:
            for lease in self._held.values():
                release(conn, lease)
            self._held.clear()
