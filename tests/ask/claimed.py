"""Desks that know something of RA-64523 on 2020-08-18, or nothing: press reports of that flight,
and tracks that nobody flew, made by the simulator or by hand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from adapters._contract import discover
from service.desk import Desk
from service.ingest.files import import_files
from service.storage.captures import CaptureStore
from service.storage.codec import to_us
from service.storage.database import open_database
from tests.adapters.traces import row, trace, trace_of
from tests.demo.flight import DAY, flight
from tests.domain.claims.readings import everywhere
from tests.realdata import PROJECT

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRESS: Final = PROJECT / "examples" / "ra-64523.yaml"
_NAMED: Final = {"r": "RA-64523", "t": "T204"}


@contextmanager
def desk_in(folder: Path, migrated: Path, *files: tuple[str, Path]) -> Iterator[Desk]:
    """A desk that was handed these files, each with its source."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(migrated, folder / "tailcheck.db")
    engine = open_database(f"sqlite:///{folder / 'tailcheck.db'}")
    desk = Desk(
        engine=engine,
        captures=CaptureStore(folder / "captures"),
        airports=everywhere(),
        adapters=discover(),
        clock=lambda: NOW,
    )
    for source, path in files:
        outcomes = list(import_files(desk, [path], source))
        assert outcomes, path
        assert not any(outcome.error for outcome in outcomes), outcomes
    try:
        yield desk
    finally:
        engine.dispose()


def simulated(folder: Path, day: datetime, *, later: timedelta = timedelta()) -> Path:
    """The simulator's flight from Vnukovo to Minsk, in the air from 12:54 to 13:49 UTC."""
    track = flight()
    shift_us = to_us(day) - to_us(DAY) + later // timedelta(microseconds=1)
    track.t_us[:] += shift_us
    document = json.loads(trace_of(track)) | _NAMED
    return _written(folder / f"simulated_{day:%Y%m%d}.json", json.dumps(document).encode())


def parked_at_heathrow(folder: Path, day: datetime) -> Path:
    """Heard on the ground at Heathrow twice a minute, from the evening before to the morning
    after."""
    rows = [
        row(30.0 * n, lat=51.4706, lon=-0.4619, alt="ground", gs=0.0, rate=None, geom=None)
        for n in range(2 * 60 * 32)
    ]
    base_s = (day - timedelta(hours=4)).timestamp()
    return _written(folder / "parked.json", trace(rows, timestamp=base_s, **_NAMED))


def press(folder: Path, *, publisher: str, rests_on: str, url: str) -> Path:
    """One report of the flight, with the address of the aircraft in it."""
    said = f"""
- aircraft: RA-64523
  type: T204
  address: 14fc0b
  from: UUWW
  to: UMMS
  departed: 2020-08-18 16:00 Europe/Moscow
  arrived: 2020-08-18 17:17 Europe/Moscow
  publisher: {publisher}
  url: {url}
  rests_on: {rests_on}
"""
    return _written(folder / f"{publisher}.yaml", said.encode())


def _written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
