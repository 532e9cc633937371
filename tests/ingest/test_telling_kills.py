"""kill -9 while telling: the movement and its alert are both there, or neither."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from schemas.watching import Wishes
from service.storage.database import Engine, open_database, reading, writing
from service.storage.receivers import add as add_receiver
from service.storage.sightings import movements_from
from tests.ingest.desks import desk_of
from tests.ingest.fetcher import Hands
from tests.ingest.telling import MORNING, US, alerts, follow, happens, landing, unit
from tests.storage.tellings import deliveries_of

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("moment", ["before the alert", "before the commit", "after it"])
def test_a_kill_leaves_no_movement_without_its_alert(
    moment: str, database: Engine, database_url: str, tmp_path: Path
) -> None:
    desk = desk_of(database, tmp_path, Hands(MORNING))
    with writing(database) as conn:
        receiver, _ = add_receiver(
            conn, desk.sealer, kind="webhook", url="https://example.org/", now=desk.clock()
        )
    follow(desk, wishes=Wishes(to=(receiver.id,)))
    database.dispose()
    process = subprocess.run(
        [sys.executable, "-m", "tests.ingest.killed_telling", moment, database_url, str(tmp_path)],
        cwd=PROJECT,
        check=False,
        capture_output=True,
    )
    assert process.returncode == -9, process.stderr
    again = open_database(database_url)
    desk = desk_of(again, tmp_path, Hands(MORNING))
    written = moment == "after it"
    with reading(again) as conn:
        assert len(movements_from(conn, US, MORNING)) == written
    assert len(alerts(desk)) == written

    happens(desk, unit(landing(MORNING)))
    (alert,) = alerts(desk)
    with reading(again) as conn:
        assert len(movements_from(conn, US, MORNING)) == 1
        assert [each.receiver_id for each in deliveries_of(conn, alert.id)] == [receiver.id]
    again.dispose()
