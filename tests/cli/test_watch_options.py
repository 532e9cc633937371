"""`tailcheck watch add` with all that can be said, `import`, `feed` and `test`."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from standardwebhooks import Webhook
from typer.testing import CliRunner, Result

from service.cli import build
from tests.cli.test_watch import listed, tailcheck


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    done = tailcheck(
        tmp_path, "watch", "add", "RA-64523", "--trigger", "landing", "--trigger", "away_from_home",
        "--home", "VKO", "--at", "BY", "--at", "Vnukovo", "--min-grade", "observed", "--quiet",
        "22:00-07:00", "--zone", "Europe/Minsk", "--digest", "hourly", "--to",
        "https://desk.example.org/hook", "--details", "--label", "The one", "--until", "2099-12-31",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert "told: landing away_from_home, only at iso:BY UUWW, home UUWW" in done.stdout
    assert "quiet 22:00-07:00 Europe/Minsk, hourly digest, to receiver 1, The one" in done.stdout
    assert "says what happened" in done.stdout
    assert "Its secret, shown this once: whsec_" in done.stdout
    (one,) = listed(tmp_path)
    assert (one["home"], one["to"], one["zone"]) == ("UUWW", [1], "Europe/Minsk")
    assert one["expires_at"] == "2099-12-31T21:00:00Z"  # the end of that day in Minsk

    again = tailcheck(tmp_path, "watch", "add", "ra64523", "--label", "")
    assert again.exit_code == 0
    (after,) = listed(tmp_path)
    assert after == one | {"label": ""}


@pytest.mark.parametrize(
    ("words", "kind", "subject"),
    [
        (["--type", "t204"], "type", "T204"),
        (["T204", "--type"], "type", "T204"),
        (["--operator", "Rossiya Special"], "operator", "Rossiya Special"),
        (["--area", "-33.97,18.6,40"], "area", "-33.9700,18.6000,40"),
        (["--airport", "MSQ"], "airport", "UMMS"),
    ],
)
def test_kinds_are_added_and_removed_alike(
    tmp_path: Path, words: list[str], kind: str, subject: str
) -> None:
    assert tailcheck(tmp_path, "watch", "add", *words).exit_code == 0
    (one,) = listed(tmp_path)
    assert (one["kind"], one["subject"]) == (kind, subject)
    assert tailcheck(tmp_path, "watch", "rm", *words).stdout == f"No longer watching {subject}.\n"
    assert listed(tmp_path) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["add", "RA-64523", "--trigger", "landed"], "there are: takeoff, landing"),
        (["add", "RA-64523", "--trigger", "away_from_home"], "home base"),
        (["add", "MSQ", "--airport", "--trigger", "first_visit"], "watch the aircraft"),
        (["add", "MSQ", "--airport", "--type"], "airport and type"),
        (["add", "RA-64523", "--lable", "x"], "There is no option --lable"),
        (["add", "RA-64523", "RA-64524"], "one subject"),
        (["add", "RA-64523", "--to", "http://127.0.0.1:9/"], "TAILCHECK_SEND_TO"),
        (["add", "RA-64523", "--at", "Minsk"], "Ask by code"),
        (["rm", "9", "--id"], "no watch 9"),
        (["feed", "9"], "no watch 9"),
        (["test", "9"], "no watch 9"),
    ],
)
def test_mistakes(tmp_path: Path, words: list[str], says: str) -> None:
    done = tailcheck(tmp_path, "watch", *words)
    assert done.exit_code == 2
    assert says in done.stderr
    assert listed(tmp_path) == []


def test_a_list_is_taken_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "whom.txt"
    file.write_text(
        "\ufeff# the Minsk story\n\nRA-64523, the one\nra64523\nnobody at all!  # really\n"
        "type:T204\nairport:Minsk\nairport:MSQ\n14fc0c # by address\n",
        encoding="utf-8",
    )
    home = tmp_path / "home"
    done = tailcheck(home, "watch", "import", str(file), "--digest", "daily")
    assert done.exit_code == 1
    assert done.stdout == "4 new, 0 changed, 1 followed already, 2 bad.\n"
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == [
        "whom.txt, line 5",
        "whom.txt, line 7",
    ]
    assert "UMMS" in done.stderr
    watches = listed(home)
    assert [(one["kind"], one["subject"], one["label"]) for one in watches] == [
        ("aircraft", "RA-64523", "the one"),
        ("type", "T204", ""),
        ("airport", "UMMS", ""),
        ("aircraft", "14fc0c", ""),
    ]
    assert {one["digest"] for one in watches} == {"daily"}

    again = tailcheck(home, "watch", "import", str(file))
    assert again.stdout == "0 new, 0 changed, 5 followed already, 2 bad.\n"
    assert listed(home) == watches


def test_plane_alert_db(tmp_path: Path) -> None:
    file = tmp_path / "plane-alert-db.csv"
    file.write_text(
        "$ICAO,$Registration,$Operator,$Type,$ICAO Type,#CMPG,$Tag 1\n"
        '14FC0B,RA-64523,"Rossiya, Special","Tupolev Tu-214",T204,Gov,x\n'
        "4FC0,RA-64524,Rossiya,Tupolev,T204,Gov,x\n"
        "\n"
        "14FC0C,RA-64524\n"
        "ae1234,,USAF,C-17,C17,Mil,x\n",
        encoding="utf-8",
    )
    done = tailcheck(tmp_path, "watch", "import", str(file))
    assert done.stdout == "2 new, 0 changed, 0 followed already, 2 bad.\n"
    assert "line 3: “4FC0” is no 24-bit address" in done.stderr
    assert "line 5: it has too few columns" in done.stderr
    assert [(one["subject"], one["label"]) for one in listed(tmp_path)] == [
        ("14fc0b", "RA-64523, Rossiya, Special, T204"),
        ("ae1234", "USAF, C17"),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xff\xfe\x00", "UTF-8"), (b"$ICAO,$Registration\n1,2\n", "lacks the columns")],
)
def test_what_is_no_list(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "list"
    file.write_bytes(content)
    done = tailcheck(tmp_path, "watch", "import", str(file))
    assert done.exit_code == 1
    assert says in done.stderr
    assert tailcheck(tmp_path, "watch", "import", str(tmp_path / "no")).exit_code == 1


def test_a_mistake_in_what_is_said_of_all_is_no_lines_fault(tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_text("RA-64523\n")
    done = tailcheck(tmp_path, "watch", "import", str(file), "--trigger", "away_from_home")
    assert done.exit_code == 2
    assert "home base" in done.stderr


def test_feed_addresses_are_new_each_time(tmp_path: Path) -> None:
    tailcheck(tmp_path, "watch", "add", "RA-64523")
    first = tailcheck(tmp_path, "watch", "feed", "1").stdout.splitlines()
    assert [line.rpartition(".")[2] for line in first] == ["atom", "ics"]
    assert first[0].startswith("http://127.0.0.1:8000/v1/feeds/1-")
    assert tailcheck(tmp_path, "watch", "feed", "1").stdout.splitlines() != first


class _Hook(BaseHTTPRequestHandler):
    got: list[tuple[dict[str, str], bytes]]
    status = 204

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[tuple[str, type[_Hook]]]:
    """A receiver on loopback."""
    kind = type("Hook", (_Hook,), {"got": []})
    server = HTTPServer(("127.0.0.1", 0), kind)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", kind
    server.shutdown()
    thread.join()
    server.server_close()


def allowed(home: Path, *words: str) -> Result:
    """The command, where messages may go to this machine."""
    env = {"TAILCHECK_HOME": str(home), "TAILCHECK_SEND_TO": "127.0.0.1"}
    return CliRunner(env=env).invoke(build(), words)


def test_a_test_message_arrives_signed(tmp_path: Path, hook: tuple[str, type[_Hook]]) -> None:
    url, kind = hook
    added = allowed(tmp_path, "watch", "add", "RA-64523", "--to", url)
    secret = added.stdout.split("shown this once: ")[1].strip()

    done = allowed(tmp_path, "watch", "test", "1")
    assert done.exit_code == 0, done.stdout + done.stderr
    assert "it has the message" in done.stdout
    ((headers, body),) = kind.got
    said = Webhook(secret).verify(body, headers)
    assert said["type"] == "tailcheck.test"
    assert b"RA-64523" not in body

    kind.status = 500
    failed = allowed(tmp_path, "watch", "test", "1")
    assert failed.exit_code == 4
    assert "answered 500" in failed.stdout


def test_a_test_without_receivers(tmp_path: Path) -> None:
    tailcheck(tmp_path, "watch", "add", "RA-64523")
    done = tailcheck(tmp_path, "watch", "test", "1")
    assert (done.exit_code, "names no receivers" in done.stderr) == (2, True)
