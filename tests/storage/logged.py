"""Receptions for the log: some, many, and by processes of their own.

``python -m tests.storage.logged write URL WRITER`` notes receptions, one transaction after the
other, and says the number of each once it is acknowledged; ``… sequence URL`` gives places without
end.
"""

from __future__ import annotations

import hashlib
import itertools
import sys
from datetime import timedelta

from schemas.records import Capture
from service.evidence.log_heads import sequence
from service.storage.capture_index import record_captures
from service.storage.database import Connection, Engine, open_database, writing
from tests.storage.helpers import NOW

TOGETHER = 7
"""Receptions in one transaction of a writer."""


def capture(number: int, source: str = "alpha") -> Capture:
    """Reception `number` of a source."""
    return Capture(
        sha256=hashlib.sha256(f"{source} {number}".encode()).hexdigest(),
        source=source,
        url=f"https://{source}.example/{number}?q=Минск",
        received_at=NOW + timedelta(seconds=number),
        size_bytes=number,
        status=200,
        requested_at=NOW + timedelta(seconds=number - 1) if number % 2 else None,
        headers={"content-type": "application/json", "x": "é"} if number % 3 else {},
    )


def receive(engine: Engine, numbers: range, source: str = "alpha") -> None:
    """Note these receptions."""
    with writing(engine) as conn:
        record_captures(conn, [capture(number, source) for number in numbers])


def forget(conn: Connection, sha256: str) -> None:
    """As if the reception were from before there was a log."""
    conn.exec_driver_sql(f"DELETE FROM log_leaf WHERE sha256 = '{sha256}'")


def batch(number: int) -> range:
    return range(number * TOGETHER, (number + 1) * TOGETHER)


def main() -> None:
    what, url = sys.argv[1:3]
    engine = open_database(url)
    for number in itertools.count():
        if what == "write":
            receive(engine, batch(number), sys.argv[3])
        else:
            sequence(engine)
        print(number, flush=True)


if __name__ == "__main__":
    main()
