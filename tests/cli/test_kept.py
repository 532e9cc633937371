"""`tailcheck keep` and `tailcheck kept`: as people use them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.ask.kept import kept_check, revise
from service.cli.common import open_desk
from service.settings import Settings
from service.storage.database import reading
from tests.cli.run import tailcheck
from tests.realdata import PROJECT

ASKED = ("RA-64523", "--at", "UMMS", "--on", "2020-08-18")


def ask_again(home: Path, check_id: str) -> None:
    desk = open_desk(Settings(home=home))
    with reading(desk.engine) as conn:
        check = kept_check(conn, desk, check_id)
    assert revise(desk, check) is not None
    desk.engine.dispose()


def test_kept_asked_again_and_shown(tmp_path: Path) -> None:
    plain = tailcheck(tmp_path, "check", *ASKED)
    done = tailcheck(tmp_path, "keep", *ASKED)
    assert done.returncode == plain.returncode == 3
    first, _, text = done.stdout.partition("\n")
    assert text.splitlines()[:3] == plain.stdout.splitlines()[:3]
    check_id = first.removeprefix("Kept as ")
    before = tailcheck(tmp_path, "kept", "show", check_id, "--revision", "1", "--format", "json")
    assert json.loads(before.stdout)["verdict"] == "no_data"

    tailcheck(tmp_path, "import", "press", str(PROJECT / "examples" / "ra-64523.yaml"))
    ask_again(tmp_path, check_id)

    (line,) = tailcheck(tmp_path, "kept", "list").stdout.splitlines()
    assert line.startswith(f"{check_id}  RA-64523 at UMMS on 2020-08-18: Fits, but not seen on")
    assert "answer 2 of " in line
    shown = tailcheck(tmp_path, "kept", "show", check_id)
    assert shown.returncode == 0
    assert shown.stdout.startswith("FITS, BUT NOT SEEN ON THE GROUND")
    assert "Changed because: Then: “Can't tell” (" in shown.stdout
    again = tailcheck(tmp_path, "kept", "show", check_id, "--revision", "1", "--format", "json")
    assert again.stdout == before.stdout
    old = tailcheck(tmp_path, "kept", "show", check_id, "--revision", "1").stdout
    assert old.startswith("CAN'T TELL")
    assert "\n2. " in old  # that there is a later one is not kept from whoever reads this one
    document = json.loads(tailcheck(tmp_path, "kept", "show", check_id, "--format", "json").stdout)
    assert [r["verdict"] for r in document["revisions"]] == ["no_data", "consistent"]
    (listed,) = json.loads(tailcheck(tmp_path, "kept", "list", "--format", "json").stdout)
    assert listed["newest"] == document["revisions"][-1]
    watched = tailcheck(tmp_path, "watch", "add", check_id, "--check")
    assert watched.returncode == 0
    assert f"check {check_id}" in watched.stdout


def test_a_document_for_programs(tmp_path: Path) -> None:
    done = tailcheck(tmp_path, "keep", *ASKED, "--zone", "UTC", "--format", "json")
    document = json.loads(done.stdout)
    assert document["question"] == {
        "aircraft": "RA-64523",
        "airport": "UMMS",
        "date": "2020-08-18",
        "zone": "UTC",
    }
    assert document["answer"]["zone"] == "UTC"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("keep", "zzzzzz", *ASKED[1:]), "zzzzzz"),
        (("keep", "RA-64523", "--at", "Minsk", "--on", "2020-08-18"), "UMMS"),
        (("keep", "RA-64523", "--at", "UMMS", "--on", "2020-02-30"), "2020-02-30"),
        (("kept", "show", "nothing"), "No check of that id is kept here."),
    ],
)
def test_mistakes(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = tailcheck(tmp_path, *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    nothing = tailcheck(tmp_path, "kept", "list")
    assert (nothing.stdout, nothing.returncode) == ("", 0)
    assert nothing.stderr.startswith("Nothing is kept.")


def test_an_answer_that_is_not_there_yet(tmp_path: Path) -> None:
    check_id = tailcheck(tmp_path, "keep", *ASKED).stdout.splitlines()[0].removeprefix("Kept as ")
    done = tailcheck(tmp_path, "kept", "show", check_id, "--revision", "2")
    assert (done.returncode, done.stdout) == (2, "")
    assert "1 answers so far" in done.stderr
