"""tar1090-db: the community's list of aircraft, some 640,000 of them.

``aircraft.csv.gz`` has no header; a row is ``icao24;registration;type;flags;description;year;
owner;``. The same list as ``db/*.js`` (JSON, gzip in spite of the name) is read too: keys are
what is left of the address after the file's name, values are ``[registration, type, flags,
description]``.

The flags (military, interesting, PIA, LADD) and the description have no place in a statement;
they stay in the capture. It is no register of any state but what volunteers collected, and it is
undated: it says what is so now, as far as they know.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

import httpx

from adapters._bytes import expanded_chunks, shown
from adapters._contract import Covered, Page, Record, UnreadablePage, Wanted, ask
from adapters._csv import Tally
from adapters._json import Object, read_json
from adapters._lines import lines
from adapters._statements import COMMUNITY_LISTS, Odd, statement
from schemas.records import Rejected
from schemas.sources import Pace, Reach, Source, Terms

CAP_BYTES = 256 * 1024 * 1024
"""Expanded; the list is about 45 MB."""
_SHARD = re.compile(r"(?:^|[/_])([0-9A-Fa-f]{1,6})\.js(?:on)?(?:\.gz)?$", re.ASCII)

_COLUMNS = (7, 8)
"""The last field is followed by a separator too."""
_Row = tuple[str, str, str, str]
"""icao24, registration, type, owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tar1090Db:
    """The list."""

    source: Source

    def fetch(
        self,
        wanted: Wanted,  # noqa: ARG002  (it is one file)
        secrets: Mapping[str, str],  # noqa: ARG002  (it needs none)
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        """The whole list. It says nothing of flights, so it covers nothing."""
        yield ask(f"{self.source.url}/aircraft.csv.gz")
        return ()

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        """A statement for each aircraft with a registration, then what was rejected."""
        tally = Tally()
        chunks = expanded_chunks(page.content, CAP_BYTES)
        first = next(chunks, b"")
        if first.lstrip()[:1] == b"{":
            rows = _shard(page, tally)
        else:
            rows = _table(lines(chain([first], chunks)), tally)
        nameless = 0
        for number, row in rows:
            try:
                said = statement(
                    page,
                    number,
                    icao24=row[0],
                    registration=row[1],
                    type_code=row[2],
                    operator=row[3],
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


def _table(rows: Iterable[str], tally: Tally) -> Iterator[tuple[int, _Row]]:
    number = -1
    for number, line in enumerate(rows):
        row = line.split(";")
        if len(row) in _COLUMNS:
            yield number, (row[0], row[1], row[2], row[6])
        elif number:
            tally.add("row of the wrong length", number, line)
        else:
            raise UnreadablePage(f"The table does not begin like this list: {shown(line)}.")
    if number < 0:
        raise UnreadablePage("The file is empty.")


def _shard(page: Page, tally: Tally) -> Iterator[tuple[int, _Row]]:
    name = _SHARD.search(page.capture.url)
    prefix = name[1] if name else ""
    shard = read_json(page.content, cap_bytes=CAP_BYTES)
    if not isinstance(shard, Object):
        raise UnreadablePage(f"The file is no list of aircraft: {shown(shard, 40)}.")
    for number, (key, value) in enumerate(shard.items()):
        if key == "children":
            continue
        if not isinstance(value, list) or not all(isinstance(v, str | None) for v in value[:3]):
            tally.add("row of the wrong shape", number, value)
        elif len(value) < 3:
            tally.add("row of the wrong length", number, value)
        else:
            address = key if len(key) == 6 else prefix + key
            yield number, (address, value[0] or "", value[1] or "", "")


adapter = Tar1090Db(
    source=Source(
        key="tar1090db",
        title="tar1090-db, the community's list of aircraft",
        url="https://github.com/wiedehopf/tar1090-db/raw/refs/heads/csv",
        kind="registry",
        terms=Terms(
            licence="ODC-By-1.0",
            attribution="tar1090-db (https://github.com/wiedehopf/tar1090-db), from the "
            "Mictronics aircraft database",
        ),
        pace=Pace(requests_per_s=0.1),
        lag=timedelta(days=1),
        reach=Reach(),
        independence_group=COMMUNITY_LISTS,
    )
)
