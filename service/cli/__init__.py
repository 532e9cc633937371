"""The command line: the composition root. One file for each family of commands.

Only the family that is asked for is imported: all of them together take as long as most commands.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

import typer

COMMANDS: Final[Mapping[str, str]] = {
    "check": "asking:check",
    "keep": "keeping:keep",
    "kept": "keeping:app",
    "claim": "claiming:claim",
    "track": "asking:track",
    "derive": "deriving:derive",
    "rederive": "rederiving:command",
    "import": "importing:app",
    "bundle": "bundling:bundle",
    "verify": "bundling:verify",
    "sources": "sources:sources",
    "backfill": "backfilling:past_days",
    "watch": "watching:app",
    "alerts": "alerts:app",
    "receivers": "receivers:app",
    "keys": "keys:app",
    "log": "logbook:app",
    "migrate": "operating:migrate",
    "serve": "serving:serve",
    "mcp": "mcp_serving:mcp",
    "data": "reference:app",
    "doctor": "operating:doctor",
    "demo": "demo:demo",
}
"""In the order of the help: where each lies, as ``module:name`` in this room."""


def build(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command line with these commands."""
    app = typer.Typer(
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help="Was this aircraft at this airport on this date? Public flight data, cross-checked.",
    )
    app.callback()(_tailcheck)
    for name in names:
        module, _, attribute = COMMANDS[name].partition(":")
        found: Any = getattr(importlib.import_module(f"service.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def main() -> None:
    """Run the command line."""
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    build([asked] if asked in COMMANDS else COMMANDS)()


def _tailcheck() -> None:
    """Keeps the name of a command in front of its arguments although it may be the only one."""
