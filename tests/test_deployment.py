"""The Dockerfile and the compose file say what they should, and name only what exists.

There is no container engine in the tests: that the image builds is seen by building the wheel from
exactly what the Dockerfile copies.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import typer
import yaml

from service.cli import build
from service.settings import Settings
from tests.realdata import PROJECT

DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8"))
OURS = ("migrate", "api", "worker")


def _lines(word: str) -> list[str]:
    return [line.split(maxsplit=1)[1] for line in DOCKERFILE.splitlines() if line.startswith(word)]


def _settings_of(service: str) -> dict[str, str]:
    found: dict[str, str] = COMPOSE["services"][service]["environment"]
    return found


def test_the_wheel_builds_from_what_the_image_copies(tmp_path: Path) -> None:
    copied = [line.split() for line in _lines("COPY") if not line.startswith("--from")]
    for *sources, to in copied:
        for source in sources:
            place = tmp_path / to / source if to.endswith("/") else tmp_path / to
            place.parent.mkdir(parents=True, exist_ok=True)
            if (PROJECT / source).is_dir():
                shutil.copytree(
                    PROJECT / source, place, ignore=shutil.ignore_patterns("__pycache__")
                )
            else:
                shutil.copy(PROJECT / source, place)

    out = tmp_path / "dist"
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stderr
    (wheel,) = out.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for room in ("service", "adapters", "schemas"):
        expected = {
            str(path.relative_to(PROJECT)) for path in sorted((PROJECT / room).rglob("*.py"))
        }
        assert expected <= names
    assert "service/migrations/env.py" in names


def test_the_image_runs_as_nobody_in_particular_and_looks_after_itself() -> None:
    stages = _lines("FROM")
    assert len(stages) == 2
    assert _lines("USER") == ["tailcheck"]
    assert _lines("VOLUME") == ["/data"]
    assert "/readyz" in DOCKERFILE.split("HEALTHCHECK")[1]
    assert "--require-hashes" in DOCKERFILE
    assert "uv build --wheel" in DOCKERFILE
    assert _lines("ENTRYPOINT") == ['["tailcheck"]']
    for name in re.findall(r"TAILCHECK_([A-Z_]+)", DOCKERFILE):
        assert name.lower() in Settings.model_fields


def test_nothing_of_the_workshop_enters_the_image() -> None:
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv"} <= set(ignored)


def test_every_service_starts_something_that_exists() -> None:
    command: Any = typer.main.get_command(build())
    for service in OURS:
        words = COMPOSE["services"][service]["command"]
        options = {
            option for parameter in command.commands[words[0]].params for option in parameter.opts
        }
        assert {word for word in words if word.startswith("--")} <= options
        for name in _settings_of(service):
            assert name.removeprefix("TAILCHECK_").lower() in Settings.model_fields


def test_only_this_machine_reaches_the_api_and_nobody_the_database() -> None:
    services = COMPOSE["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["api"]
    assert all(port.startswith("127.0.0.1:") for port in services["api"]["ports"])
    assert services["db"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_nobody_is_let_in_without_a_key() -> None:
    for service in OURS:
        assert "TAILCHECK_OPEN_ACCESS" not in _settings_of(service)
    assert "OPEN_ACCESS" not in DOCKERFILE
    assert not [line for line in _lines("ENV") if "TAILCHECK_HOST" in line]
    head = (PROJECT / "compose.yaml").read_text(encoding="utf-8").split("x-tailcheck:")[0]
    made, started = head.index("keys create"), head.index("docker compose up")
    assert made < started


def test_the_tables_are_made_before_anything_needs_them() -> None:
    done = {"migrate": {"condition": "service_completed_successfully"}}
    assert COMPOSE["services"]["api"]["depends_on"] == done
    assert COMPOSE["services"]["worker"]["depends_on"] == done
    assert COMPOSE["services"]["migrate"]["depends_on"] == {"db": {"condition": "service_healthy"}}


def test_what_runs_is_locked_down_and_tells_nobody_by_default() -> None:
    for service in OURS:
        said = COMPOSE["services"][service]
        assert said["read_only"] is True
        assert said["cap_drop"] == ["ALL"]
        assert said["security_opt"] == ["no-new-privileges:true"]
        assert "PASSWORD:?" in _settings_of(service)["TAILCHECK_DATABASE_URL"]
    assert _settings_of("worker")["TAILCHECK_ASK_PER_AIRCRAFT"].endswith(":-false}")
