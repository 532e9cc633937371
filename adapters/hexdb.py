"""hexdb.io: one aircraft by its address. Its tables of routes are schedules, and never asked.

A reply is ``{ModeS, Registration, ICAOTypeCode, Type, Manufacturer, OperatorFlagCode,
RegisteredOwners}``; an aircraft that it does not know is a 404 with ``{status, error}``.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import httpx

from adapters._contract import Covered, Page, Record, Wanted, ask
from adapters._look_up import Fields, read_look_up, said_by
from adapters._statements import COMMUNITY_LISTS
from schemas.records import Rejected
from schemas.sources import Pace, Reach, Source, Terms

_FIELDS = Fields(
    icao24="ModeS",
    registration="Registration",
    type_code="ICAOTypeCode",
    operator="RegisteredOwners",
    unread=frozenset(("Type", "Manufacturer", "OperatorFlagCode")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HexDb:
    """Look-ups of single aircraft."""

    source: Source

    def fetch(
        self,
        wanted: Wanted,
        secrets: Mapping[str, str],  # noqa: ARG002  (it needs none)
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """One request for each address: it tells whom we look for. It covers nothing."""
        for icao24 in sorted(wanted.icao24):
            yield ask(f"{self.source.url}/api/v1/aircraft/{icao24.upper()}")
        return ()

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """A statement, or nothing where the aircraft is not known."""
        reply = read_look_up(page)
        if page.capture.status == httpx.codes.NOT_FOUND or str(reply.get("status")) == "404":
            return
        yield from said_by(reply, _FIELDS, page)


adapter = HexDb(
    source=Source(
        key="hexdb",
        title="hexdb.io, look-ups of single aircraft",
        url="https://hexdb.io",
        kind="registry",
        terms=Terms(
            licence="none stated",
            attribution="hexdb.io",
            may_redistribute=False,
            note="Asks by address: it learns whom we look for.",
        ),
        pace=Pace(requests_per_s=1.0),
        lag=timedelta(days=30),
        reach=Reach(),
        independence_group=COMMUNITY_LISTS,
    )
)
