"""Your own receiver: the ``aircraft.json`` that readsb and dump1090-fa write.

``Source.url`` is the folder it is served from (``http://192.168.1.20/tar1090``); without one,
nothing is asked. One request says everything that the receiver hears, and tells nobody whom we
look for.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import httpx

from adapters._contract import Covered, Page, Record, Wanted, ask
from adapters._readsb_api import covered_now, records_of
from schemas.records import EVERYTHING, Rejected
from schemas.sources import Pace, Reach, Source, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReceiver:
    """One receiver."""

    source: Source

    def fetch(
        self,
        wanted: Wanted,  # noqa: ARG002  (one file says all)
        secrets: Mapping[str, str],  # noqa: ARG002  (it needs none)
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """The whole list, whatever is wanted."""
        if not self.source.url:
            return ()
        page = yield ask(f"{self.source.url.rstrip('/')}/data/aircraft.json")
        return tuple(covered_now(self.source, page, [EVERYTHING]))

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """A track for each aircraft with a position, what is said of identities, the rejected."""
        yield from records_of(page)


adapter = OwnReceiver(
    source=Source(
        key="readsb_local",
        title="Own receiver (readsb or dump1090-fa)",
        url="",
        kind="live",
        terms=Terms(
            licence="your own reception",
            attribution="own receiver",
            note="Set its address. Its range is what it hears, some 200 NM at height, far less "
            "near the ground.",
        ),
        pace=Pace(requests_per_s=1.0),
        lag=timedelta(),
        reach=Reach(days_back=0),
        independence_group="unstated",
    )
)
"""Whoever feeds an aggregator is one of its feeders: not independent of it unless stated."""
