"""The README keeps up: every command, setting, verdict and exit code stands in it."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
import typer

from schemas.verdicts import READS, VerdictWord
from service.cli import app
from service.settings import Settings
from tests.realdata import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")


def _commands(group: Any, path: str = "tailcheck") -> list[str]:
    """Every command below `group`, as one types it. (Typer carries a click of its own.)"""
    inner = getattr(group, "commands", None)
    if inner is None:
        return [path]
    return [name for word, one in inner.items() for name in _commands(one, f"{path} {word}")]


COMMANDS = _commands(typer.main.get_command(app))


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 10


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_table(command: str) -> None:
    assert re.search(rf"^\| `{command}\b", README, re.MULTILINE), command


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
