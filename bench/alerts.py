"""From the poll's reply to the webhook's arrival, with 10,000 watches, all in one process.

A hundred and fifty flights come in at Johannesburg, one every twenty seconds of a clock that is
moved on from poll to poll. What is measured is real: a request to a receiver's `aircraft.json` on
loopback, the page stored and flushed, the days derived, the alert written beside the movement, and
sent, signed, to a webhook on loopback by the sender's own thread. Watches are sealed.
"""

from __future__ import annotations

import bisect
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from adapters._contract import discover
from bench.report import Line, percentile
from schemas.records import IdentityStatement, Track
from schemas.watching import USUAL_WISHES
from service.desk import Desk
from service.domain.track import take
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.fetching.pacing import Pacer
from service.ingest.following.live import LivePolling
from service.notify.policy import Policy
from service.notify.ways import channels
from service.notify.webhook import new_secret
from service.scheduler.deliveries import Deliveries
from service.scheduler.holding import Holding
from service.scheduler.stopping import Stopping
from service.sealing import Sealer, new_key
from service.storage import receivers
from service.storage.alerts import alerts_after
from service.storage.captures import CaptureStore
from service.storage.codec import from_us
from service.storage.database import open_database, reading, writing
from service.storage.identity import add_statements
from service.storage.leases import take as take_lease
from service.storage.migrate import upgrade
from service.storage.watches import add
from tests.ingest.fetcher import Hands
from tests.ingest.polling import flight, renamed
from tests.notify.receiver import Deed, Got, receiving
from tests.simulator.campaign import airports
from tests.upstream import World, upstream
from tests.upstream.sky import Item, flown

WATCHES = 10_000
FLIGHTS = 150
APART = timedelta(seconds=20)
P99_S = 1.0
_PATIENCE_S = 30.0


def measure() -> Iterator[Line]:
    """Poll until all of them have landed, and see when each webhook came."""
    whole = flight(15, "DH8D")
    inbound = take(whole, whole.t_us >= whole.t_us[-1] - 12 * 60_000_000)
    tracks = [_later(renamed(inbound, f"3e{n:04x}"), APART * n) for n in range(FLIGHTS)]
    with tempfile.TemporaryDirectory() as folder:
        took_s, told, round_s = _run(tracks, Path(folder))
    what = f"a poll's reply to its webhook, {WATCHES:,} watches"
    yield Line(f"{what}, p50", percentile(took_s, 0.50), "s", note=f"{len(took_s)} alerts")
    yield Line(f"{what}, p99", percentile(took_s, 0.99), "s", P99_S, at_most=True)
    yield Line("... webhooks that never came", told - len(took_s), "", 0, at_most=True)
    yield Line("... a polling round, p50", percentile(round_s, 0.50), "s")


def _run(tracks: list[Track], folder: Path) -> tuple[list[float], int, list[float]]:
    """Seconds from reply to arrival for each alert that came; how many there are; each round."""
    replied: list[tuple[datetime, float]] = []
    came: dict[int, float] = {}

    def notes(got: Got) -> Deed:
        came.setdefault(int(got.id.rpartition("_")[2]), time.perf_counter())
        return "take"

    clock = Hands(from_us(int(tracks[0].t_us[0])) - timedelta(minutes=2))
    ends = from_us(int(tracks[-1].t_us[-1])) + timedelta(minutes=5)
    sky = flown(tracks)

    def heard(now: datetime) -> list[Item]:
        found = list(sky(now))
        replied.append((now, time.perf_counter()))
        return found

    round_s: list[float] = []
    with receiving() as webhooks, upstream(World(now=clock, receiver_sky=heard)) as up:
        webhooks.plans["/hook"] = notes
        adapter = up.moved(discover()["readsb_local"])
        upgrade(f"sqlite:///{folder / 'tailcheck.db'}")
        desk = Desk(
            engine=open_database(f"sqlite:///{folder / 'tailcheck.db'}"),
            captures=CaptureStore(folder / "captures"),
            airports=airports(),
            adapters={"readsb_local": adapter},
            clock=clock,
            sealer=Sealer(new_key()),
        )
        _follow(desk, [track.icao24 for track in tracks], webhooks.url("/hook"))
        with writing(desk.engine) as conn:
            lease = take_lease(conn, "live", "bench", now=clock(), for_s=1e6)
        assert lease is not None
        pacer = Pacer(desk.engine, clock, clock.sleep)
        with Fetcher(desk, pacer, verify=False) as fetcher, _sending(desk):
            polling = LivePolling(desk, fetcher, adapter, lease, per_aircraft=False)
            while clock() < ends:
                began = time.perf_counter()
                pause_s = polling.round()
                round_s.append(time.perf_counter() - began)
                clock.move(seconds=pause_s)
            with reading(desk.engine) as conn:
                told = alerts_after(conn, desk.sealer, "local", 0, limit=1_000)
            deadline = time.monotonic() + _PATIENCE_S
            while len(came) < len(told) and time.monotonic() < deadline:
                time.sleep(0.05)
        desk.engine.dispose()
    moments = [moment for moment, _ in replied]
    took_s = [
        came[alert.id] - replied[bisect.bisect_right(moments, alert.created_at) - 1][1]
        for alert in told
        if alert.id in came
    ]
    return took_s, len(told), round_s


def _follow(desk: Desk, flying: list[str], url: str) -> None:
    """All of them by registration, each told to one webhook."""
    others = [f"3f{number:04x}" for number in range(WATCHES - len(flying))]
    names = {f"D-A{number:05d}": icao24 for number, icao24 in enumerate([*flying, *others])}
    now = desk.clock()
    with writing(desk.engine) as conn:
        secrets = (new_secret(),)
        receiver, _ = receivers.add(
            conn, desk.sealer, kind="webhook", url=url, secrets=secrets, now=now
        )
        said = (
            IdentityStatement(source="bench", registration=name, icao24=icao24)
            for name, icao24 in names.items()
        )
        add_statements(conn, said, now=now)
        wishes = replace(USUAL_WISHES, to=(receiver.id,))
        for name in names:
            add(conn, desk.sealer, kind="aircraft", subject=name, wishes=wishes, now=now)


@contextmanager
def _sending(desk: Desk) -> Iterator[None]:
    """The worker's job that sends, in a thread of its own, as long as the block lasts."""
    stopping = Stopping()
    holding = Holding(desk.engine, desk.clock, 1e6)
    policy = Policy.read("127.0.0.1")
    job = Deliveries(desk, holding, stopping, lambda: channels(policy), public_url="http://bench")
    thread = threading.Thread(target=job.run)
    thread.start()
    try:
        yield
    finally:
        stopping.tell()
        thread.join()


def _later(track: Track, by: timedelta) -> Track:
    return replace(track, t_us=track.t_us + by // timedelta(microseconds=1))
