"""`tailcheck import`, `check`, `track`, `doctor`: as people use them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.run import tailcheck
from tests.realdata import PROJECT, traffic_sample

TRACE = "readsb/trace_full_ac671b.json"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    imported = tailcheck(folder, "import", "trace", str(traffic_sample(TRACE)))
    assert imported.returncode == 0, imported.stderr
    assert "1 files imported, 0 could not be read; 2500 positions" in imported.stdout
    reports = tailcheck(folder, "import", "press", str(PROJECT / "examples" / "ra-64523.yaml"))
    assert reports.returncode == 0, reports.stderr
    return folder


CASES = [
    (("N899DN", "--at", "KMSP", "--on", "2025-02-04"), "observed", 0),
    (("n899dn", "--at", "msp", "--on", "2025-02-05"), "observed", 0),
    (("AC671B", "--at", "KGEG", "--on", "2025-02-04"), "consistent", 0),
    (("N899DN", "--at", "EGLL", "--on", "2025-02-05"), "elsewhere", 1),
    (("N899DN", "--at", "KJFK", "--on", "2025-02-05"), "no_data", 3),
    (("РА-64523", "--at", "UMMS", "--on", "2020-08-18"), "consistent", 0),
    (("RA-96022", "--at", "Внуково", "--on", "2020-08-18"), "no_data", 3),
]


@pytest.mark.realdata
@pytest.mark.parametrize(("words", "verdict", "code"), CASES)
def test_answers(home: Path, words: tuple[str, ...], verdict: str, code: int) -> None:
    done = tailcheck(home, "check", *words, "--format", "json")
    answer = json.loads(done.stdout)
    assert (answer["verdict"], done.returncode) == (verdict, code), answer["sentence"]
    text = tailcheck(home, "check", *words)
    assert text.returncode == code
    assert answer["sentence"] in text.stdout


REFUSED = [
    (("N899DN", "--at", "Minsk", "--on", "2025-02-05"), "UMMS"),
    (("N899DN", "--at", "XQZJ", "--on", "2025-02-05"), "XQZJ"),
    (("../../etc/passwd", "--at", "KMSP", "--on", "2025-02-05"), "etc/passwd"),
    (("zzzzzz", "--at", "KMSP", "--on", "2025-02-05"), "zzzzzz"),
    (("N899DN", "--at", "KMSP", "--on", "2025-02-30"), "2025-02-30"),
    (("N899DN", "--at", "KMSP", "--on", "2999-01-01"), "2999-01-01"),
    (("N899DN", "--at", "NSFA", "--on", "2011-12-30"), "did not exist"),
    (("N899DN", "--at", "KMSP", "--on", "2025-02-05", "--zone", "Mars/Base"), "Mars/Base"),
    (("N899DN", "--at", "KMSP", "--on", "2025-02-05", "--as-of", "yesterday"), "yesterday"),
]


@pytest.mark.parametrize(("words", "mentions"), REFUSED)
def test_mistakes_get_a_sentence(home: Path, words: tuple[str, ...], mentions: str) -> None:
    done = tailcheck(home, "check", *words)
    assert done.returncode == 2, done.stdout
    assert mentions in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.realdata
def test_importing_twice_changes_nothing(home: Path) -> None:
    words = ("check", "N899DN", "--at", "KMSP", "--on", "2025-02-04", "--format", "json")
    before = json.loads(tailcheck(home, *words).stdout)
    again = tailcheck(home, "import", "trace", str(traffic_sample(TRACE)))
    assert again.returncode == 0, again.stderr
    after = json.loads(tailcheck(home, *words).stdout)
    assert before["evidence"] == after["evidence"]
    assert before["sentence"] == after["sentence"]


@pytest.mark.realdata
def test_every_fix_can_be_had_back(home: Path) -> None:
    rows: list[dict[str, str]] = []
    for day in ("2025-02-04", "2025-02-05"):
        done = tailcheck(home, "track", "N899DN", "--on", day)
        assert done.returncode == 0, done.stderr
        rows += csv.DictReader(done.stdout.splitlines())
    assert len(rows) == 2500
    assert sorted(int(row["row"]) for row in rows) == list(range(2500))
    shape = tailcheck(home, "track", "N899DN", "--on", "2025-02-05", "--format", "geojson")
    kinds = {f["geometry"]["type"] for f in json.loads(shape.stdout)["features"]}
    assert kinds <= {"LineString", "Point"}
    assert "trace_file: its terms do not let you pass this on" in shape.stderr


def test_doctor_says_what_is_amiss(home: Path, tmp_path: Path) -> None:
    well = tailcheck(home, "doctor")
    assert well.returncode == 0, well.stdout
    assert "FAIL" not in well.stdout
    ill = tailcheck(tmp_path, "doctor")
    assert ill.returncode == 5
    assert "tailcheck migrate" in ill.stdout


def test_a_file_that_is_no_press_report_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "notes.yaml"
    bad.write_text("just: [unfinished", encoding="utf-8")
    done = tailcheck(tmp_path / "home", "import", "press", str(bad))
    assert done.returncode == 1
    assert "notes.yaml" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.realdata
def test_the_next_utc_day_speaks_for_the_local_evening(tmp_path: Path) -> None:
    """01:12Z on the 5th is the evening of the 4th at Minneapolis; only the 5th's file is held."""
    whole = json.loads(traffic_sample(TRACE).read_bytes())
    midnight = 1_738_713_600.0
    offset = whole["timestamp"] - midnight
    rows = [[row[0] + offset, *row[1:]] for row in whole["trace"] if row[0] + offset >= 0]
    file = tmp_path / "trace_full_ac671b.json"
    file.write_text(json.dumps({**whole, "timestamp": midnight, "trace": rows}), encoding="utf-8")
    home = tmp_path / "home"
    assert tailcheck(home, "import", "trace", str(file)).returncode == 0
    words = ("check", "N899DN", "--at", "KMSP", "--on", "2025-02-04", "--format", "json")
    answer = json.loads(tailcheck(home, *words).stdout)
    assert answer["verdict"] == "observed", answer["sentence"]
    assert not answer["identity"]["candidates"][0]["by_rule"]
