"""Small stored worlds whose answers are bundled: each verdict word from raw bytes."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from schemas.places import Airport
from schemas.records import EVERYTHING, IMPORTED, IdentityStatement, LedgerRow, Track
from schemas.verdicts import VerdictWord
from service.ask.bundles import Made, bundle
from service.ask.kept import keep, revise
from service.desk import Desk
from service.domain.airports.table import Airports
from service.domain.track import take
from service.evidence.log_heads import make_head, sequence
from service.ingest.files import import_files
from service.ingest.writing import Writing, write
from service.storage.captures import CaptureStore
from service.storage.database import Engine, open_database
from service.storage.kept_checks import Asked as AskedAgain
from tests.adapters.traces import trace_of
from tests.ingest.desks import ADAPTERS
from tests.ingest.fetcher import Hands
from tests.simulator.day import Day, simulate, to_track
from tests.simulator.places import world
from tests.simulator.recipe import Recipe

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OPEN = "adsblol_history"
"""Its terms let it be passed on."""
CLOSED = "trace_file"
"""Its terms do not."""
PRESS = """\
reports:
  - aircraft: RA-64523
    type: T204
    from: UUWW
    to: UMMS
    departed: 2020-08-18 16:00 Europe/Moscow
    arrived: 2020-08-18 17:17 Europe/Moscow
    times: airborne
    publisher: example.org
    url: https://example.org/article
    rests_on: flightradar24
"""
KEPT = ("UUWW", "UUEE", "UUDD", "UMMS", "EGGW", "EGLL", "LPMA", "LSZH", "EFHK", "LFPO", "EHAM")


@dataclass(frozen=True, slots=True)
class Case:
    """A filled world and one question."""

    word: VerdictWord
    fill: Callable[[Desk, Path], None]
    aircraft: str
    airport: str
    on: date


def airports() -> Airports:
    """A few of the simulated world's, so that bundles stay small."""
    few = tuple(a for a in world().airports if a.ident in KEPT)
    return Airports.build(few, "a few of the simulated world")


@contextmanager
def desk_in(folder: Path, migrated: Path) -> Iterator[Desk]:
    """An empty desk below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(migrated, folder / "tailcheck.db")
    engine = open_database(f"sqlite:///{folder / 'tailcheck.db'}")
    try:
        yield desk_on(engine, folder)
    finally:
        engine.dispose()


def desk_on(engine: Engine, folder: Path) -> Desk:
    """A desk on that database; captures lie below `folder`."""
    return Desk(
        engine=engine,
        captures=CaptureStore(folder / "captures"),
        airports=airports(),
        adapters=ADAPTERS,
        clock=Hands(NOW),
    )


def bundled(desk: Desk, case: Case) -> tuple[bytes, Made]:
    """The answer to the case's question, as a bundle."""
    file = io.BytesIO()
    made = bundle(desk, file, aircraft=case.aircraft, airport=case.airport, on=case.on)
    return file.getvalue(), made


def give(desk: Desk, folder: Path, content: bytes, name: str, source: str = OPEN) -> None:
    """Import a file."""
    path = folder / name
    path.write_bytes(content)
    (outcome,) = import_files(desk, [path], source)
    assert not outcome.error, outcome.error
    assert isinstance(desk.clock, Hands)
    desk.clock.move(seconds=1)  # what comes in one moment counts one after the other


def flown() -> Day:
    """From Vnukovo to Luton, Funchal and Zurich on 2024-01-06, a fix every 30 s and more."""
    return simulate(5, Recipe(home="UUWW", legs=3, step_s=30.0))


def track_of(day: Day, rows: object = None) -> bytes:
    track = to_track(day)
    return trace_of(track if rows is None else take(track, rows))  # type: ignore[arg-type]


def place(ident: str) -> Airport:
    found = airports().get(ident)
    assert found is not None
    return found


def _fly(desk: Desk, folder: Path) -> None:
    give(desk, folder, track_of(flown()), "trace_full.json")


def _cut(desk: Desk, folder: Path) -> None:
    """Nothing below 3,000 ft is heard."""
    track = to_track(flown())
    rows = np.flatnonzero(~track.on_ground & (track.alt_baro_ft > 3_000))
    give(desk, folder, trace_of(take(track, rows)), "trace_full.json")


def _report(desk: Desk, folder: Path) -> None:
    give(desk, folder, PRESS.encode(), "press.yaml", "press")


def _disagree(desk: Desk, folder: Path) -> None:
    """Two sources say that a registration is two addresses."""
    for number, icao24 in enumerate(("14fc0b", "155555")):
        track = replace(to_track(flown()), icao24=icao24)
        text = trace_of(track).replace(b'"icao"', b'"r": "RA-64523", "icao"')
        give(desk, folder, text, f"trace_{number}.json")


