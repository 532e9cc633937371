"""`tailcheck data …`: reference tables."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from service.cli.common import open_desk, open_fetcher, progress, say, settings, told
from service.clock import system_clock
from service.desk import Desk
from service.errors import BadInput
from service.ingest.reference.in_force import Table, load_table
from service.ingest.reference.registries import refresh, refreshable
from service.storage.captures import CaptureStore

app = typer.Typer(no_args_is_help=True, help="Registries and reference tables.")


class Kind(StrEnum):
    """Reference tables that can be loaded from a file."""

    AIRPORTS = "airports"
    RUNWAYS = "runways"


RENAMED = {"airports": "ourairports", "runways": "ourairports"}
"""What people call a table, and the key of who gives it."""


@app.command("load")
def load(
    table: Annotated[Kind, typer.Argument(help="Which table.")],
    file: Annotated[Path, typer.Argument(help="OurAirports airports.csv, runways.csv; gzip too.")],
) -> None:
    """Load a reference table from a file."""
    with told():
        load_file(table.value, file)


def load_file(table: Table, file: Path) -> None:
    """Put a reference table in force and tell what came of it."""
    chosen = settings()
    captures = CaptureStore(chosen.captures_dir)
    with progress.status(f"Reading {file.name}"):
        done = load_table(chosen.home_dir, captures, table, file, system_clock)
    for row in done.rejected:
        sample = f", e.g. {row.sample}" if row.sample else ""
        say(f"{file.name}: {row.count:,} rejected: {row.why}{sample}")
    typer.echo(done.sentence)


@app.command("update")
def update(
    tables: Annotated[
        list[str] | None,
        typer.Argument(help="Keys of sources, e.g. tar1090db; `airports` is ourairports."),
    ] = None,
) -> None:
    """Fetch registries, airports and runways anew, where they have changed. They are asked for
    whole, so nobody learns whom you look for.

    Exit code 4 when a source failed; what was read before stays.
    """
    with told():
        chosen = settings()
        desk = open_desk(chosen)
        failed = 0
        with open_fetcher(desk, chosen) as fetcher:
            for key in _keys(desk, tables or ()):
                with progress.status(f"Fetching {key}"):
                    done = refresh(desk, fetcher, key, home=chosen.home_dir)
                (typer.echo if done.outcome == "data" else say)(done.sentence)
                for row in done.rejected:
                    sample = f", e.g. {row.sample}" if row.sample else ""
                    say(f"{key}: {row.count:,} rejected: {row.why}{sample}")
                failed += done.outcome != "data"
        if failed:
            raise typer.Exit(4)


def _keys(desk: Desk, named: Sequence[str]) -> list[str]:
    """The tables to fetch: the ones named, else all that are on."""
    known = [source.key for source in refreshable(desk)]
    if not named:
        return known
    keys = [RENAMED.get(name, name) for name in named]
    for key in keys:
        if key in desk.off:
            raise BadInput(f"{key} is off. {desk.off[key]}")
        if key not in known:
            raise BadInput(f"No table is called {key!r}; there are: {', '.join(known)}.")
    return list(dict.fromkeys(keys))
