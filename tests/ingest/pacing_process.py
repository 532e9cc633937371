"""One of several processes that share a pace: ``python -m tests.ingest.pacing_process URL N``
takes N places and says the time of each, in seconds, on a line of its own."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime, timedelta

from adapters._contract import discover
from schemas.sources import Pace
from service.clock import system_clock
from service.ingest.fetching.pacing import Pacer
from service.storage.database import open_database

SHARED = replace(
    discover()["adsblol"].source, key="shared", pace=Pace(requests_per_s=20.0, daily_credits=1_000)
)


def main() -> None:
    """Take the places; nobody sleeps, so that both come at the same moment again and again."""
    engine = open_database(sys.argv[1])
    waits: list[float] = []
    asked_at: list[datetime] = []

    def clock() -> datetime:
        asked_at.append(system_clock())
        return asked_at[-1]

    pacer = Pacer(engine, clock, waits.append)
    for _ in range(int(sys.argv[2])):
        waits.clear()
        asked_at.clear()
        pacer.wait(SHARED)
        at = asked_at[0] + timedelta(seconds=sum(waits))
        sys.stdout.write(f"{at.timestamp():.6f}\n")
    engine.dispose()


if __name__ == "__main__":
    main()
