"""What every question and every import needs at hand, put together once by the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from adapters._contract import Adapter
from schemas.sources import Source
from service.clock import Clock
from service.domain.airports.table import Airports
from service.ingest.telling.roster import Roster
from service.sealing import PLAIN, Sealer
from service.storage.captures import CaptureStore
from service.storage.database import Engine


@dataclass(frozen=True)
class Desk:
    """The database, the received bytes, the reference tables, the known sources, the time."""

    engine: Engine
    captures: CaptureStore
    airports: Airports
    adapters: Mapping[str, Adapter]
    """By source key: who can ask that source and read what it sent."""
    clock: Clock
    off: Mapping[str, str] = field(default_factory=dict)
    """By source key, for each source that must not be asked: why, as a sentence. What it sent
    earlier, or was handed over as a file, counts all the same."""
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """By source key: what that source needs to let us in, by name."""
    sealer: Sealer = field(default=PLAIN, repr=False)
    """Seals who is followed, with the operator's key if there is one."""

    @cached_property
    def roster(self) -> Roster:
        """Who is followed."""
        return Roster(self.sealer, self.airports, self.clock)

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Every source we know of, by key."""
        return {key: adapter.source for key, adapter in self.adapters.items()}
