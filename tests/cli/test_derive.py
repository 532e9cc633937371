"""`tailcheck derive`: a real file, and every kind of file that is none."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import tailcheck
from tests.realdata import shared, traffic_sample

TRACE = "readsb/trace_full_ac671b.json"
NO_HOME = Path("/nonexistent/tailcheck")
"""Deriving needs no data folder."""


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    done = derive(traffic_sample(TRACE))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def derive(*paths: Path, home: Path = NO_HOME) -> subprocess.CompletedProcess[str]:
    return tailcheck(home, "derive", *map(str, paths))


@pytest.mark.realdata
def test_the_landing_at_minneapolis(lines: list[dict[str, Any]]) -> None:
    landing = next(
        line
        for line in lines
        if line["kind"] == "movement" and line["move"] == "landing" and line["airport"] == "KMSP"
    )
    assert landing["t_best"].startswith("2025-02-05T01:12:2")
    assert landing["t_best"].endswith("Z")
    assert landing["t_earliest"] <= landing["t_best"] <= landing["t_latest"]
    assert (landing["method"], landing["grade"]) == ("ground", "observed")
    assert landing["icao24"] == "ac671b"
    assert round(landing["lat"], 2) == 44.88
    assert landing["marks"] == []


@pytest.mark.realdata
def test_the_silence_at_spokane(lines: list[dict[str, Any]]) -> None:
    gap = next(line for line in lines if line["kind"] == "gap" and line["seconds"] > 30_000)
    assert round(gap["seconds"], 2) == 30_184.53
    assert gap["from"]["t"].startswith("2025-02-05T06:23:59")
    assert gap["to"]["t"].startswith("2025-02-05T14:47:03")
    unseen = [line for line in lines if line["kind"] == "movement" and line["grade"] == "inferred"]
    assert {line["move"] for line in unseen} == {"landing", "takeoff"}
    for line in unseen:
        # Without runways no field stands out clearly: then none is named, the likeliest first.
        assert "KGEG" in (line["airport"], line["rivals"][0]["airport"])
        assert line["rivals"]


@pytest.mark.realdata
def test_kinds_and_their_order(lines: list[dict[str, Any]]) -> None:
    assert {line["kind"] for line in lines} >= {"movement", "gap", "segment", "ground_span"}
    times = [line["t_best"] for line in lines if line["kind"] == "movement"]
    assert times == sorted(times)


@pytest.mark.realdata
def test_the_runway_when_runways_are_loaded(tmp_path: Path) -> None:
    load = tailcheck(tmp_path, "data", "load", "runways", str(shared("reference/runways.csv")))
    assert load.returncode == 0, load.stderr
    done = derive(traffic_sample(TRACE), home=tmp_path)
    landings = [
        line
        for line in map(json.loads, done.stdout.splitlines())
        if line["kind"] == "movement" and line["move"] == "landing" and line["airport"] == "KMSP"
    ]
    # Its course over the runway is 121°, so it is 12R and not the 30L at the other end.
    assert landings[0]["runway"] == "12R"
    (stop,) = (
        line
        for line in map(json.loads, done.stdout.splitlines())
        if line["kind"] == "movement" and line["method"] == "inferred_stop"
        if line["move"] == "landing"
    )
    assert (stop["airport"], stop["grade"]) == ("KGEG", "inferred")
    assert {"KSKA"} <= {rival["airport"] for rival in stop["rivals"]}


BAD: dict[str, bytes] = {
    "truncated.json": gzip.compress(b'{"icao":"14fc0b","timestamp":1597000000,"trace":[')[:-12],
    "page.json": b"<!DOCTYPE html><html><body>Just a moment...</body></html>",
    "empty.json": b"",
    "half.json": b'{"icao":"14fc0b","timestamp":1597000000,"trace":[[0,1,2',
    "hex.json": b'{"icao":"zzzzzz","timestamp":1597000000,"trace":[]}',
    "path.json": b'{"icao":"../../etc/passwd","timestamp":1597000000,"trace":[]}',
    "list.json": b"[1,2,3]",
    "bomb.json": gzip.compress(b" " * (600 * 1024 * 1024), 9),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_file_gets_one_line_and_the_others_are_done(name: str, tmp_path: Path) -> None:
    bad = tmp_path / name
    bad.write_bytes(BAD[name])
    done = derive(bad, traffic_sample(TRACE), tmp_path / "missing.json")
    assert done.returncode == 1
    said = done.stderr.splitlines()
    assert "Traceback" not in done.stderr
    assert [line for line in said if name in line], said
    assert [line for line in said if "missing.json" in line], said
    assert '"kind":"movement"' in done.stdout


def test_a_source_that_does_not_exist_is_a_mistake(tmp_path: Path) -> None:
    done = tailcheck(tmp_path, "derive", "x.json", "--source", "adsblool")

    assert (done.returncode, done.stdout) == (2, "")
    assert "no source 'adsblool'; there are: adsbdb," in done.stderr
