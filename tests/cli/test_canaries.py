"""The real server, worker included, whose receivers fail and whose database breaks: it says nothing
of fifty canaries to anybody but their owner, and nothing at all on its outputs."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from service.storage.database import open_database
from tests.api.canaries import FIFTY, everywhere, found_in, hatch, of_reply
from tests.api.keyed import bearer, make_key
from tests.api.world import desk_over
from tests.cli.test_serve import answers, free_port, prepare, serving
from tests.scheduler.helpers import wait_for
from tests.upstream import upstream


@dataclass(frozen=True)
class Wire:
    """Asks a server over the network, as `tests.api.served.Client` does without."""

    http: httpx.Client

    def ask(
        self, method: str, path: str, *, headers: Any = None, json: Any = None
    ) -> httpx.Response:
        return self.http.request(method, path, headers=headers, json=json)


def test_the_server_says_nothing_of_them(tmp_path: Path, migrated_sqlite: Path) -> None:
    port, nobody = free_port(), free_port()
    with upstream() as up:
        prepare(tmp_path, migrated_sqlite, up.url)
        database = tmp_path / "tailcheck.db"
        engine = open_database(f"sqlite:///{database}")
        desk = desk_over(engine, tmp_path)
        _, stranger = make_key(desk, "stranger")
        with (
            serving(tmp_path, "--port", str(port), TAILCHECK_SEND_TO="127.0.0.1") as process,
            httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http,
        ):
            wait_for(lambda: answers(port))
            wire = Wire(http)
            nest = hatch(wire, desk, f"http://127.0.0.1:{nobody}")  # type: ignore[arg-type]
            wait_for(lambda: tried(wire, nest.keys[0]) == FIFTY)
            document = http.get("/openapi.json").json()
            well = [of_reply(r) for r in asked(wire, document, nest, stranger)]
            engine.dispose()
            breaks(database)
            broken = [of_reply(r) for r in asked(wire, document, nest, nest.keys[0])]
            broken += [of_reply(r) for r in asked(wire, document, nest, stranger)]
            process.send_signal(signal.SIGTERM)
            out, said = process.communicate(timeout=60)

    assert all(found_in(nest, seen) == [] for seen in well)
    assert any(seen.startswith("503") for seen in broken)
    assert all(found_in(nest, seen) == [] for seen in broken if not seen.startswith("200"))
    assert found_in(nest, (out or "") + said) == []
    assert "StorageError" in said
    assert "Traceback" not in said


def tried(wire: Wire, key: str) -> int:
    """How many deliveries were tried and failed."""
    reply = wire.ask("GET", "/v1/deliveries?state=waiting&limit=1000", headers=bearer(key))
    return sum(delivery["attempts"] > 0 for delivery in reply.json()["deliveries"])


def asked(wire: Wire, document: Any, nest: Any, key: str) -> list[httpx.Response]:
    return [
        wire.ask(method, address, headers=bearer(key))
        for method, address in everywhere(document, nest)
        if address != "/v1/events" and method == "GET"
    ]


def breaks(database: Path) -> None:
    """What lies on the disk is no database any more, under the feet of whoever has it open."""
    for path in (database, database.with_name(f"{database.name}-wal")):
        if path.exists():
            with path.open("r+b") as file:
                file.write(os.urandom(path.stat().st_size))
