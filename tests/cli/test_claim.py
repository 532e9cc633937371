"""`tailcheck claim`: as a journalist uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.run import tailcheck
from tests.domain.claims.retold import RETOLD
from tests.realdata import PROJECT, shared

PUBLISHED = ("--published", "2020-08-19")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    done = tailcheck(folder, "import", "press", str(PROJECT / "examples" / "ra-64523.yaml"))
    assert done.returncode == 0, done.stderr
    return folder


def piped(home: Path, text: bytes, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "service.cli", "claim", *words],
        input=text,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin", "LANG": "C", "TAILCHECK_HOME": str(home)},
        check=False,
        timeout=300,
    )


def test_the_article_is_read_and_judged(home: Path) -> None:
    article = shared("claims/article.txt")
    done = tailcheck(home, "claim", str(article), *PUBLISHED)

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.startswith("READ AS (English")
    assert "[RA-64523](3)" in done.stdout
    assert "FITS, BUT WAS NOT SEEN  [fits, reports_alone]" in done.stdout
    assert "Two reports, one origin: flightradar24." in done.stdout
    assert "director of the FSB" in done.stdout.split("Not judged:")[1]


@pytest.mark.parametrize("language", sorted(RETOLD))
def test_the_retellings_from_standard_input(home: Path, language: str) -> None:
    done = piped(home, RETOLD[language].encode(), *PUBLISHED, "--format", "json")
    judged = json.loads(done.stdout)

    assert (done.returncode, done.stderr) == (0, b"")
    assert judged["result"] == "fits"
    assert judged["reading"]["language"] == language
    assert {one["result"] for one in judged["judged"]} == {"fits"}


def test_the_claims_own_publisher_is_no_evidence(home: Path) -> None:
    done = piped(home, RETOLD["en"].encode(), "-", *PUBLISHED, "--publisher", "dolce24.ru")
    assert done.returncode == 3
    assert b"CAN'T TELL" in done.stdout
    assert b"The claim and two reports, one origin" in done.stdout


def test_asked_back_and_answered(home: Path) -> None:
    text = b"RA-64523 landed in Minsk on 08/09/2020."
    asked = piped(home, text, "--published", "2020-09-10")
    assert asked.returncode == 3
    (line,) = [one for one in asked.stdout.decode().splitlines() if one.startswith("  ? ")]
    field = line.split()[1].rstrip(":")
    answered = piped(home, text, "--published", "2020-09-10", "--answer", f"{field}=2020-09-08")
    assert answered.returncode == 3  # nothing is held of that day
    assert b"  ? " not in answered.stdout
    assert b"arrival at UMMS" in answered.stdout


def test_impossible_as_stated(home: Path) -> None:
    text = b"Tu-214 RA-64523 took off from Vnukovo yesterday and landed in Minsk after 15 minutes."
    done = piped(home, text, *PUBLISHED)
    assert done.returncode == 1
    assert b"IMPOSSIBLE AS STATED" in done.stdout


@pytest.mark.parametrize(
    ("text", "words", "says"),
    [
        (b"", ("nowhere.txt", *PUBLISHED), "cannot be read"),
        (b"\xff\xfe\x00", PUBLISHED, "UTF-8"),
        (b"x" * 20_001, PUBLISHED, "20,001"),
        (b"x" * (256 * 1024 + 1), PUBLISHED, "256 KiB"),
        (b"RA-64523", ("--published", "yesterday"), "yesterday"),
        (b"RA-64523", (*PUBLISHED, "--answer", "nothing"), "FIELD=VALUE"),
        (b"RA-64523", (*PUBLISHED, "--answer", "a=1", "--answer", "a=2"), "twice"),
        (b"RA-64523", (*PUBLISHED, "--answer", "a=1"), "Nothing was asked"),
        (b"RA-64523", (), "--published"),
    ],
)
def test_mistakes_get_a_sentence(
    home: Path, text: bytes, words: tuple[str, ...], says: str
) -> None:
    done = piped(home, text, *words)
    assert done.returncode == 2
    assert says in done.stderr.decode()
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


def test_the_text_is_kept_nowhere(home: Path) -> None:
    canary = b"Qcanary99x"
    done = piped(home, RETOLD["en"].encode() + b" " + canary, *PUBLISHED)
    assert done.returncode == 0
    assert canary in done.stdout
    files = [path for path in home.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if canary in path.read_bytes()] == []
