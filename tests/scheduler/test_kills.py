"""kill -9 of the worker, two hundred times at random moments, while it polls, imports and derives:
what was acknowledged is there, nothing is there twice, and the schedule catches up."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from service.sealing import PLAIN
from service.storage.database import open_database, writing
from service.storage.watches import add
from tests.mill import Mill
from tests.scheduler import mill_looks as looks
from tests.scheduler.helpers import wait_for
from tests.scheduler.mill import Order, milling
from tests.scheduler.mill_looks import Sound, Told, desk_on, looking
from tests.scheduler.mill_work import LEASE_S, Work
from tests.scheduler.mill_world import (
    AIRPORT,
    ARCHIVE,
    FILES,
    FIRST_WATCHED,
    FOLLOWED,
    LIVE,
    PASSER,
    SINCE,
    FastClock,
    HandedOver,
    Stopwatch,
    address,
    archived,
    nobody,
    of_others,
    of_watched,
    sky,
)
from tests.upstream import Upstream, World, upstream

KILLS = 200
LOOK_AT_ALL_EVERY = 20
WATCH_ANOTHER_EVERY = 5
AIRPORTS_CHANGE_EVERY = 40
FILES_AT_ONCE = 3

SHORTEST_S, LONGEST_S = 0.02, 0.5
SLOW, FAST = 100.0, 1_000.0
"""Of a worker that lives for half a second: fifty seconds, or eight minutes of its clock."""
AT_MOST_S = 1_200.0

_TRACE = re.compile(r"/(\d{4})/(\d\d)/(\d\d)/.*trace_full_([0-9a-f]{6})\.json")


def test_killed_two_hundred_times(database_url: str, migrated_sqlite: Path, tmp_path: Path) -> None:
    _kill_and_look(database_url, migrated_sqlite, tmp_path, seed=1)


def test_killed_in_every_first_round(
    database_url: str, migrated_sqlite: Path, tmp_path: Path
) -> None:
    """For hours no worker lives to read the page that it has kept. Later ones come on top, and the
    first of them counts all the same."""
    plant = Plant(database_url, tmp_path, random.Random(0))
    world = World(now=plant.watch, sky=sky())
    world.traces.update(archived(plant.watched))
    with upstream(world) as up, milling(tmp_path / "complaints") as mill:
        plant.open(files=0)
        for number in range(8):
            work = plant.work(up, f"{number}", 0, timedelta(minutes=20), SLOW, dies_of=LIVE)
            mill.killed(Order(work, kill_after_s=None))
            plant.stand_still()
            assert [source for _, source, _ in plant.heard(work).captures].count(LIVE) == 1
        world.sky = nobody
        plant.catch_up(mill, up)
    plant.must_be_sound()
    plant.must_be_as_if_undisturbed(migrated_sqlite)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 12))
def test_killed_two_thousand_times(
    database_url: str, migrated_sqlite: Path, tmp_path: Path, seed: int
) -> None:
    _kill_and_look(database_url, migrated_sqlite, tmp_path, seed=seed)


def _kill_and_look(database_url: str, migrated: Path, folder: Path, *, seed: int) -> None:
    plant = Plant(database_url, folder, random.Random(seed))
    world = World(now=plant.watch, sky=sky())
    world.traces.update(archived(plant.numbers()))
    with upstream(world) as up, milling(folder / "complaints") as mill:
        plant.open()
        for number in range(KILLS):
            plant.grow(number)
            plant.kill(mill, up, number)
        world.sky = nobody
        plant.catch_up(mill, up)
    plant.must_have_worked()
    plant.must_be_sound()
    plant.must_be_as_if_undisturbed(migrated)


@dataclass
class Plant:
    """What is watched, what is to be imported, and all that was acknowledged so far."""

    database_url: str
    folder: Path
    dice: random.Random
    watch: Stopwatch = field(default_factory=Stopwatch)
    told: Told = field(default_factory=Told)
    watched: list[int] = field(default_factory=lambda: list(FOLLOWED))
    files: list[HandedOver] = field(default_factory=list)
    sound: Sound = field(default_factory=Sound)
    version: str = ""

    def numbers(self) -> list[int]:
        """Who is watched in the end."""
        return [*FOLLOWED, *range(FIRST_WATCHED, FIRST_WATCHED + KILLS // WATCH_ANOTHER_EVERY)]

    def open(self, files: int = KILLS // 8) -> None:
        """Two aircraft and an airport are watched, and files lie there to be imported."""
        (self.folder / "files").mkdir()
        self.files = list(of_others(self.folder / "files", files))
        engine = open_database(self.database_url)
        with writing(engine) as conn:
            add(conn, PLAIN, kind="airport", subject=AIRPORT, now=SINCE)
            for number in FOLLOWED:
                add(conn, PLAIN, kind="aircraft", subject=address(number), now=SINCE)
        engine.dispose()

    def grow(self, number: int) -> None:
        """Another aircraft is watched, or another airport table comes into force."""
        if number % WATCH_ANOTHER_EVERY == 0:
            new = FIRST_WATCHED + number // WATCH_ANOTHER_EVERY
            self.watched.append(new)
            self.files.insert(0, of_watched(self.folder / "files", new))
            engine = open_database(self.database_url)
            with writing(engine) as conn:
                add(conn, PLAIN, kind="aircraft", subject=address(new), now=SINCE)
            engine.dispose()
        self.version = f"of {number // AIRPORTS_CHANGE_EVERY}"

    def kill(self, mill: Mill, up: Upstream, number: int) -> None:
        """Start a worker, kill it, and look."""
        pause = timedelta(seconds=self.dice.choice((1.0, LEASE_S + 1, LEASE_S + 1, LEASE_S + 60)))
        speed = self.dice.choice((SLOW, SLOW, FAST))
        order = Order(
            work=self.work(up, f"{number}", self.dice.randint(0, FILES_AT_ONCE), pause, speed),
            kill_after_s=self.dice.uniform(SHORTEST_S, LONGEST_S),
            once_ready=self.dice.random() < 0.8,
        )
        answered, before = self.told.answered(), len(up.asked())
        mill.killed(order)
        self.stand_still()
        told = self.heard(order.work)
        with looking(self.database_url, self.folder) as desk:
            looks.must_be_there(desk, told)
            looks.must_never_be(desk)
            if number % LOOK_AT_ALL_EVERY == LOOK_AT_ALL_EVERY - 1:
                looks.must_be_there(desk, self.told)
                self.sound.must_be(desk, at_rest=False)
        assert not answered & set(_asked_for(up, before)), "asked for what was answered"

    def catch_up(self, mill: Mill, up: Upstream) -> None:
        """One more works undisturbed until nothing is due; everybody has landed meanwhile."""
        pause = timedelta(seconds=LEASE_S + 1)
        work = self.work(up, "last", len(self.files), pause, speed=300.0, at_most_s=1e6)
        until = self.watch.clock.base + timedelta(minutes=15)
        before = self.told.answered()
        asked = len(up.asked())
        with mill.undisturbed(Order(work, kill_after_s=None)):
            wait_for(lambda: self.watch() > until and self._done(work))
        self.stand_still()
        self.heard(work)
        assert not before & set(_asked_for(up, asked))

    def _done(self, work: Work) -> bool:
        told = Told.by(Path(work.told))
        if len(told.files) < len(work.files) or told.errors:
            return bool(told.errors)
        with looking(self.database_url, self.folder, self.version) as desk:
            return not (
                looks.overdue(desk, self.watched, self.watch())
                or looks.outdated_units(desk, self.version)
            )

    def must_have_worked(self) -> None:
        """Enough was done that kills may have hit it; and some came while bytes were arriving."""
        assert len(self.told.captures) > KILLS
        assert {unit[1] for unit in self.told.units} == {LIVE, ARCHIVE, FILES}
        assert all(self.told.files.values()), "each file shows a movement"
        with looking(self.database_url, self.folder) as desk:
            assert desk.captures.sweep(datetime.now(UTC)) > 0

    def must_be_sound(self) -> None:
        """The looks after the last worker."""
        assert self.files == []
        with looking(self.database_url, self.folder, self.version) as desk:
            looks.must_be_there(desk, self.told)
            looks.must_never_be(desk)
            self.sound.must_be(desk, at_rest=True)
            looks.must_be_asked_once(desk, self.watched, self.watch())

    def must_be_as_if_undisturbed(self, migrated: Path) -> None:
        """The same captures, kept at once on an empty database, show the same."""
        shutil.copy(migrated, self.folder / "undisturbed.db")
        engine = open_database(f"sqlite:///{self.folder / 'undisturbed.db'}")
        fresh = desk_on(engine, self.folder, self.version)
        live = frozenset(map(address, (*FOLLOWED, PASSER)))
        with looking(self.database_url, self.folder, self.version) as desk:
            looks.kept_at_once(desk, fresh, live)
            ours, theirs = looks.units(desk), looks.units(fresh)
        differ = [key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]
        assert differ == []
        engine.dispose()

    def work(
        self,
        up: Upstream,
        name: str,
        files: int,
        pause: timedelta,
        speed: float,
        at_most_s: float = AT_MOST_S,
        dies_of: str = "",
    ) -> Work:
        """For the next worker; the clock goes on from where it stood, and a pause."""
        clock = FastClock.now(self.watch() + pause, speed, at_most_s)
        self.watch.clock = clock
        (self.folder / "told").mkdir(exist_ok=True)
        return Work(
            database=self.database_url,
            folder=str(self.folder),
            upstream=up.url,
            told=str(self.folder / "told" / name),
            base=clock.base.isoformat(),
            began_s=clock.began_s,
            speed=clock.speed,
            at_most_s=clock.at_most_s,
            reference_version=self.version,
            files=[(file.source, str(file.path)) for file in self.files[:files]],
            dies_of=dies_of,
        )

    def stand_still(self) -> None:
        self.watch.clock = FastClock.now(self.watch(), 0, 0)

    def heard(self, work: Work) -> Told:
        """What that worker acknowledged; files that it imported are done."""
        told = Told.by(Path(work.told))
        self.told.add(told)
        self.files = [file for file in self.files if file.path.name not in told.files]
        return told


def _asked_for(up: Upstream, before: int) -> Iterator[tuple[str, date]]:
    """Aircraft-days that the archive was asked for since."""
    for asked in up.asked()[before:]:
        if asked.site == ARCHIVE:
            found = _TRACE.search(asked.path)
            assert found is not None
            yield found[4], date(int(found[1]), int(found[2]), int(found[3]))
