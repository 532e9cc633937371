"""`tailcheck demo` ends well, and only then with 0."""

from __future__ import annotations

import subprocess
import sys

import pytest

from service.cli.demo import QUESTIONS


@pytest.mark.realdata
def test_the_demo() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "demo"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("as it should be") == len(QUESTIONS) == 6


def test_the_flight_that_is_followed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "as it should be: both movements found" in done.stdout
    assert "as it should be: two movements, two alerts, two signed deliveries" in done.stdout
    assert done.stdout.count("signature verified") == 2
    assert done.stdout.count(": observed\n") == 2


@pytest.mark.realdata
def test_from_a_sentence_to_a_bundle() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo.claimed"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "director of the FSB" in done.stdout
    assert "it is the same, byte for byte" in done.stdout
    assert "NOT WHOLE" in done.stdout
