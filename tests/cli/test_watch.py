"""`tailcheck watch`: as people type, and what they are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.cli import build


def tailcheck(home: Path, *words: str) -> Result:
    """The command, in this process: it is started many times here."""
    return CliRunner(env={"TAILCHECK_HOME": str(home)}).invoke(build(), words)


def listed(home: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(
        tailcheck(home, "watch", "list", "--format", "json").stdout
    )
    return found


def test_added_listed_and_removed(tmp_path: Path) -> None:
    added = tailcheck(tmp_path, "watch", "add", "ra64523", "--note", "Minsk story")
    assert added.exit_code == 0
    assert added.stdout.startswith("Watching aircraft RA-64523, address 14fc0b by a numbering rule")
    assert "Minsk story" in added.stdout
    tailcheck(tmp_path, "watch", "add", "MSQ", "--airport", "--radius", "25")
    text = tailcheck(tmp_path, "watch", "list").stdout.splitlines()
    assert text[0].startswith("aircraft RA-64523")
    assert text[1].startswith("airport UMMS, within 25 NM, since 20")
    assert [(one["kind"], one["subject"], one["icao24"]) for one in listed(tmp_path)] == [
        ("aircraft", "RA-64523", ["14fc0b"]),
        ("airport", "UMMS", []),
    ]
    gone = tailcheck(tmp_path, "watch", "rm", "РА-64523")
    assert (gone.exit_code, gone.stdout) == (0, "No longer watching RA-64523.\n")
    assert [one["subject"] for one in listed(tmp_path)] == ["UMMS"]


def test_six_digits_are_an_address(tmp_path: Path) -> None:
    assert tailcheck(tmp_path, "watch", "add", "400003").exit_code == 0
    (one,) = listed(tmp_path)
    assert (one["subject"], one["icao24"]) == ("400003", ["400003"])


def test_who_is_told_whom_we_watch_is_said(tmp_path: Path) -> None:
    told = tailcheck(tmp_path, "watch", "add", "RA-64523").stderr
    assert "TAILCHECK_ASK_PER_AIRCRAFT=1" in told
    assert tailcheck(tmp_path, "watch", "add", "UMMS", "--airport").stderr == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["add", "not an aircraft!"], "not an aircraft!"),
        (["add", "Nowhereville", "--airport"], "Nowhereville"),
        (["rm", "RA-64523"], "is not watched"),
        (["add", "UMMS", "--airport", "--radius", "0"], "radius"),
    ],
)
def test_mistakes_are_told_and_nothing_is_added(
    tmp_path: Path, words: list[str], says: str
) -> None:
    done = tailcheck(tmp_path, "watch", *words)
    assert done.exit_code == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert listed(tmp_path) == []


def test_an_empty_list_says_how_to_begin(tmp_path: Path) -> None:
    done = tailcheck(tmp_path, "watch", "list")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "tailcheck watch add" in done.stderr
