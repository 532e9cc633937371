"""plane-alert-db: state, military and otherwise notable aircraft, listed by volunteers.

Names of columns begin with ``$`` or ``#``. The list disagrees with tar1090-db here and there
(RA-64524 is under two addresses): both are kept. An address that a spreadsheet has robbed of its
leading zeros is rejected, not mended.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import httpx

from adapters._contract import Covered, Page, Record, Wanted, ask
from adapters._csv import Tally, table
from adapters._statements import COMMUNITY_LISTS, Odd, statement
from schemas.records import Rejected
from schemas.sources import Pace, Reach, Source, Terms

CAP_BYTES = 64 * 1024 * 1024
COLUMNS: Final = ("$ICAO", "$Registration", "$Operator", "$ICAO Type")
"""Names of the columns that are read: address, registration, operator, ICAO type designator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaneAlertDb:
    """The list."""

    source: Source

    def fetch(
        self,
        wanted: Wanted,  # noqa: ARG002  (it is one file)
        secrets: Mapping[str, str],  # noqa: ARG002  (it needs none)
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """The whole list. It says nothing of flights, so it covers nothing."""
        yield ask(f"{self.source.url}/plane-alert-db.csv")
        return ()

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """A statement for each aircraft with a registration, then what was rejected."""
        tally = Tally()
        nameless = 0
        rows = table(page.content, cap_bytes=CAP_BYTES, needed=COLUMNS, tally=tally)
        for number, (header, row) in enumerate(rows):
            icao24, registration, operator, type_code = (row[header.index(n)] for n in COLUMNS)
            try:
                said = statement(
                    page,
                    number,
                    icao24=icao24,
                    registration=registration,
                    type_code=type_code,
                    operator=operator,
                )
            except Odd as error:
                tally.add(str(error), number, row)
                continue
            if said is None:
                nameless += 1
            else:
                yield said
        if nameless:
            yield Rejected(why="without a registration", count=nameless)
        yield from tally.rejected()


adapter = PlaneAlertDb(
    source=Source(
        key="plane_alert_db",
        title="plane-alert-db, notable aircraft",
        url="https://raw.githubusercontent.com/sdr-enthusiasts/plane-alert-db/main",
        kind="registry",
        terms=Terms(
            licence="ODbL-1.0",
            attribution="plane-alert-db (https://github.com/sdr-enthusiasts/plane-alert-db)",
        ),
        pace=Pace(requests_per_s=0.1),
        lag=timedelta(days=1),
        reach=Reach(),
        independence_group=COMMUNITY_LISTS,
    )
)
