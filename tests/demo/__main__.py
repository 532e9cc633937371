"""Follow the flight: poll a played source, watch the movements appear, be told, ask over HTTP.

The clock is a hand that the demo turns: between two polls it jumps to the next one, so an hour and
a quarter takes seconds. Everything else is the real thing: HTTP, captures, tables, the API.
Ends with 0 only when the take-off and the landing were found where the simulator flew, and told.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from schemas.records import Track
from service.cli.common import open_desk
from service.cli.demo import run, server_of
from service.desk import Desk
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.fetching.pacing import Pacer
from service.ingest.following.live import LivePolling
from service.settings import Settings
from service.storage.codec import from_us
from service.storage.database import reading, writing
from service.storage.leases import take
from tests.demo.flight import DAY, DESTINATION, ICAO24, ORIGIN, REGISTRATION, flight
from tests.demo.saying import SOURCE, say
from tests.demo.told import Told, told
from tests.upstream import Upstream, World, upstream
from tests.upstream.sky import flown

MAKE = "adsblol"
"""The adapter that polls: a public site of this make is played on this machine."""
MOVEMENTS = (
    "SELECT t_best_us, move, airport, runway, method, grade, source FROM movement"
    " WHERE icao24 = '{icao24}' AND NOT superseded ORDER BY t_best_us"
)
SOURCES_TOML = """[{source}]
like = "{make}"
url = "{url}/{make}"
attribution = "simulated: nobody flew this"
"""


@dataclass
class Clock:
    """The hand that is turned."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def turn(self, seconds: float) -> None:
        """On by so many seconds; whoever sleeps, sleeps like this."""
        self.now += timedelta(seconds=seconds)


def main() -> None:
    track = flight()
    clock = Clock(from_us(int(track.t_us[0])) - timedelta(minutes=2))
    world = World(now=clock, sky=flown([track], registrations={ICAO24: REGISTRATION}))
    with tempfile.TemporaryDirectory(prefix="tailcheck-demo-") as home, upstream(world) as up:
        say(f"a server on this machine plays the public site {MAKE}: {up.url}")
        _set_up(home, up)
        desk = replace(open_desk(Settings(home=Path(home))), clock=clock)
        with told(desk, Path(home)) as telling:
            telling.begin(REGISTRATION)
            _follow(desk, clock, track, telling)
            found = _in_sql(desk)
            with server_of(home) as client:
                _ledger(client)
                verdicts = {place: _verdict(client, place) for place in (ORIGIN, DESTINATION)}
                telling.read_feed(client)
            alerts = [(a.occasion.move, a.occasion.airport) for a in telling.alerts]
        desk.engine.dispose()
    expected = [("takeoff", ORIGIN), ("landing", DESTINATION)]
    if [move[:2] for move in found] != expected or set(verdicts.values()) != {"observed"}:
        say(f"WRONG: expected {expected}, each of them observed; got {found}, {verdicts}")
        sys.exit(1)
    if alerts != expected:
        say(f"WRONG: expected to be told of {expected}, once each; was told of {alerts}")
        sys.exit(1)
    say("as it should be: two movements, two alerts, two signed deliveries, nothing lost or twice.")
    say("as it should be: both movements found, both airports answered with “observed”.")


def _set_up(home: str, up: Upstream) -> None:
    words = SOURCES_TOML.format(source=SOURCE, make=MAKE, url=up.url)
    (Path(home) / "sources.toml").write_text(words, encoding="utf-8")
    run(["migrate"], home)


def _follow(desk: Desk, clock: Clock, track: Track, telling: Told) -> None:
    """Poll until ten minutes after the last fix."""
    until = from_us(int(track.t_us[-1])) + timedelta(minutes=10)
    pacer = Pacer(desk.engine, clock, clock.turn)
    shown: list[tuple[str, ...]] = []
    polls = 0
    with Fetcher(desk, pacer, contact="mailto:demo@example.org") as fetcher:
        with writing(desk.engine) as conn:
            lease = take(conn, f"source:{SOURCE}", "demo", now=clock(), for_s=86_400)
        assert lease is not None
        polling = LivePolling(desk, fetcher, desk.adapters[SOURCE], lease, per_aircraft=True)
        while clock() < until:
            pause_s = polling.round()
            polls += 1
            for move in _movements(desk):
                if move[:2] not in shown:
                    shown.append(move[:2])
                    say(f"{clock():%H:%M:%S}Z, poll {polls}: {' '.join(move)}")
            telling.look()
            clock.turn(pause_s)
        polling.close()
        telling.look()
    say(f"{polls} polls in fast time, each kept byte for byte before it was read")


def _movements(desk: Desk) -> Iterator[tuple[str, ...]]:
    with reading(desk.engine) as conn:
        for row in conn.exec_driver_sql(MOVEMENTS.format(icao24=ICAO24)):
            when = from_us(row[0]).astimezone(UTC)
            yield (row[1], row[2] or "?", *(text or "-" for text in row[3:]), f"{when:%H:%M:%S}Z")


def _in_sql(desk: Desk) -> list[tuple[str, ...]]:
    found = list(_movements(desk))
    say(f"in SQL, table movement: {len(found)} rows")
    for move in found:
        say(f"  {' | '.join(move)}")
    return found


def _ledger(client: httpx.Client) -> None:
    reply = client.get(f"/v1/sources/{SOURCE}/ledger", params={"limit": 5})
    reply.raise_for_status()
    say(f"GET /v1/sources/{SOURCE}/ledger, the last five rows of what was asked:")
    rows: list[dict[str, Any]] = reply.json()["ledger"]
    for row in rows:
        say(f"  {row['target']} {row['t_from']} to {row['t_to']}: {row['outcome']}")


def _verdict(client: httpx.Client, place: str) -> str:
    question = {"aircraft": REGISTRATION, "airport": place, "date": DAY.date().isoformat()}
    reply = client.get("/v1/check", params=question)
    reply.raise_for_status()
    answer: dict[str, Any] = reply.json()
    say(f"GET /v1/check {REGISTRATION} at {place} on {question['date']}: {answer['verdict']}")
    say(f"  {answer['sentence']}")
    return str(answer["verdict"])


if __name__ == "__main__":
    main()
