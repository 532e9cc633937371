"""A bundle holds what its answer rests on: it is a bag, and the answer follows from it anywhere."""

from __future__ import annotations

import ast
import hashlib
import io
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import bagit
import msgspec
import pytest

from schemas.verdicts import VerdictWord
from service.ask.bundles import bundle, verify_bundle
from service.ask.document import verdict_json
from service.storage.database import Engine
from tests.evidence.bundled import (
    CASES,
    Case,
    bundled,
    desk_in,
    desk_on,
    flown,
    give,
)
from tests.evidence.forging import opened, repacked
from tests.ingest.desks import ADAPTERS
from tests.realdata import PROJECT
from tests.simulator.campaign import airports as campaign_airports
from tests.simulator.day import simulate, to_trace_json


def test_there_is_a_case_for_every_word() -> None:
    assert {case.word for case in CASES} == set(get_args(VerdictWord))


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.word} {c.aircraft}")
def test_every_answer_follows_from_its_bundle(
    case: Case, tmp_path: Path, migrated_sqlite: Path
) -> None:
    with desk_in(tmp_path, migrated_sqlite) as desk:
        case.fill(desk, tmp_path)
        content, made = bundled(desk, case)
    assert made.verdict.verdict == case.word
    assert made.withheld == ()
    assert opened(content)["data/verdict.json"] == verdict_json(made.verdict)
    checked = verify_bundle(io.BytesIO(content), ADAPTERS, root=made.root)
    assert checked.is_whole
    assert checked.rederived is not None
    assert checked.rederived.is_same, checked.lines
    assert checked.exit_code == 0


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> bytes:
    """Of an answer that rests on positions."""
    folder = tmp_path_factory.mktemp("observed")
    with desk_in(folder, migrated_sqlite) as desk:
        CASES[0].fill(desk, folder)
        return bundled(desk, CASES[0])[0]


@pytest.mark.parametrize(
    "around",
    [
        {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "random"},
        {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7"},
    ],
)
def test_it_follows_in_another_process_zone_and_locale(
    content: bytes, tmp_path: Path, around: dict[str, str]
) -> None:
    (tmp_path / "bundle.zip").write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "verify", str(tmp_path / "bundle.zip")],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **around},
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done
    assert b"it is the same, byte for byte" in done.stdout


def test_the_same_content_gives_the_same_bytes(tmp_path: Path, migrated_sqlite: Path) -> None:
    made = []
    for name in "ab":
        folder = tmp_path / name
        with desk_in(folder, migrated_sqlite) as desk:
            CASES[0].fill(desk, folder)
            one, _ = bundled(desk, CASES[0])
            made.append(one)
    assert made[0] == made[1]


def test_from_either_database(database: Engine, tmp_path: Path, content: bytes) -> None:
    """Which one holds the evidence makes no difference to the bundle."""
    desk = desk_on(database, tmp_path)
    CASES[0].fill(desk, tmp_path)
    assert bundled(desk, CASES[0])[0] == content


@pytest.mark.parametrize("seed", range(100, 112))
def test_simulated_days_with_all_their_faults(
    seed: int, tmp_path: Path, migrated_sqlite: Path
) -> None:
    """Among all airports of the simulated world, of which the bundle holds those around."""
    day = simulate(seed)
    found = [*(m.airport for m in day.truth.movements), *(p.airport for p in day.truth.passes)]
    there = {"EFHK", *(airport for airport in found if airport is not None)}
    with desk_in(tmp_path, migrated_sqlite) as plain:
        desk = replace(plain, airports=campaign_airports())
        give(desk, tmp_path, to_trace_json(day), "trace_full.json")
        for airport in sorted(there):
            case = Case("no_data", CASES[0].fill, f"icao:{day.icao24}", airport, day.start.date())
            content, made = bundled(desk, case)
            checked = verify_bundle(io.BytesIO(content), ADAPTERS, root=made.root)
            assert checked.exit_code == 0, (day.remake, airport, checked.lines)
            places = msgspec.json.decode(opened(content)["data/airports.json"])["airports"]
            assert len(places) < len(desk.airports)


def test_it_is_a_bag(content: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    bag = bagit.Bag(str(tmp_path))
    bag.validate()
    assert bag.version_info == (1, 0)
    (tmp_path / "data" / "verdict.json").write_bytes(b"{}")
    assert not bag.is_valid()


def test_the_enclosed_script_needs_python_alone(content: bytes, tmp_path: Path) -> None:
    script = opened(content)["verify.py"]
    tree = ast.parse(script, feature_version=(3, 8))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert {name.name for name in node.names} <= sys.stdlib_module_names
        if isinstance(node, ast.ImportFrom):
            assert node.module in sys.stdlib_module_names
    (tmp_path / "verify.py").write_bytes(script)
    elsewhere = tmp_path / "b ü ндл.zip"
    elsewhere.write_bytes(content)
    root = hashlib.sha256(opened(content)["tagmanifest-sha256.txt"]).hexdigest()

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), *arguments],
            env={},
            cwd="/",
            capture_output=True,
            check=False,
        )

    good = run(str(elsewhere))
    assert (good.returncode, good.stderr) == (0, b"")
    assert f"Root: {root}".encode() in good.stdout
    assert run(str(elsewhere), "--root", root.upper()).returncode == 0
    other = run(str(elsewhere), "--root", "0" * 64)
    assert other.returncode == 1
    assert b"another bundle" in other.stdout
    assert run(str(elsewhere), "--root", "").returncode == 2  # a shell's variable that is not set
    assert run(str(elsewhere), "--root", " ").returncode == 1
    elsewhere.write_bytes(content[:-1])
    assert run(str(elsewhere)).returncode == 1
    assert run(str(tmp_path / "none.zip")).returncode == 2
    assert run().returncode == 2


