"""A desk over a filled database, for measuring."""

from __future__ import annotations

import tempfile
from pathlib import Path

from adapters._contract import discover
from service.clock import system_clock
from service.desk import Desk
from service.ingest.reference.airports import load_airports
from service.storage.captures import CaptureStore
from service.storage.database import open_database


def desk_over(url: str) -> Desk:
    """Everything `check` needs; the capture store is an empty folder."""
    return Desk(
        engine=open_database(url),
        captures=CaptureStore(Path(tempfile.gettempdir()) / "tailcheck-bench-captures"),
        airports=load_airports(),
        adapters=discover(),
        clock=system_clock,
    )
