"""A writer to be killed: ``python -m tests.storage.writer URL FIRST`` stores batch after batch and
says the number of each on a line of its own once it is acknowledged."""

from __future__ import annotations

import itertools
import sys
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from schemas.movements import Derived
from schemas.records import LedgerRow
from service.storage.database import open_database, writing
from service.storage.ledger import add_ledger_rows
from service.storage.units import UnitKey, prepare_unit, replace_units
from tests.storage import strategies as made
from tests.storage.helpers import NOW
from tests.storage.samples import KEY, flown

AIRCRAFT = made.ICAO24S
DAYS = 4
"""Batches take turns with so many days: from the fifth on, units are superseded."""


def batch(number: int) -> list[tuple[UnitKey, Derived]]:
    """What batch `number` stores, under `rules_version` `number`."""
    day = number % DAYS
    return [
        (
            replace(KEY, icao24=icao24, day=KEY.day + timedelta(days=day)),
            made.moved_by(flown(icao24=icao24), day),
        )
        for icao24 in AIRCRAFT
    ]


def ledger_row(number: int) -> LedgerRow:
    """Stored in the transaction of batch `number`."""
    return LedgerRow(
        source=KEY.source,
        target="*",
        t_from=made.START,
        t_to=made.START + timedelta(days=1),
        outcome="data",
        asked_at=NOW,
        note=str(number),
    )


def write(engine: Engine, number: int) -> None:
    """Store batch `number`, all of it or nothing."""
    units = [
        prepare_unit(key, derived, captures=(), rules_version=str(number), reference_version="")
        for key, derived in batch(number)
    ]
    with writing(engine) as conn:
        replace_units(conn, units, now=NOW)
        add_ledger_rows(conn, [ledger_row(number)], now=NOW)


def main() -> None:
    engine = open_database(sys.argv[1])
    for number in itertools.count(int(sys.argv[2])):
        write(engine, number)
        print(number, flush=True)


if __name__ == "__main__":
    main()