def test_the_bundle_of_a_past_moment(tmp_path: Path, migrated_sqlite: Path) -> None:
    """What came later is not in it, and the answer is the earlier one."""
    case = CASES[0]
    with desk_in(tmp_path, migrated_sqlite) as desk:
        before = desk.clock()
        desk.clock.move(hours=1)  # type: ignore[attr-defined]
        case.fill(desk, tmp_path)
        file = io.BytesIO()
        made = bundle(
            desk, file, aircraft=case.aircraft, airport=case.airport, on=case.on, as_of=before
        )
        assert made.verdict.verdict == "no_data"
        assert bundled(desk, case)[1].verdict.verdict == case.word
    names = opened(file.getvalue())
    assert not [name for name in names if name.startswith("data/captures/")]
    assert verify_bundle(file, ADAPTERS).exit_code == 0


def test_the_nearest_positions_before_and_after_are_in_it(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    """An answer about a silent week rests on what was heard on either side of it."""
    with desk_in(tmp_path, migrated_sqlite) as desk:
        CASES[0].fill(desk, tmp_path)
        content, made = bundled(
            desk, Case("no_data", CASES[0].fill, CASES[0].aircraft, "LSZH", date(2024, 1, 20))
        )
    derived = msgspec.json.decode(opened(content)["data/derived.json"])
    assert [unit["day"] for unit in derived] == ["2024-01-06"]
    assert verify_bundle(io.BytesIO(content), ADAPTERS, root=made.root).exit_code == 0


def test_a_forger_who_packs_nothing_else_makes_the_same_bundle(content: bytes) -> None:
    assert repacked(opened(content)) == content


def forged(content: bytes, what: str) -> bytes:
    """A bundle that is sound in itself and lies."""
    files = dict(opened(content))
    if what == "verdict":
        files["data/verdict.json"] = files["data/verdict.json"].replace(b"seen on", b"not on ")
    elif what == "derived":
        files["data/derived.json"] = files["data/derived.json"].replace(b'"landing"', b'"takeoff"')
    elif what == "airport":
        before = files["data/airports.json"]
        files["data/airports.json"] = before.replace(b'"elevation_ft":526', b'"elevation_ft":626')
        assert files["data/airports.json"] != before
    elif what == "bytes":
        captures = msgspec.json.decode(files["data/captures.json"])
        old = captures[0]["sha256"]
        page = files.pop(f"data/captures/{old}").replace(b"ground", b"1500  ")
        new = hashlib.sha256(page).hexdigest()
        files[f"data/captures/{new}"] = page
        files = {
            name: text.replace(old.encode(), new.encode()) if name.endswith(".json") else text
            for name, text in files.items()
        }
    elif what == "statement":
        said = [{"source": "faa", "registration": "N1", "icao24": flown().icao24, "capture": ""}]
        files["data/statements.json"] = msgspec.json.encode(said)
    elif what == "report":
        files["data/reports.json"] = msgspec.json.encode(
            [{"source": "press", "icao24": flown().icao24, "destination": "EGGW",
              "t_on": datetime(2024, 1, 6, 12, tzinfo=UTC)}]
        )  # fmt: skip
    made = repacked(files)
    assert made != content
    return made


@pytest.mark.parametrize("what", ["verdict", "derived", "airport", "bytes", "statement", "report"])
def test_a_lie_that_is_sound_in_itself_does_not_follow_from_the_bytes(
    content: bytes, what: str
) -> None:
    checked = verify_bundle(io.BytesIO(forged(content, what)), ADAPTERS)
    assert checked.exit_code == 1
    assert checked.rederived is None or checked.rederived.is_refuted


def test_other_versions_are_named_and_no_lie(content: bytes) -> None:
    files = dict(opened(content))
    files["data/verdict.json"] = files["data/verdict.json"].replace(b"verdict 1", b"verdict 0")
    files["data/versions.json"] = files["data/versions.json"].replace(b"verdict 1", b"verdict 0")
    checked = verify_bundle(io.BytesIO(repacked(files)), ADAPTERS)
    assert checked.exit_code == 3
    assert checked.is_whole
    said = " ".join(checked.lines)
    assert "The rules of the verdict: it was made with 'verdict 0'" in said


def test_a_source_that_is_not_known_here_is_named(content: bytes) -> None:
    fewer = {key: one for key, one in ADAPTERS.items() if key != "adsblol_history"}
    checked = verify_bundle(io.BytesIO(content), fewer)
    assert checked.exit_code == 3
    assert "cannot read what adsblol_history sends" in " ".join(checked.lines)
