"""`tailcheck backfill` as people use it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from service.cli import backfilling, build
from service.cli.backfilling import run, sentence
from service.cli.common import open_desk, open_fetcher
from service.ingest.backfill import Done, Plan, Tally
from service.ingest.following.slots import Slot
from service.ingest.naming import Names
from service.settings import Settings
from tests.cli.run import tailcheck
from tests.cli.sites import point
from tests.ingest.test_backfill import OURS, flown_on
from tests.upstream import Upstream, World, upstream

TODAY = datetime.now(UTC).date()
FIRST = TODAY - timedelta(days=6)
LAST = TODAY - timedelta(days=3)
DAYS = ("--from", str(FIRST), "--to", str(LAST))


@pytest.fixture(scope="module")
def up() -> Iterator[Upstream]:
    with upstream(World()) as running:
        for number in range(4):
            if number != 1:
                flown_on(running.world, FIRST + timedelta(days=number))
        yield running


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path, up: Upstream) -> Path:
    folder = tmp_path_factory.mktemp("home")
    shutil.copy(migrated_sqlite, folder / "tailcheck.db")
    point(folder, up, "adsblol_history", "adsbx_samples", "opensky_flightlist")
    return folder


def test_counts_are_exact_and_the_next_run_goes_on(home: Path, up: Upstream) -> None:
    words = ("backfill", "RA-64523", *DAYS, "--source", "adsblol_history")
    first = tailcheck(home, *words)

    assert first.returncode == 4
    assert "This tells whom you look for: adsb.lol" in first.stderr
    assert f"adsblol_history {FIRST + timedelta(days=1)}: failed: status 404" in first.stderr
    assert first.stdout == (
        "4 aircraft-days: 3 with data, 0 empty, 0 known before, 0 too early, 1 failed,"
        " 0 not asked, 0 left, 0 out of reach. 4 movements in what came.\n"
    )

    flown_on(up.world, FIRST + timedelta(days=1))
    again = tailcheck(home, *words)

    assert again.returncode == 0, again.stderr
    assert "1 with data, 0 empty, 3 known before" in again.stdout
    checked = tailcheck(
        home, "check", "14fc0b", "--at", "UMMS", "--on", str(FIRST), "--format", "json"
    )
    assert json.loads(checked.stdout)["verdict"] == "observed", checked.stdout


def test_who_is_not_asked_is_named_and_a_list_learns_nothing(home: Path) -> None:
    done = tailcheck(home, "backfill", OURS, "--from", "2020-08-17", "--to", "2020-08-19")

    assert done.returncode == 0, done.stderr
    assert "1 with data, 0 empty, 2 known before" in done.stdout
    assert "6 out of reach" in done.stdout
    assert "tells whom" not in done.stderr
    assert "opensky_flights is off and not asked. Its terms ask for an agreement." in done.stderr


REFUSED = [
    (("RA-64523", "--from", "2025-02-30", "--to", "2025-03-01"), "2025-02-30"),
    (("RA-64523", "--from", "2025-03-02", "--to", "2025-03-01"), "lies before"),
    (("RA-64523", "--from", "1925-03-02", "--to", "2025-03-01"), "ten years"),
    (("RA-64523", "--from", str(TODAY), "--to", str(TODAY + timedelta(days=2))), "not come yet"),
    (("../../etc", *DAYS), "etc"),
    (("09-0540", *DAYS), "No source ties 09-0540"),
    (("RA-64523", *DAYS, "--source", "opensky_tracks"), "opensky_tracks is off"),
    (("RA-64523", *DAYS, "--source", "adsblol"), "'adsblol' cannot be asked for past days"),
    (("RA-64523", *DAYS, "--source", "nope"), "'nope' cannot be asked for past days"),
]


@pytest.mark.parametrize(("words", "mentions"), REFUSED)
def test_mistakes_get_a_sentence_and_nobody_is_asked(
    home: Path, up: Upstream, words: tuple[str, ...], mentions: str
) -> None:
    before = len(up.asked())
    done = CliRunner().invoke(build(), ["backfill", *words], env={"TAILCHECK_HOME": str(home)})
    assert (done.exit_code, done.stdout) == (2, "")
    assert mentions in done.stderr
    assert len(up.asked()) == before


def test_the_counts_add_up() -> None:
    slots = tuple(Slot(source="s", day=FIRST, icao24=f"00000{n}") for n in range(5))
    tally = Tally()
    for slot, came in zip(slots[:4], ("data", "empty", "refused", "too_early"), strict=True):
        tally.add(Done(slot=slot, came=came, movements=1))  # type: ignore[arg-type]  # each one is
    said = sentence(tally, Plan(slots=slots, beyond={"s": 2, "t": 1}, names=Names()))
    assert said == (
        "8 aircraft-days: 1 with data, 1 empty, 0 known before, 1 too early, 1 failed, 0 not asked,"
        " 1 left, 3 out of reach. 4 movements in what came."
    )


def test_stopped_by_hand_it_says_what_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    slots = tuple(Slot(source="s", day=FIRST, icao24=f"00000{n}") for n in range(3))

    def stopped(*_: object) -> Iterator[Done]:
        yield Done(slot=slots[0], came="data", movements=1)
        raise KeyboardInterrupt

    monkeypatch.setattr(backfilling, "backfill", stopped)
    desk = open_desk(Settings(home=home))
    planned = Plan(slots=slots, beyond={}, names=Names())
    with open_fetcher(desk, Settings(home=home)) as fetcher, pytest.raises(typer.Exit) as end:
        run(desk, fetcher, planned)
    desk.engine.dispose()
    told = capsys.readouterr()
    assert end.value.exit_code == 130
    assert "3 aircraft-days: 1 with data" in told.out
    assert "2 left" in told.out
    assert "goes on from here" in told.err
