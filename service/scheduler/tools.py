"""What a job is, and what it works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from service.desk import Desk
from service.evidence.logbook import Logging
from service.ingest.fetching.fetcher import Fetcher
from service.notify.policy import Policy
from service.scheduler.holding import Holding
from service.scheduler.stopping import Stopping


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What every job works with."""

    desk: Desk
    fetcher: Fetcher
    holding: Holding
    stopping: Stopping
    per_aircraft: bool
    """Whether sources may learn whom we watch."""
    home: Path
    public_url: str = ""
    """What links in messages begin with."""
    policy: Policy = field(default_factory=Policy)
    """Where messages may go."""
    logging: Logging = field(default_factory=Logging)
    """How the log of receptions is kept."""


class Job(Protocol):
    """One thing that is done again and again."""

    @property
    def name(self) -> str:
        """For the log; names a source, never whom it is asked about."""
        ...

    def run(self) -> float:
        """Do one step; returns the seconds until the next. Raises whatever goes wrong."""
        ...

    def end(self) -> None:
        """Keep what waits to be written; no more steps follow."""
        ...


def lease_of_source(key: str) -> str:
    """The name of the lease on all work at one source."""
    return f"source:{key}"