def _conflict(desk: Desk, folder: Path) -> None:
    """The same aircraft flies somewhere else at the same time."""
    _fly(desk, folder)
    noon = flown().start.timestamp() + 43_200
    for number in range(30):
        seen = {"hex": flown().icao24, "type": "adsb_icao", "lat": 10.0 + number / 60, "lon": 10.0}
        seen |= {"alt_baro": 30_000, "gs": 360.0, "track": 0.0, "seen": 0.1, "seen_pos": 0.1}
        seen |= {"nic": 8, "nac_p": 9, "sil": 3}
        page = {"now": noon + 10 * number, "messages": 1, "aircraft": [seen]}
        give(desk, folder, json.dumps(page).encode(), f"aircraft_{number}.json", "readsb_local")


def _divert(desk: Desk, folder: Path) -> None:
    """It went around at Orly and landed at Amsterdam."""
    day = simulate(5, Recipe(home="UUWW", legs=1, step_s=30.0, script=("divert",)))
    give(desk, folder, trace_of(to_track(day)), "trace_full.json")


def _covered(desk: Desk, folder: Path) -> None:
    """The aircraft was silent all day at Vnukovo; others were heard there each hour."""
    for number in range(2):
        give(desk, folder, standing(number), f"trace_{number}.json")
    answered_for_all(desk)


def standing(number: int) -> bytes:
    """The trace of another aircraft, 4b0000 or 4b0001, that stands at Vnukovo."""
    return trace_of(_standing(number, flown().start))


def answered_for_all(desk: Desk) -> None:
    """The archive was asked about everybody; and it is known which aircraft RA-64523 is."""
    asked = flown().start
    answer = LedgerRow(
        source=OPEN,
        target=EVERYTHING,
        t_from=asked - timedelta(days=1),
        t_to=asked + timedelta(days=2),
        outcome="data",
        asked_at=NOW - timedelta(hours=1),
        note=IMPORTED,
    )
    known = IdentityStatement(
        source="tar1090db", registration="RA-64523", icao24="14fc0b", type_code="T204"
    )
    write(desk, Writing(ledger=[answer], statements=[known]))


def _standing(number: int, asked: datetime) -> Track:
    """Another aircraft that stands at Vnukovo for two days."""
    track = to_track(flown())
    start = asked - timedelta(hours=6)
    rows = np.zeros(36 * 12, np.int64)
    field = place("UUWW")
    times = start.timestamp() * 1e6 + np.arange(len(rows)) * 300e6 + number * 7e6
    still = take(track, rows)
    return replace(
        still,
        icao24=f"4b000{number}",
        t_us=times.astype(np.int64),
        lat=np.full(len(rows), field.lat) + np.arange(len(rows)) % 7 * 1e-5,
        lon=np.full(len(rows), field.lon),
        on_ground=np.ones(len(rows), np.bool_),
        gs_kt=np.full(len(rows), 3.0, np.float32),
        flags=np.zeros(len(rows), np.uint8),
        row=np.arange(len(rows), dtype=np.int32),
        callsigns=(),
        squawks=(),
    )


def _stand(desk: Desk, folder: Path) -> None:
    """It stood at Vnukovo all day, and was heard there."""
    give(desk, folder, trace_of(_standing(0, flown().start)), "trace_full.json")


def _nothing(desk: Desk, folder: Path) -> None:
    """Nobody ever said anything."""


_DAY = date(2024, 1, 6)
CASES = (
    Case("observed", _fly, f"icao:{flown().icao24}", "EGGW", _DAY),
    Case("elsewhere", _stand, "icao:4b0000", "EGGW", _DAY),
    Case("near", _divert, f"icao:{flown().icao24}", "LFPO", _DAY),
    Case("conflicting", _conflict, f"icao:{flown().icao24}", "EGGW", _DAY),
    Case("consistent", _cut, f"icao:{flown().icao24}", "EGGW", _DAY),
    Case("consistent", _report, "RA-64523", "UMMS", date(2020, 8, 18)),
    Case("identity_uncertain", _disagree, "RA-64523", "EGGW", _DAY),
    Case("not_seen", _covered, "RA-64523", "UUWW", _DAY),
    Case("no_data", _nothing, "RA-64523", "UMMS", date(2020, 8, 18)),
)


def kept_with_history(desk: Desk, folder: Path, secrets: Path, owner: str = "local") -> str:
    """A kept check whose answer changed once: nothing was known, then a landing at Luton was seen.
    The log covers all of it, under a signed head. Returns the check's id; its bundle is small."""
    day = flown()
    asked = AskedAgain(aircraft=f"icao:{day.icao24}", airport="EGGW", date="2024-01-06")
    kept = keep(desk, asked, owner=owner)
    assert isinstance(desk.clock, Hands)
    desk.clock.move(minutes=10)
    track = to_track(day)
    landed = day.truth.movements[1]
    near = np.abs(track.t_us / 1e6 - landed.t_s) < 300
    give(desk, folder, trace_of(take(track, near)), "trace_full.json")
    revision = revise(desk, kept.check)
    assert revision is not None
    assert revision.number == 2
    sequence(desk.engine)
    assert make_head(desk.engine, secrets, now=desk.clock()) is not None
    return kept.check.id
