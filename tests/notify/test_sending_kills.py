"""kill -9 of the sender, a hundred times at random moments, while receivers fail in every way they
can: nothing is lost, what arrives twice is the same message, and order is kept per watch."""

from __future__ import annotations

import json
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from schemas.watching import Receiver as Row
from service.clock import system_clock
from service.storage import deliveries, receivers
from service.storage.database import open_database, writing
from tests.mill import Mill
from tests.notify.outbox_filled import Outbox
from tests.notify.receiver import Deed, Got, Plan, Receiver, receiving
from tests.notify.sender import Sender, milling

RECEIVERS = 20
GONE = "/gone"
PATIENCE_S = 600.0
SHORTEST_S, LONGEST_S = 0.02, 0.3


@dataclass(frozen=True)
class Size:
    """How much is done."""

    watches: int
    rounds: int
    """Alerts for each watch."""
    kills: int
    lease_s: float = 60.0
    waits_s: float = 0.0
    """On PostgreSQL the next one begins when the lease has run out."""


SIZES = {"sqlite": Size(400, 50, 100), "postgresql": Size(100, 20, 20, lease_s=0.4, waits_s=0.2)}
LONG_SIZES = {
    "sqlite": Size(1_000, 100, 200),
    "postgresql": Size(200, 100, 100, lease_s=0.4, waits_s=0.2),
}


def test_killed_a_hundred_times(database_url: str, tmp_path: Path) -> None:
    _kill_and_look(database_url, tmp_path, SIZES[database_url.partition(":")[0].partition("+")[0]])


@pytest.mark.soak
def test_killed_two_hundred_times(database_url: str, tmp_path: Path) -> None:
    size = LONG_SIZES[database_url.partition(":")[0].partition("+")[0]]
    _kill_and_look(database_url, tmp_path, size)


def _kill_and_look(database_url: str, folder: Path, size: Size) -> None:
    with receiving() as up, milling(folder / "complaints") as mill:
        post = Post(up, Outbox(open_database(database_url)), size, random.Random(4))
        post.open()
        post.tell(size.rounds // 2)
        for number in range(size.kills):
            post.tell(size.rounds * (number + size.kills) // (2 * size.kills) - post.told)
            after_s = post.dice.uniform(SHORTEST_S, LONGEST_S) + size.waits_s
            mill.killed(Sender(database_url, str(folder), after_s, size.lease_s))
        post.tell(size.rounds - post.told)
        in_kills = len(up.taken)
        post.catch_up(mill, Sender(database_url, str(folder), None, size.lease_s))
        post.must_be_all_there()
        post.must_be_the_same_twice(in_kills)
        post.must_be_in_order()
        post.box.engine.dispose()
    for line in (folder / "complaints").read_text().splitlines():
        assert "given up" in line, line


@dataclass
class Post:
    """Who is told what, and what arrived."""

    up: Receiver
    box: Outbox
    size: Size
    dice: random.Random
    told: int = 0
    gone: Row | None = None
    gives_up: bool = field(default=True)

    def open(self) -> None:
        """Receivers of every kind, each for its part of the watches."""
        plans: dict[str, Plan] = {
            **{f"/errors/{number}": self._often("error", 0.2) for number in range(4)},
            "/resets": self._often("reset", 0.1),
            "/resets/later": self._often("take_and_reset", 0.1),
            "/hangs": self._often("hang", 0.005),
            "/drips": self._often("drip", 0.005),
            "/moved": self._often("moved", 0.05),
            "/busy": self._often("busy", 0.003),
            "/big": self._often("big", 0.02),
            "/noise": self._often("noise", 0.05),
            GONE: lambda got: "gone" if self.gives_up and got.number > 60 else "take",
        }
        self.up.plans = plans
        paths = [*plans, *(f"/takes/{number}" for number in range(RECEIVERS - len(plans)))]
        rows = [self.box.receiver(self.up.url(path)) for path in paths]
        self.gone = rows[paths.index(GONE)]
        for number in range(self.size.watches):
            self.box.watch(rows[number % len(rows)])

    def _often(self, deed: Deed, share: float) -> Plan:
        dice = random.Random(deed)
        return lambda _got: deed if dice.random() < share else "take"

    def tell(self, rounds: int) -> None:
        """So many more alerts for each watch; every other is part of a digest that is due."""
        with writing(self.box.engine) as conn:
            for _ in range(rounds):
                self.told += 1
                batch = "" if self.told % 2 else f"hourly-{self.told}"
                self.box.tell_in(conn, self.box.watches, batch=batch)

    def catch_up(self, mill: Mill, sender: Sender) -> None:
        """One more sends undisturbed until nothing waits. Then the receiver that was gone is back,
        and what it missed is sent again."""
        with mill.undisturbed(sender):
            self._wait()
            assert self.gone is not None
            assert "410" in self.box.now(self.gone).stopped_because
            dead = [each for each in self.box.deliveries() if each.state == "dead"]
            assert {each.receiver_id for each in dead} == {self.gone.id}
            self.gives_up = False
            with writing(self.box.engine) as conn:
                assert receivers.resume(conn, self.gone.id)
                for each in dead:
                    deliveries.resend(conn, each.id, owner=each.owner, now=system_clock())
            self._wait()
        assert self.box.counts() == {"done": self.size.watches * self.size.rounds}

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while self.box.counts().get("waiting"):
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.1)

    def must_be_all_there(self) -> None:
        """Every alert arrived where it was to go."""
        arrived = {(got.path, alert) for got in self.up.taken for _, alert in _alerts(got)}
        urls = {row.id: row.url for row in self.box.receivers}
        for each in self.box.deliveries():
            path = "/" + urls[each.receiver_id].split("/", 3)[3]
            assert (path, each.alert_id) in arrived
        assert len(arrived) == self.size.watches * self.size.rounds

    def must_be_the_same_twice(self, in_kills: int) -> None:
        """One id, one body; an alert is never told again under another id. And kills have struck
        where it matters: something was sent twice."""
        bodies: dict[str, set[bytes]] = defaultdict(set)
        ids: dict[int, set[str]] = defaultdict(set)
        for got in self.up.taken:
            bodies[got.id].add(got.body)
            for _, alert in _alerts(got):
                ids[alert].add(got.id)
        assert {len(each) for each in bodies.values()} == {1}
        assert {len(each) for each in ids.values()} == {1}
        calm = Counter(got.id for got in self.up.taken[:in_kills] if got.path.startswith("/takes/"))
        assert max(calm.values()) > 1

    def must_be_in_order(self) -> None:
        """Per receiver and watch, each alert arrives for the first time after the one before."""
        last: dict[tuple[str, int], int] = {}
        seen: set[tuple[str, int]] = set()
        for got in self.up.taken:
            for watch, alert in _alerts(got):
                if got.path != GONE and (got.path, alert) not in seen:
                    seen.add((got.path, alert))
                    assert last.get((got.path, watch), 0) < alert
                    last[got.path, watch] = alert


def _alerts(got: Got) -> list[tuple[int, int]]:
    """(watch, alert) of a message."""
    return [(said["watch"], said["alert"]) for said in json.loads(got.body)["data"]["alerts"]]
