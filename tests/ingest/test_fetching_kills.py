"""kill -9 while fetching."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.sources import Source
from service.storage.captures import CaptureStore
from service.storage.database import Engine
from tests.ingest.fetcher import HEX, Hands, fetching, get, stored
from tests.upstream import Upstream

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("moment", ["before the bytes have a name", "before the row", "after it"])
def test_a_kill_between_bytes_and_row_leaves_nothing_by_halves(
    moment: str, up: Upstream, live: Source, sqlite: Engine, tmp_path: Path, clock: Hands
) -> None:
    """The bytes are there whole or not at all, and the same asking mends it."""
    folder = tmp_path / "captures"
    process = subprocess.run(
        [
            *(sys.executable, "-m", "tests.ingest.killed", moment),
            *(str(sqlite.url), str(folder), f"{live.url}{HEX}"),
        ],
        cwd=PROJECT,
        check=False,
    )
    assert process.returncode == -9
    store = CaptureStore(folder)
    kept = [path.name for path in folder.glob("??/*")]
    assert all(store.verify(name) for name in kept)
    assert len(kept) == (moment != "before the bytes have a name")
    assert [capture.sha256 for capture in stored(sqlite)] == kept * (moment == "after it")
    with fetching(sqlite, folder, clock) as fetcher:
        page = get(fetcher, live)
    assert store.read(page.capture.sha256) == page.content
    assert page.capture in stored(sqlite)
    assert store.sweep(clock() + timedelta(days=10_000)) == (moment != "after it")
    assert store.verify(page.capture.sha256)
