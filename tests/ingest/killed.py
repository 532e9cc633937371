"""A process that is killed while it fetches: ``python -m tests.ingest.killed MOMENT DATABASE FOLDER
URL``."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adapters._contract import ask, discover
from service.ingest.fetching import archive
from service.storage.captures import Incoming
from service.storage.database import open_database
from tests.ingest.fetcher import Hands, fetching


def _die(*_: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _then_die(act: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: _die(act(*args))


def main() -> None:
    """Fetch one page, and die at the moment named."""
    moment, database_url, folder, url = sys.argv[1:]
    engine = open_database(database_url)
    source = discover()["adsblol"].source
    with fetching(engine, Path(folder), Hands()) as fetcher:
        if moment == "before the bytes have a name":
            setattr(Incoming, "commit", _die)  # noqa: B010
        elif moment == "before the row":
            setattr(archive, "record_capture", _die)  # noqa: B010
        fetcher.page(source, ask(url))
        _die()


if __name__ == "__main__":
    main()
