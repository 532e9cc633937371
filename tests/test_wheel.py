"""The built wheel, installed into a clean environment in another folder, works by itself."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.realdata import PROJECT, traffic_sample

CLEAN = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)], PROJECT)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment that holds the wheel, the locked requirements, nothing else."""
    folder = tmp_path_factory.mktemp("elsewhere")
    _run([sys.executable, "-m", "venv", "env"], folder)
    pip = [str(folder / "env" / "bin" / "pip"), "install", "--quiet", "--require-hashes"]
    _run([*pip, "-r", str(PROJECT / "requirements" / "runtime.txt")], folder)
    _run([*pip[:-1], "--no-deps", "--no-index", str(wheel)], folder)
    return folder


def test_the_wheel_holds_the_rooms_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    roots = {name.split("/")[0] for name in names}
    assert {r for r in roots if not r.endswith(".dist-info")} == {"service", "adapters", "schemas"}
    assert "service/migrations/env.py" in names
    assert "service/examples/ra-64523.yaml" in names
    assert not [name for name in names if "test" in name.lower()]


def test_it_migrates_imports_and_checks(installed: Path) -> None:
    tailcheck = str(installed / "env" / "bin" / "tailcheck")
    env = {**CLEAN, "TAILCHECK_HOME": str(installed / "home")}
    origin = _run(
        [
            str(installed / "env" / "bin" / "python"),
            "-c",
            "import service; print(service.__file__)",
        ],
        installed,
        env,
    )
    assert str(installed) in origin.stdout, "not the checkout's own code"
    assert "up to date" in _run([tailcheck, "migrate"], installed, env).stdout
    trace = str(traffic_sample("readsb/trace_full_ac671b.json"))
    assert "1 files imported" in _run([tailcheck, "import", "trace", trace], installed, env).stdout
    words = ["check", "N899DN", "--at", "KMSP", "--on", "2025-02-04"]
    answer = _run([tailcheck, *words], installed, env)
    assert "SEEN THERE" in answer.stdout


def _run(
    command: list[str], cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done
