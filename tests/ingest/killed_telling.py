"""A process that is killed while it tells: ``python -m tests.ingest.killed_telling MOMENT DATABASE
FOLDER``."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from service.ingest import writing
from service.ingest.telling import telling
from service.ingest.telling.telling import tell as real
from service.storage.database import open_database
from tests.ingest.desks import desk_of
from tests.ingest.fetcher import Hands
from tests.ingest.telling import MORNING, happens, landing, unit


def _die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Write one landing, and die at the moment named."""
    moment, database_url, folder = sys.argv[1:]
    desk = desk_of(open_database(database_url), Path(folder), Hands(MORNING))
    if moment == "before the alert":
        setattr(telling, "add_alerts", _die)  # noqa: B010
    elif moment == "before the commit":
        setattr(writing, "tell", lambda *args: _die(real(*args)))  # noqa: B010
    happens(desk, unit(landing(MORNING)))
    _die()


if __name__ == "__main__":
    main()
