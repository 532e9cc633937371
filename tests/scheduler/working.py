"""A worker in a process of its own, on sources that a server on loopback plays:
``python -m tests.scheduler.working DATABASE_URL FOLDER UPSTREAM_URL KEY…``. It says ``ready`` when
it works, and stops on SIGTERM; a sentence on stderr and 5 when it may not begin."""

from __future__ import annotations

import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters._contract import Adapter, discover
from adapters._opensky import Access
from schemas.sources import Pace
from service.clock import system_clock
from service.desk import Desk
from service.domain.airports.table import Airports
from service.errors import StorageError
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.fetching.pacing import Pacer
from service.scheduler.stopping import Stopping
from service.scheduler.worker import Worker
from service.settings import Settings
from service.storage.captures import CaptureStore
from service.storage.database import open_database
from tests.ingest.desks import UUWW
from tests.storage.helpers import UMMS
from tests.upstream.world import secret

LEASE_S = 2.0


def moved(adapter: Any, url: str) -> Adapter:
    """The adapter, asking the server, at a pace that no test waits for."""
    source = replace(
        adapter.source,
        url=f"{url}/{adapter.source.key}",
        pace=Pace(requests_per_s=200.0, burst=200),
    )
    changed: dict[str, Any] = {"source": source}
    if hasattr(adapter, "access"):
        changed["access"] = Access(token_url=f"{url}/opensky_auth/token")
    found: Adapter = replace(adapter, **changed)
    return found


def main() -> int:
    database, folder, url, *keys = sys.argv[1:]
    sites = {key: moved(discover()[key], url) for key in keys}
    desk = Desk(
        engine=open_database(database),
        captures=CaptureStore(Path(folder) / "captures"),
        airports=Airports.build([UMMS, UUWW], "test"),
        adapters=sites,
        clock=system_clock,
        secrets={
            key: {name: secret(name) for name in adapter.source.secrets}
            for key, adapter in sites.items()
        },
    )
    stopping = Stopping()
    pacer = Pacer(desk.engine, desk.clock, stopping.sleep)
    fetcher = Fetcher(desk, pacer, verify=False, timeout_s=10)
    settings = Settings(ask_per_aircraft=True, home=Path(folder))
    worker = Worker(desk, fetcher, settings, stopping, lease_s=LEASE_S)
    signal.signal(signal.SIGTERM, stopping.tell_from_signal)
    try:
        worker.start()
    except StorageError as error:
        print(error, file=sys.stderr)
        return 5
    print("ready", flush=True)
    stopping.wait()
    return 0 if worker.stop() else 1


if __name__ == "__main__":
    sys.exit(main())
