"""From a sentence to a package that anybody can verify: ``python -m tests.demo.claimed``.

The article's sense, retold in English, is read and judged on the two press reports that the project
ships and on nothing else; the check is kept, opened by its permalink, bundled and verified; one
byte of the bundle is changed, and it is refused. A real track is drawn for print. Ends with 0 only
when each of these came out as it should.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from service.cli.demo import command_of, environment_of, server_of
from tests.domain.claims.readings import PUBLISHED
from tests.domain.claims.retold import RETOLD
from tests.realdata import PROJECT, traffic_sample

REGISTRATION, PLACE, DAY = "RA-64523", "UMMS", "2020-08-18"
DRAWN: Final = ("N899DN", "KMSP", "2025-02-04")
REPORTS: Final = PROJECT / "examples" / "ra-64523.yaml"
PNG: Final = b"\x89PNG\r\n\x1a\n"
CANNOT_TELL, REFUSED = 3, 1


class NotSo(Exception):
    """Something did not come out as it should."""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tailcheck-demo-") as folder:
        home = Path(folder)
        tailcheck(home, "migrate")
        tailcheck(home, "import", "press", str(REPORTS))
        tailcheck(home, "import", "trace", str(traffic_sample("readsb/trace_full_ac671b.json")))
        _claim(home)
        check = _keep(home)
        _permalink(home, check)
        _bundle(home, check)
        _picture(home)
    say("as it should be: read, judged, kept, bundled, verified, refused when changed, and drawn.")


def _claim(home: Path) -> None:
    article = home / "article.txt"
    article.write_text(RETOLD["en"], encoding="utf-8")
    words = ("claim", str(article), "--published", PUBLISHED.isoformat())
    judged: dict[str, Any] = json.loads(quiet(home, *words, "--format", "json", ends=None))
    tailcheck(home, *words, ends=None)
    (aircraft,) = judged["reading"]["aircraft"]
    (leg,) = aircraft["legs"]
    read = {
        "aircraft": aircraft["name"]["value"],
        "type": aircraft["type_code"]["value"],
        "from": leg["departure"]["place"]["value"],
        "to": leg["arrival"]["place"]["value"],
        "on": leg["on"]["value"],
        "minutes": leg["duration_min"]["value"],
    }
    must_be(
        read,
        {
            "aircraft": REGISTRATION,
            "type": "T204",
            "from": "UUWW",
            "to": PLACE,
            "on": DAY,
            "minutes": 77,
        },
    )
    if not any("director of the FSB" in part["mark"]["text"] for part in out_of_reach(judged)):
        raise NotSo("who was aboard is not named as out of reach")


def out_of_reach(judged: dict[str, Any]) -> list[dict[str, Any]]:
    """What positions cannot show."""
    found: list[dict[str, Any]] = judged["reading"]["out_of_reach"]
    return found


def _keep(home: Path) -> str:
    words = ("keep", REGISTRATION, "--at", PLACE, "--on", DAY)
    kept: dict[str, Any] = json.loads(quiet(home, *words, "--format", "json"))
    say(f"$ tailcheck {' '.join(words)}: kept as {kept['id']}")
    return str(kept["id"])


def _permalink(home: Path, check: str) -> None:
    with server_of(str(home)) as client:
        reply = client.get(f"/v1/checks/{check}")
        reply.raise_for_status()
        again = client.get(f"/v1/checks/{check}", headers={"if-none-match": reply.headers["etag"]})
    answer: dict[str, Any] = reply.json()["answer"]
    say(f"GET /v1/checks/{check}: {answer['reads']} [{answer['verdict']}]")
    say(f"  {answer['sentence']}")
    must_be((answer["verdict"], again.status_code), ("consistent", 304))


def _bundle(home: Path, check: str) -> None:
    tailcheck(home, "log", "head")
    bundle = home / "bundle.zip"
    tailcheck(home, "bundle", "--check", check, "--output", str(bundle))
    tailcheck(home, "verify", str(bundle))
    content = bytearray(bundle.read_bytes())
    place = content.index(b"RA-64523")
    content[place] ^= 1
    bundle.write_bytes(content)
    say(f"one byte of the bundle is changed, at {place}")
    tailcheck(home, "verify", str(bundle), ends=REFUSED)


def _picture(home: Path) -> None:
    aircraft, airport, day = DRAWN
    picture = home / "picture.png"
    words = ("check", aircraft, "--at", airport, "--on", day, "--format", "png")
    tailcheck(home, *words, "--output", str(picture))
    content = picture.read_bytes()
    if not content.startswith(PNG):
        raise NotSo("the picture is no PNG")
    say(f"{picture.name}: {len(content)} bytes")


def tailcheck(home: Path, *words: str, ends: int | None = 0) -> None:
    """Run a command, its output shown; `ends` = how it must end, None = as a claim may."""
    shown = [Path(word).name if word.startswith(str(home)) else word for word in words]
    say(f"$ tailcheck {' '.join(shown)}")
    sys.stdout.write(quiet(home, *words, ends=ends))
    sys.stdout.flush()


def quiet(home: Path, *words: str, ends: int | None = 0) -> str:
    """What the command wrote."""
    done = subprocess.run(
        command_of(words),
        env=environment_of(str(home)) | {"PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=False,
    )
    allowed = {0, 1, CANNOT_TELL} if ends is None else {ends}
    if done.returncode not in allowed:
        raise NotSo(f"`tailcheck {words[0]}` ended with {done.returncode}")
    return done.stdout


def must_be(found: object, expected: object) -> None:
    """Or the demo ends."""
    if found != expected:
        raise NotSo(f"expected {expected}, got {found}")


def say(line: str) -> None:
    """One line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
