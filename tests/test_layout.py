"""The house rules that no linter knows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.realdata import PROJECT

ROOMS = ("service", "adapters", "schemas")


def _sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((PROJECT / room).rglob("*.py"))]


def test_alembic_stays_no_package() -> None:
    """`alembic/__init__.py` would shadow the alembic package."""
    assert not (PROJECT / "alembic" / "__init__.py").exists()


def test_no_lock_file_names_a_host() -> None:
    for path in (PROJECT / "requirements").glob("*.txt"):
        assert "://" not in path.read_text(), path
    assert not list(PROJECT.glob("uv.lock"))
    assert not list(PROJECT.glob("pylock*.toml"))


def test_every_locked_requirement_has_a_hash() -> None:
    for path in (PROJECT / "requirements").glob("*.txt"):
        for requirement in re.split(r"\n(?=\S)", path.read_text().strip()):
            assert "--hash=sha256:" in requirement, requirement


@pytest.mark.parametrize("path", _sources(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_room_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if text.strip():
        assert text.startswith('"""'), "a module says in one sentence what it is"
    assert not re.search(r"TODO|FIXME|XXX|raise NotImplementedError", text)


def test_importing_every_room_opens_nothing() -> None:
    """No file, no socket and no environment is touched when the code is only imported."""
    modules = [
        ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")
        for path in _sources()
        if path.name != "__main__.py"
    ]
    script = f"""
import builtins, os, socket, sys
import alembic.command, fastapi, httpx, isal.igzip, isal.isal_zlib, msgspec.json, numpy, psycopg
import pydantic_settings, rapidfuzz.process, rich.progress, sqlmodel, typer, uvicorn, yaml
import airportsdata, anyascii, sqlalchemy.dialects.postgresql, sqlalchemy.dialects.sqlite
import mcp.server, uvicorn.config, numpy.typing, httpx._transports.default
for name in {modules!r}:
    before = set(os.environ)
    opened = []
    def audit(event, args):
        if event in ("socket.connect", "socket.bind", "sqlite3.connect"):
            opened.append((event, args))
        if event == "open" and isinstance(args[0], str) and isinstance(args[1], str):
            if "w" in args[1] and not args[0].endswith((".pyc",)) and "__pycache__" not in args[0]:
                opened.append((event, args))
    sys.addaudithook(audit)
    __import__(name)
    assert not opened, (name, opened)
print("imported", len({modules!r}))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"imported {len(modules)}" in done.stdout
