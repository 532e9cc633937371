"""`tailcheck mcp`, the real command: standard output is the protocol and nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import Client
from mcp_types import CallToolResult

from service.storage.database import open_database
from tests.api.keyed import make_key
from tests.api.world import desk_over, fill
from tests.cli.run import tailcheck
from tests.mcp_server.asked import over_stdio, text_of

ASKED = {"aircraft": "RA-64523", "airport": "UMMS", "date": "2020-08-18"}


@pytest.fixture
def home(tmp_path: Path, migrated_sqlite: Path) -> Path:
    """With the world of the tests in it, and a key: whoever starts the command needs none."""
    shutil.copy(migrated_sqlite, tmp_path / "tailcheck.db")
    engine = open_database(f"sqlite:///{tmp_path / 'tailcheck.db'}")
    desk = desk_over(engine, tmp_path)
    fill(desk)
    make_key(desk)
    engine.dispose()
    return tmp_path


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_every_tool_answers(home: Path, mode: str) -> None:
    async def ask(client: Client) -> list[CallToolResult]:
        text = "RA-64523 landed at UMMS on 18 August 2020."
        return [
            await client.call_tool("check", ASKED),
            await client.call_tool("claim", {"text": text, "published": "2020-08-19"}),
            await client.call_tool("movements", {"aircraft": "ac671b"}),
            await client.call_tool("sources", {}),
            await client.call_tool("bundle", {"check": "CANARY"}),
            await client.call_tool("check", {**ASKED, "airport": "CANARYVILLE"}),
        ]

    stderr = home / "stderr"
    check, claim, movements, sources, bundle, unknown = over_stdio(home, stderr, ask, mode=mode)

    printed = tailcheck(
        home, "check", ASKED["aircraft"], "--at", "UMMS", "--on", ASKED["date"], "--format", "json"
    )
    said = json.loads(printed.stdout)
    assert check.structured_content is not None
    answer = check.structured_content["answer"]
    moment = ("as_of",)
    assert {k: v for k, v in answer.items() if k not in moment} == {
        k: v for k, v in said.items() if k not in moment
    }
    for result in (claim, movements, sources):
        assert not result.is_error, text_of(result)
        assert result.structured_content is not None
        assert result.structured_content["limits"]["as_of"]
    assert bundle.is_error
    assert unknown.is_error
    assert stderr.read_text() == ""


def test_nothing_but_the_protocol_is_printed(home: Path) -> None:
    lines = [
        "no JSON, CANARY",
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "CANARY"}),
        json.dumps(
            {
                "jsonrpc": "2.0",
                "id": 2,
                "method": "initialize",
                "params": {
                    "protocolVersion": "2025-06-18",
                    "capabilities": {},
                    "clientInfo": {"name": "test", "version": "0"},
                },
            }
        ),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "mcp"],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TAILCHECK_HOME": str(home)},
        check=False,
        timeout=120,
    )

    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert all(each["jsonrpc"] == "2.0" for each in said)
    assert said[-1]["result"]["serverInfo"]["name"] == "tailcheck"
    assert "CANARY" not in done.stderr


def test_without_a_database_it_ends_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "tailcheck.db").write_bytes(b"no database" * 100)

    done = tailcheck(tmp_path, "mcp")

    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
