"""Day dumps made by hand: tars with a trace in each of the 256 folders, as adsb.lol cuts them."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from schemas.records import IMPORTED
from schemas.verdicts import Interval, Verdict
from service.ask.check import check
from service.desk import Desk
from service.ingest.dumps.dump import DumpOutcome, import_dump
from service.ingest.dumps.parts import claim_of, dumps_of
from service.ingest.dumps.taking import Unread
from tests.adapters.traces import BASE, packed, row, trace
from tests.ingest.desks import ledger_of
from tests.ingest.flown import rows as rows_in
from tests.realdata import traffic_sample

KEY = "adsblol_history"
NAME = "v2024.05.01-planes-readsb-prod-0.tar"
DAY = BASE.date()
WINDOW = Interval(t_from=BASE, t_to=BASE.replace(day=2))
LATER = datetime(2024, 6, 1, 12, tzinfo=UTC)
OURS = "14fc0b"
PARKED = "510101"
"""Stands at Minsk all day, and is heard there."""


def short(icao24: str, **changed: object) -> bytes:
    """A trace of three rows."""
    rows = [row(36_000.0 + 10 * i, lat=52.0 + i / 50, alt=35_000) for i in range(3)]
    return packed(trace(rows, **{"icao": icao24, "r": None, **changed}))


def parked(icao24: str = PARKED) -> bytes:
    """A trace of the whole day on the ground at Minsk."""
    rows = [
        row(60.0 * i, lat=53.8825, lon=28.0325, alt="ground", gs=0.0, rate=None, geom=None)
        for i in range(24 * 60)
    ]
    return packed(trace(rows, icao=icao24, r=None))


def whole_day(**others: bytes) -> dict[str, bytes]:
    """By address: one aircraft in each folder, one of them parked at Minsk, and the others."""
    fill = {f"5100{number:02x}": short(f"5100{number:02x}") for number in range(256)}
    return fill | {PARKED: parked()} | {name.removeprefix("x"): b for name, b in others.items()}


@cache
def _flown() -> bytes:
    """A real flight, from one in the morning of our day."""
    told = json.loads(traffic_sample("readsb/trace_full_ac671b.json").read_bytes())
    return json.dumps(told | {"timestamp": BASE.timestamp() + 3_600}).encode()


def fleet(count: int) -> dict[str, bytes]:
    """One real flight under so many addresses, beside the short traces of a whole day."""
    flown = {
        f"a1{number:04x}": packed(_flown().replace(b"ac671b", b"a1%04x" % number))
        for number in range(count)
    }
    return whole_day() | flown | {"14fc0b": b"<html>"}


def path_of(icao24: str) -> str:
    return f"./traces/{icao24[-2:]}/trace_full_{icao24}.json"


def members(traces: Mapping[str, bytes]) -> list[tuple[tarfile.TarInfo, bytes]]:
    """As GNU tar lists them: folder by folder."""
    ordered = sorted(traces, key=lambda icao24: (icao24[-2:], icao24))
    return [
        (_entry("./", tarfile.DIRTYPE), b""),
        *((_entry(path_of(icao24)), traces[icao24]) for icao24 in ordered),
    ]


def _entry(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    return info


def link(name: str, to: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    info = _entry(name, kind)
    info.linkname = to
    return info, b""


def tar_of(
    entries: Iterable[tuple[tarfile.TarInfo, bytes]], *, form: int = tarfile.GNU_FORMAT
) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for info, content in entries:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def entry(name: str, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    return _entry(name), content


def cut(folder: Path, content: bytes, parts: int, name: str = NAME) -> list[Path]:
    """The tar in so many parts, as `split` names them."""
    folder.mkdir(parents=True, exist_ok=True)
    size = -(-len(content) // parts)
    paths = []
    for number in range(parts):
        path = folder / f"{name}.a{chr(ord('a') + number)}"
        path.write_bytes(content[number * size : (number + 1) * size])
        paths.append(path)
    return paths


def imported(
    desk: Desk,
    paths: Sequence[Path],
    *,
    source: str | None = None,
    watched: frozenset[str] | None = None,
    missed: list[Unread] | None = None,
) -> DumpOutcome:
    """What comes of importing one dump."""
    (dump,) = dumps_of(paths)
    claim = claim_of(desk, dump, source, None)
    told = (lambda _: None) if missed is None else missed.append
    return import_dump(desk, dump, claim, watched=watched, missed=told)


def a_dump(folder: Path, traces: dict[str, bytes], parts: int = 3) -> list[Path]:
    return cut(folder / "dump", tar_of(members(traces)), parts)


def asked_about(desk: Desk, icao24: str = OURS) -> Verdict:
    """Was it at Minsk on that UTC day, where another one stood all day?"""
    return check(desk, aircraft=f"icao:{icao24}", airport="UMMS", on=DAY, zone="UTC")


def said(desk: Desk, *targets: str) -> list[tuple[str, str]]:
    """Target and outcome of rows about the whole day."""
    found = ledger_of(desk, WINDOW, *targets)
    assert {r.source for r in found} <= {KEY}
    return [
        (r.target, r.outcome)
        for r in found
        if (r.t_from, r.t_to) == (WINDOW.t_from, WINDOW.t_to) and r.note != IMPORTED
    ]


def why(verdict: Verdict) -> list[str]:
    return [verdict.verdict, *(reason.code for reason in verdict.reasons)]


def kept(desk: Desk, content: bytes) -> list[str]:
    """The captures that hold these bytes."""
    return [
        sha256
        for sha256, source in rows_in(desk.engine, "captures")
        if source == KEY and desk.captures.read(sha256) == content
    ]
