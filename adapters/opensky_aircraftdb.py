"""The OpenSky aircraft database: who had which address, and in the dated files, when.

``aircraftDatabase.csv`` is undated. ``aircraft-database-complete-YYYY-MM.csv`` is what was known
in that month: its statements are valid for that month and say nothing of any other, since an
aircraft registered elsewhere before or after is just not in it. Column names differ between the
files by case and by quotes; some dated files quote with ``'``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import httpx

from adapters._bytes import expanded_chunks, shown
from adapters._contract import Asking, Covered, Page, Record, UnreadablePage, Wanted, ask
from adapters._csv import Tally
from adapters._lines import lines
from adapters._statements import COMMUNITY_LISTS, Odd, statement
from schemas.records import Rejected
from schemas.sources import Pace, Reach, Source, Terms

CAP_BYTES = 1024 * 1024 * 1024
"""Expanded; a file is about 100 MB."""
_ASKING = Asking(cap_bytes=512 * 1024 * 1024)
_MONTH = re.compile(r"aircraft-database-complete-(\d{4})-(\d\d)\.csv", re.ASCII)
_NEEDED: Final = ("icao24", "registration", "typecode", "serialnumber", "operator", "owner")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSkyAircraftDb:
    """The database, in whichever of its files."""

    source: Source

    def fetch(
        self,
        wanted: Wanted,
        secrets: Mapping[str, str],  # noqa: ARG002  (it needs none)
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """The file of each month that the window touches; without one, the undated file.

        Many months have no file. It says nothing of flights, so it covers nothing.
        """
        months = sorted({(day.year, day.month) for day in wanted.days()})
        names = [f"aircraft-database-complete-{year}-{month:02}.csv" for year, month in months]
        for name in names or ["aircraftDatabase.csv"]:
            yield ask(f"{self.source.url}/{name}", handling=_ASKING)
        return ()

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """A statement for each aircraft with a registration, then what was rejected."""
        valid_from, valid_to = _validity(page.capture.url)
        tally = Tally()
        nameless = 0
        for number, row in _rows(page, tally):
            try:
                said = statement(
                    page,
                    number,
                    icao24=row["icao24"],
                    registration=row["registration"],
                    type_code=row["typecode"],
                    serial=row["serialnumber"],
                    operator=row["operator"] or row["owner"],
                    valid_from=valid_from,
                    valid_to=valid_to,
                )
            except Odd as error:
                tally.add(str(error), number, list(row.values()))
                continue
            if said is None:
                nameless += 1
            else:
                yield said
        if nameless:
            yield Rejected(why="without a registration", count=nameless)
        yield from tally.rejected()


def _validity(url: str) -> tuple[date | None, date | None]:
    """The month in the file's name, half-open; none where it names no month."""
    name = _MONTH.search(url)
    if name is None or not 1 <= int(name[2]) <= 12 or not 1 <= int(name[1]) < 9999:
        return None, None
    first = date(int(name[1]), int(name[2]), 1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _rows(page: Page, tally: Tally) -> Iterator[tuple[int, Mapping[str, str]]]:
    table = lines(expanded_chunks(page.content, CAP_BYTES))
    first = next(table, None)
    if first is None:
        raise UnreadablePage("The file is empty.")
    quote = "'" if first.startswith("'") else '"'
    header = [name.strip().lower() for name in _split(first, quote)]
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise UnreadablePage(
            f"The table has no column {', '.join(missing)}; it has {shown(first, 300)}."
        )
    at = {name: header.index(name) for name in _NEEDED}
    for number, line in enumerate(table):
        row = _split(line, quote)
        if len(row) != len(header):
            tally.add("row is not as long as the header", number, line)
        elif row[at["icao24"]]:  # the undated file begins with an empty row
            yield number, {name: row[index] for name, index in at.items()}


def _split(line: str, quote: str) -> list[str]:
    """One line's fields. Each by itself: a quote that is never closed ends with its line."""
    try:
        return next(csv.reader([line], quotechar=quote))
    except csv.Error:
        return []


adapter = OpenSkyAircraftDb(
    source=Source(
        key="opensky_aircraftdb",
        title="OpenSky Network, aircraft database",
        url="https://s3.opensky-network.org/data-samples/metadata",
        kind="registry",
        terms=Terms(
            licence="OpenSky Network terms of use: research and non-commercial use",
            attribution="The OpenSky Network (https://opensky-network.org)",
            personal_only=True,
            may_redistribute=False,
            note="Edited by its users. Dated files say what was known in their month.",
        ),
        pace=Pace(requests_per_s=0.1),
        lag=timedelta(days=31),
        reach=Reach(),
        independence_group=COMMUNITY_LISTS,
    )
)
