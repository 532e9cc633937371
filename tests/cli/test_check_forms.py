"""`tailcheck check --format …`: an answer in its forms, on the command line."""

from __future__ import annotations

import csv
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from service.formats.forms import Form
from tests.cli.run import tailcheck
from tests.formats.decoding import size
from tests.realdata import traffic_sample

ASKED = ("check", "N899DN", "--at", "KGEG", "--on", "2025-02-04")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    trace = str(traffic_sample("readsb/trace_full_ac671b.json"))
    assert tailcheck(folder, "import", "trace", trace).returncode == 0
    return folder


@pytest.mark.realdata
def test_each_form_goes_to_a_file(home: Path, tmp_path: Path) -> None:
    answer = json.loads(tailcheck(home, *ASKED, "--format", "json").stdout)
    found: dict[Form, bytes] = {}
    for form in Form:
        file = tmp_path / f"answer.{form}"
        done = tailcheck(home, *ASKED, "--format", form.value, "--output", str(file))
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        drawn = form in {Form.GEOJSON, Form.KML, Form.SVG, Form.PNG}
        assert ("trace_file: its terms do not let you pass this on" in done.stderr) == drawn
        found[form] = file.read_bytes()

    assert json.loads(found[Form.JSON])["sentence"] == answer["sentence"]
    assert answer["sentence"] in found[Form.TEXT].decode()
    assert found[Form.MARKDOWN].decode().startswith("> What was received fits N899DN")
    rows = list(csv.DictReader(found[Form.CSV].decode().splitlines()))
    assert rows[0]["text"] == answer["sentence"]
    features = json.loads(found[Form.GEOJSON])["features"]
    kinds = [feature["properties"]["kind"] for feature in features]
    assert kinds.count("track") > 3
    assert kinds.count("gap") > 3
    assert ET.fromstring(found[Form.KML]).tag.endswith("kml")
    assert "reviewRating" not in json.loads(found[Form.CLAIMREVIEW])
    dashed = [e for e in ET.fromstring(found[Form.SVG]).iter() if e.get("id", "")[:4] == "gap-"]
    assert len(dashed) == kinds.count("gap")
    assert size(found[Form.PNG]) == (1753, 1240)


def test_nothing_held_is_drawn_too_and_the_exit_code_stays(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "sheet.png"
    words = ("check", "RA-64523", "--at", "UMMS", "--on", "2020-08-18", "--format", "png")
    done = tailcheck(home, *words, "--output", str(file))

    assert done.returncode == 3, done.stderr
    assert size(file.read_bytes()) == (1753, 1240)


def test_a_pipe_takes_a_picture_and_a_terminal_does_not(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "service.cli", "check", "RA-64523", "--at", "UMMS"]
    words += ["--on", "2020-08-18", "--format", "png"]
    env = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TAILCHECK_HOME": str(tmp_path / "home")}

    piped = subprocess.run(words, capture_output=True, env=env, check=False, timeout=300)
    assert size(piped.stdout) == (1753, 1240)

    ours, theirs = pty.openpty()
    try:
        shown = subprocess.run(
            words, stdout=theirs, stderr=subprocess.PIPE, env=env, check=False, timeout=300
        )
    finally:
        os.close(theirs)
        os.close(ours)
    assert shown.returncode == 2
    assert b"--output FILE" in shown.stderr


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    words = ("check", "RA-64523", "--at", "UMMS", "--on", "2020-08-18")
    missing = tmp_path / "none" / "x.csv"
    done = tailcheck(tmp_path / "home", *words, "--format", "csv", "--output", str(missing))

    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_form_that_there_is_not_is_a_mistake(tmp_path: Path) -> None:
    done = tailcheck(tmp_path / "home", *ASKED, "--format", "pdf")

    assert done.returncode == 2
    assert "claimreview" in done.stderr
