"""The README keeps up: every command, setting, source and verdict stands in it, and what it shows
works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import typer

from adapters._contract import discover
from schemas.records import Outcome
from schemas.sources import Source
from schemas.verdicts import READS, VerdictWord
from service.cli import build
from service.evidence.log_key import KEY_NAME as LOG_KEY_NAME
from service.sealing import KEY_NAME
from service.settings import Settings
from service.source_words import WORDS
from service.sources import set_up
from tests.realdata import PROJECT

SOURCES = {key: adapter.source for key, adapter in discover().items()}
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def _commands(group: Any, path: str = "tailcheck") -> list[str]:
    """Every command below `group`, as one types it. (Typer carries a click of its own.)"""
    inner = getattr(group, "commands", None)
    if inner is None:
        return [path]
    return [name for word, one in inner.items() for name in _commands(one, f"{path} {word}")]


COMMANDS = _commands(typer.main.get_command(build()))


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 10


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_table(command: str) -> None:
    rows = re.findall(r"^\| `(tailcheck [^`]+)` \|", README, re.MULTILINE)
    assert any(_shows(row, command) for row in rows), command


def _shows(row: str, command: str) -> bool:
    """Whether the row is of this command; ``add\\|list`` in a row is either of two words."""
    shown, words = row.split(), command.split()
    return len(shown) >= len(words) and all(
        word in choice.split("\\|") for word, choice in zip(words, shown, strict=False)
    )


def _table(heading: str) -> list[str]:
    """The rows of the table that follows the heading."""
    after = README.split(f"\n### {heading}\n")[1].split("\n### ")[0]
    return [line for line in after.splitlines() if line.startswith("| `")]


def test_the_tables_list_nothing_that_is_not_there() -> None:
    rows = [re.findall(r"`([^`]+)`", row)[0] for row in _table("Commands")]
    assert [row for row in rows if not any(_shows(row, command) for command in COMMANDS)] == []
    named = [row.split("`")[1] for row in _table("Settings")]
    assert named == [f"TAILCHECK_{name.upper()}" for name in Settings.model_fields]
    assert [row.split("`")[1] for row in _table("Sources")] == sorted(SOURCES)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_table(name: str) -> None:
    assert f"| `TAILCHECK_{name.upper()}` |" in README


@pytest.mark.parametrize("word", get_args(VerdictWord))
def test_every_verdict_is_in_plain_words(word: VerdictWord) -> None:
    assert f"| `{word}` | {READS[word]} |" in README


def test_the_two_commands_exist() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test", "setup"):
        assert f"`make {target}`" in README or f"\nmake {target} " in README
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def _asked(source: Source) -> str:
    """What stands in the column that says whether a source is asked."""
    if not source.url:
        return "once it has an address" if source.kind == "live" else "never: files"
    needs = ["agreement"] * source.terms.needs_agreement + ["secret"] * bool(source.secrets)
    return f"needs {', '.join(needs)}" if needs else "on"


@pytest.mark.parametrize("key", sorted(SOURCES))
def test_every_source_is_in_the_table_with_its_terms(key: str) -> None:
    source = SOURCES[key]
    (row,) = [line for line in _table("Sources") if line.startswith(f"| `{key}` |")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]

    assert cells[1] == source.title
    assert cells[3:] == [_asked(source), source.terms.licence, source.terms.attribution]
    for day in (source.reach.first_day, source.reach.last_day):
        assert day is None or str(day) in cells[2]
    if source.reach.days_back:
        assert f"the last {source.reach.days_back} days" in cells[2]


def test_every_secret_is_named() -> None:
    for source in SOURCES.values():
        for name in source.secrets:
            assert f"`{name}`" in README


def test_the_sources_file_that_is_shown_is_understood(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "sources.toml").write_text(shown, encoding="utf-8")

    setup = set_up(Settings(home=tmp_path), discover())

    assert "roof" in setup.adapters
    assert "Switched off" in setup.off["adsbfi"]
    assert "secret" in setup.off["opensky_states"]
    for word in WORDS:
        assert re.search(rf"\b{word}\b", shown) or word == "token_url", word


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_every_outcome_is_named(outcome: Outcome) -> None:
    assert f"`{outcome}`" in README


def test_the_unit_is_hardened_and_runs_this_program() -> None:
    (unit,) = re.findall(r"```ini\n(.*?)```", README, re.DOTALL)
    lines = unit.splitlines()

    assert "User=tailcheck" in lines
    for line in (
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "StateDirectoryMode=0700",
        "UMask=0077",
        "SystemCallFilter=@system-service",
    ):
        assert line in lines
    for line in lines:
        if line.startswith("Exec"):
            assert f"tailcheck {line.split()[1]}" in COMMANDS
        if "LoadCredential" in line:
            secret = line.split("=")[1].split(":")[0]
            named = {name for source in SOURCES.values() for name in source.secrets}
            assert secret in named | {KEY_NAME, LOG_KEY_NAME}
    for name in re.findall(r"TAILCHECK_([A-Z_]+)=", unit):
        assert name.lower() in Settings.model_fields
