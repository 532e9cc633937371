"""From a trace file to movements in SQLite, beside the standard library reading the same bytes.

The corpus is one real trace (N899DN, in the `traffic` wheel) under many addresses. adsbtrack end
to end was measured at 0.093 × gzip + json of the standard library, so 25 × adsbtrack is 2.3 × that.
"""

from __future__ import annotations

import gzip
import json
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from adapters._contract import discover
from adapters._readsb import read_trace
from bench.report import Line, seconds
from service.clock import system_clock
from service.desk import Desk
from service.domain.airports.table import Airports
from service.domain.detection.detect import detect
from service.domain.track import in_order
from service.ingest.files import import_files
from service.ingest.reference.airports import load_airports
from service.storage.captures import CaptureStore
from service.storage.database import open_database
from service.storage.migrate import upgrade
from tests.realdata import traffic_sample

FILES = 160
ADSBTRACK_SHARE = 0.093
"""adsbtrack end to end, as a share of gzip + json of the standard library (measured once)."""


def measure() -> Iterator[Line]:
    """All lines about traces."""
    airports = load_airports()
    with tempfile.TemporaryDirectory(prefix="tailcheck-bench-") as folder:
        paths = _corpus(Path(folder) / "traces")
        pages = [path.read_bytes() for path in paths]
        points = sum(len(read_trace(page, source="b", sha256="0" * 64).track) for page in pages)

        plain_s = seconds(lambda: [json.loads(gzip.decompress(page)) for page in pages])
        decode_s = seconds(lambda: _decode(pages))
        whole_s = seconds(lambda: _decode_and_detect(pages, airports))
        yield Line("yardstick: stdlib gzip + json", points / plain_s / 1e6, "M fixes/s")
        yield Line("gunzip + decode", points / decode_s / 1e6, "M fixes/s")
        yield Line("gunzip + decode, against the yardstick", plain_s / decode_s, "x")
        yield Line("gunzip + decode + detect", points / whole_s / 1e6, "M fixes/s")
        share = (whole_s - decode_s) / whole_s * 100
        yield Line("detection's share of decode + detect", share, "%", 30, at_most=True)

        import_s = _import(paths, airports, Path(folder))
        yield Line("file to movements in SQLite", points / import_s / 1e6, "M fixes/s")
        yield Line("... against stdlib gzip + json", plain_s / import_s, "x", 25 * ADSBTRACK_SHARE)

        one_s, two_s = _in_processes(paths, 1), _in_processes(paths, 2)
        note = "decode + detect in worker processes"
        yield Line("two processes against one", one_s / two_s, "x", 1.8, note=note)


def _corpus(folder: Path) -> list[Path]:
    folder.mkdir()
    page = traffic_sample("readsb/trace_full_ac671b.json").read_bytes()
    plain = gzip.decompress(page) if page[:2] == b"\x1f\x8b" else page
    paths = []
    for number in range(FILES):
        icao24 = f"{0xA10000 + number:06x}"
        path = folder / f"trace_full_{icao24}.json"
        path.write_bytes(gzip.compress(plain.replace(b"ac671b", icao24.encode()), 6))
        paths.append(path)
    return paths


def _decode(pages: list[bytes]) -> None:
    for page in pages:
        read_trace(page, source="bench", sha256="0" * 64)


def _decode_and_detect(pages: list[bytes], airports: Airports) -> int:
    tracks = (read_trace(page, source="bench", sha256="0" * 64).track for page in pages)
    return sum(len(detect(in_order(track), airports).movements) for track in tracks)


def _import(paths: list[Path], airports: Airports, folder: Path) -> float:
    runs = []
    for run in range(3):
        home = folder / f"home{run}"
        url = f"sqlite:///{home / 'tailcheck.db'}"
        upgrade(url)
        desk = Desk(
            engine=open_database(url),
            captures=CaptureStore(home / "captures"),
            airports=airports,
            adapters=discover(),
            clock=system_clock,
        )
        began = time.perf_counter()
        outcomes = list(import_files(desk, paths, "trace_file"))
        runs.append(time.perf_counter() - began)
        desk.engine.dispose()
        assert all(outcome.movements > 0 for outcome in outcomes)
    return sorted(runs)[1]


_AIRPORTS: list[Airports] = []


def _prepare() -> None:
    _AIRPORTS.append(load_airports())


def _file(path: Path) -> int:
    return _decode_and_detect([path.read_bytes()], _AIRPORTS[0])


def _in_processes(paths: list[Path], workers: int) -> float:
    with ProcessPoolExecutor(workers, initializer=_prepare) as pool:
        list(pool.map(_file, paths[: workers * 4]))  # every worker is up and has its table
        began = time.perf_counter()
        list(pool.map(_file, paths * 2, chunksize=8))
        return time.perf_counter() - began
