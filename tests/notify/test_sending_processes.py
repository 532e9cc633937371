"""Senders as real processes: told to stop in the middle, killed, and what the next one does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.watching import Alert
from service.clock import system_clock
from service.storage.database import open_database, reading, writing
from service.storage.leases import lease_of, take
from tests.mill import Mill
from tests.notify.outbox_filled import Outbox
from tests.notify.receiver import Receiver, receiving
from tests.notify.sender import Sender, milling
from tests.scheduler.helpers import wait_for

LONG_LEASE_S = 600.0


@pytest.fixture
def up() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def mill(tmp_path: Path) -> Iterator[Mill]:
    with milling(tmp_path / "complaints") as running:
        yield running
    assert (tmp_path / "complaints").read_text() == ""


def fill(database_url: str, up: Receiver, *paths: str) -> tuple[Outbox, list[Alert]]:
    """Three alerts for each path."""
    box = Outbox(open_database(database_url))
    alerts: list[Alert] = []
    for path in paths:
        row = box.receiver(up.url(path))
        alerts += box.tell(*[box.watch(row) for _ in range(3)])
    return box, alerts


def test_told_to_stop_while_everybody_hangs(
    database_url: str, tmp_path: Path, up: Receiver, mill: Mill
) -> None:
    up.plans = {"/hangs": lambda _: "hang", "/drips": lambda _: "drip"}
    box, alerts = fill(database_url, up, "/hangs", "/drips", "/good")
    sender = Sender(database_url, str(tmp_path), None, LONG_LEASE_S)
    with mill.undisturbed(sender):
        wait_for(lambda: len(up.taken_by("/good")) == 3)
        wait_for(lambda: {"/hangs", "/drips"} <= set(up.counts))
    with reading(box.engine) as conn:
        lease = lease_of(conn, "deliveries")
    assert lease is not None
    assert lease.expires_at < system_clock(), "it was given back"
    assert box.counts() == {"waiting": 6, "done": 3}
    up.plans.clear()
    with mill.undisturbed(sender):
        wait_for(lambda: box.counts() == {"done": 9})
    assert len({got.id for got in up.taken}) == len(alerts)
    assert len(up.taken_by("/good")) == 3
    box.engine.dispose()


def test_a_kill_on_sqlite_costs_no_waiting_for_the_lease(
    migrated_sqlite: Path, tmp_path: Path, up: Receiver, mill: Mill
) -> None:
    url = f"sqlite:///{tmp_path / 'tailcheck.db'}"
    (tmp_path / "tailcheck.db").write_bytes(migrated_sqlite.read_bytes())
    up.plans = {"/in": lambda got: "hang" if got.number == 1 else "take"}
    box, _ = fill(url, up, "/in")
    mill.killed(Sender(url, str(tmp_path), 0.3, LONG_LEASE_S))
    with writing(box.engine) as conn:
        assert take(conn, "deliveries", "another", now=system_clock(), for_s=1) is None
    with mill.undisturbed(Sender(url, str(tmp_path), None, LONG_LEASE_S)):
        wait_for(lambda: box.counts() == {"done": 3})
    box.engine.dispose()


@pytest.mark.postgres
def test_of_two_senders_one_sends(
    postgres_server: object, database_url: str, tmp_path: Path, up: Receiver, mill: Mill
) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("a second worker does not begin there")
    box, alerts = fill(database_url, up, "/in")
    with writing(box.engine) as conn:
        assert take(conn, "deliveries", "another", now=system_clock(), for_s=1)
    with mill.undisturbed(Sender(database_url, str(tmp_path), None, 1.0)):
        wait_for(lambda: box.counts() == {"done": 3})
    assert len(up.got) == len(alerts)
    box.engine.dispose()
