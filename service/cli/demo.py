"""`tailcheck demo`: the whole way, in a throw-away home, against the real server.

Real aircraft (the readsb trace of N899DN in the `traffic` wheel) and the press case of RA-64523.
The demo ends with 0 only when every answer is the one that the evidence allows.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.markup import escape

import service
from service.cli.common import fail

TRACE = "readsb/trace_full_ac671b.json"
START_WITHIN_S = 60.0

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Expected:
    """One question, the verdict that is right, and what the answer must say beside it."""

    aircraft: str
    airport: str
    on: str
    verdict: str
    says: str
    """What `holds` looks for, in words."""
    holds: Callable[[Answer], bool]


def _is_the_long_silence(gap: Answer) -> bool:
    """06:24Z to 14:47Z on 2025-02-05, 30,183 s."""
    return 30_000 < (gap["seconds"] or 0) < 30_400


QUESTIONS: tuple[Expected, ...] = (
    Expected(
        "N899DN",
        "KMSP",
        "2025-02-04",
        "observed",
        "seen by the local date, and the answer says that the UTC date gives another verdict",
        lambda a: a["other_date"] is not None and a["other_date"]["zone"] == "UTC",
    ),
    Expected(
        "N899DN",
        "KGEG",
        "2025-02-04",
        "consistent",
        "lost on descent at 06:24Z, back 8.4 hours later, rivals named",
        lambda a: (
            bool(a["rivals"]) and any(30_000 < (g["seconds"] or 0) < 30_400 for g in a["gaps"])
        ),
    ),
    Expected(
        "N899DN",
        "EGLL",
        "2025-02-05",
        "elsewhere",
        "no gap, and neither open end, is long enough",
        lambda a: bool(a["gaps"]) and not any(gap["possible"] for gap in a["gaps"]),
    ),
    Expected(
        "N899DN",
        "KJFK",
        "2025-02-05",
        "no_data",
        "the 8.4-hour gap allows a return flight",
        lambda a: any(gap["possible"] and _is_the_long_silence(gap) for gap in a["gaps"]),
    ),
    Expected(
        "RA-64523",
        "UMMS",
        "2020-08-18",
        "consistent",
        "reports alone, both resting on one origin; names the open archive that would settle it",
        lambda a: (
            a["grade"] == "reports_alone"
            and "one origin (flightradar24)" in a["sentence"]
            and any("OpenSky" in line for line in a["would_change"])
        ),
    ),
    Expected(
        "RA-96022",
        "UUWW",
        "2020-08-18",
        "no_data",
        "an aircraft nobody heard, and why nothing can be said",
        lambda a: a["reasons"][0]["code"] == "not_asked",
    ),
)


def demo() -> None:
    """Judge real aircraft in a throw-away home, over the real server."""
    out = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="tailcheck-demo-") as home:
        out.rule("Import")
        for command in (
            ["migrate"],
            ["import", "trace", str(_sample_trace())],
            ["import", "press", str(_example("ra-64523.yaml"))],
        ):
            out.print(f"$ tailcheck {escape(' '.join([*command[:2], *map(_short, command[2:])]))}")
            run(command, home)
        with server_of(home) as client:
            wrong = [each for each in QUESTIONS if not _ask(client, each, out)]
    out.rule()
    if wrong:
        fail(f"{len(wrong)} of {len(QUESTIONS)} answers are not what the evidence allows.", 1)
    out.print(f"All {len(QUESTIONS)} answers are what the evidence allows.")


def _ask(client: httpx.Client, expected: Expected, out: Console) -> bool:
    question = {"aircraft": expected.aircraft, "airport": expected.airport, "date": expected.on}
    reply = client.get("/v1/check", params=question)
    out.rule(f"{expected.aircraft} at {expected.airport} on {expected.on}")
    if reply.status_code != httpx.codes.OK:
        out.print(f"HTTP {reply.status_code}: {escape(reply.text)}", style="red")
        return False
    answer: Answer = reply.json()
    right = answer["verdict"] == expected.verdict and expected.holds(answer)
    verdict = f"{answer['verdict']}, {answer['grade']}"
    out.print(f"{answer['reads']} [{verdict}]", style="bold", markup=False)
    out.print(answer["sentence"], markup=False)
    for line in _details(answer):
        out.print(f"  {line}", markup=False)
    out.print(
        f"{'as it should be' if right else 'WRONG'}: {expected.verdict}; {expected.says}",
        style="green" if right else "red",
        markup=False,
    )
    return right


def _details(answer: Answer) -> Iterator[str]:
    if answer["other_date"]:
        yield f"mind the date: {answer['other_date']['text']}"
    for item in answer["evidence"]:
        where = f" (capture {item['capture'][:12]})" if item["capture"] else ""
        yield f"evidence: {item['text']}{where}"
    for gap in answer["gaps"]:
        yield f"silence: {gap['text']}"
    for rival in answer["rivals"]:
        yield f"rival: {rival['airport']}: {rival['why']}"
    for line in answer["would_change"]:
        yield f"would change this: {line}"


@contextmanager
def server_of(home: str) -> Iterator[httpx.Client]:
    """The real server on a free port of this machine, stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        command_of(["serve", "--role", "api", "--port", str(port)]), env=environment_of(home)
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            _wait_until_ready(client, server)
            yield client
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_until_ready(client: httpx.Client, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            fail(f"The server ended with {server.returncode}.", 1)
        try:
            if client.get("/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass  # not listening yet
        time.sleep(0.1)
    fail(f"The server was not ready after {START_WITHIN_S:.0f} s.", 1)


def run(command: Sequence[str], home: str, **settings: str) -> None:
    """One of our commands in that home; the demo ends where it fails."""
    environment = environment_of(home) | settings
    done = subprocess.run(command_of(command), env=environment, check=False)
    if done.returncode:
        fail(f"`tailcheck {' '.join(command)}` ended with {done.returncode}.", 1)


def command_of(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "service.cli", *words]


def environment_of(home: str) -> dict[str, str]:
    """Nothing of the caller's own installation."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TAILCHECK_")}
    return {**kept, "TAILCHECK_HOME": home}


def _sample_trace() -> Path:
    """The real trace, found without importing `traffic`, whose own needs are not installed."""
    spec = importlib.util.find_spec("traffic")
    if spec is None or spec.origin is None:
        fail("The demo reads a real track out of traffic==2.13; `make demo` installs it.", 1)
    return Path(spec.origin).parent / "data" / "samples" / TRACE


def _example(name: str) -> Path:
    """A shipped example: beside the project, or inside the installed wheel."""
    root = Path(service.__file__).parent
    installed = root / "examples" / name
    return installed if installed.exists() else root.parent / "examples" / name


def _short(word: str) -> str:
    return Path(word).name
