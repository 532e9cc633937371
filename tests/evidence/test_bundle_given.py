"""What goes into a bundle: by the terms of sources, and whatever happens meanwhile."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from adapters._contract import Page
from schemas.sources import Source
from service.ask.bundles import verify_bundle
from tests.evidence.bundled import (
    CASES,
    OPEN,
    PRESS,
    bundled,
    desk_in,
    flown,
    give,
    track_of,
)
from tests.evidence.forging import opened
from tests.ingest.desks import ADAPTERS
from tests.ingest.fetcher import Hands


def test_what_may_not_be_passed_on_is_named_by_its_hash(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    case = CASES[0]
    page = track_of(flown())
    with desk_in(tmp_path, migrated_sqlite) as desk:
        give(desk, tmp_path, page, "trace_full.json", "trace_file")
        content, made = bundled(desk, case)
    assert made.verdict.verdict == "observed"
    files = opened(content)
    sha256 = hashlib.sha256(page).hexdigest()
    assert f"data/captures/{sha256}" not in files
    (capture,) = msgspec.json.decode(files["data/captures.json"])
    assert (capture["sha256"], capture["given"]) == (sha256, False)
    assert "terms" in capture["why"]
    assert msgspec.json.decode(files["data/derived.json"]) == []
    assert "WHAT IS NOT IN IT" in files["README.txt"].decode()
    assert any("terms" in line for line in made.withheld)
    checked = verify_bundle(io.BytesIO(content), ADAPTERS)
    assert checked.is_whole
    assert checked.exit_code == 3
    assert "could not be derived again here" in " ".join(checked.lines)
    assert "terms" in " ".join(checked.lines)


def test_bytes_that_came_from_two_sources_go_out_by_the_open_one(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    """What the other one shows of them does not, and without that the answer does not follow."""
    page = track_of(flown())
    with desk_in(tmp_path, migrated_sqlite) as desk:
        give(desk, tmp_path, page, "trace_full.json", "trace_file")
        give(desk, tmp_path, page, "trace_full.json")
        content, made = bundled(desk, CASES[0])
    assert made.verdict.verdict == "observed"
    captures = msgspec.json.decode(opened(content)["data/captures.json"])
    assert [(c["source"], c["given"]) for c in captures] == [
        ("adsblol_history", True),
        ("trace_file", False),
    ]
    assert opened(content)[f"data/captures/{captures[0]['sha256']}"] == page
    assert verify_bundle(io.BytesIO(content), ADAPTERS).exit_code == 3


@dataclass(frozen=True)
class Interrupted:
    """An adapter that lets something else happen while a page is read."""

    source: Source
    meanwhile: Callable[[], None]

    def fetch(self, *asked: Any) -> Any:
        return ADAPTERS[self.source.key].fetch(*asked)

    def parse(self, page: Page) -> Iterator[Any]:
        self.meanwhile()
        return ADAPTERS[self.source.key].parse(page)


def test_what_is_written_meanwhile_is_in_it_or_not_but_never_half(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    """A report is kept while the bundle is put together, and counts from the moment before."""
    case = CASES[0]
    report = PRESS.replace("RA-64523", "N899DN").replace("T204", "B739")
    report += f"    address: {flown().icao24}\n"
    for old, new in (("UMMS", "EGGW"), ("2020-08-18", "2024-01-06")):
        report = report.replace(old, new)
    waiting = [report]
    with desk_in(tmp_path, migrated_sqlite) as plain:
        case.fill(plain, tmp_path)
        moment = plain.clock()

        def meanwhile() -> None:
            if waiting:
                earlier = replace(plain, clock=Hands(moment))
                give(earlier, tmp_path, waiting.pop().encode(), "press.yaml", "press")

        interrupted = Interrupted(ADAPTERS[OPEN].source, meanwhile)
        desk = replace(plain, adapters={**ADAPTERS, OPEN: interrupted})
        content, made = bundled(desk, case)
        assert not waiting
    assert any(item.kind == "report" for item in made.verdict.evidence)
    assert len(msgspec.json.decode(opened(content)["data/reports.json"])) == 1
    assert verify_bundle(io.BytesIO(content), ADAPTERS).exit_code == 0
