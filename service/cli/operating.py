"""`tailcheck migrate`, `serve`, `data load`, `doctor`: keeping an installation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from adapters._contract import discover
from service.api import serving
from service.api.app import create_app
from service.cli.common import airports, open_desk, settings, told
from service.clock import system_clock
from service.errors import BadInput, TailcheckError
from service.ingest.reference_files import load_runways
from service.settings import Settings
from service.storage.captures import CaptureStore
from service.storage.database import Engine, open_database
from service.storage.migrate import upgrade

data = typer.Typer(no_args_is_help=True, help="Reference tables.")

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Table(StrEnum):
    """Reference tables that can be loaded from a file."""

    RUNWAYS = "runways"


LOADERS = {Table.RUNWAYS: load_runways}


def migrate() -> None:
    """Make the database, or bring its tables up to date."""
    with told():
        chosen = settings()
        upgrade(chosen.url)
        open_database(chosen.url).dispose()
        typer.echo("The database is up to date.")


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port.")] = None,
) -> None:
    """Serve the HTTP API."""
    with told():
        chosen = settings()
        listen = host or chosen.host
        if listen not in LOOPBACK and not chosen.open_access:
            raise BadInput(
                f"Refusing to listen on {listen}: there are no access keys, so anybody who reaches "
                "it could ask. Listen on 127.0.0.1, or put a proxy in front that lets the right "
                "people in and set TAILCHECK_OPEN_ACCESS=1."
            )
        serving.serve(
            create_app(open_desk(chosen), hosts=chosen.served_names),
            host=listen,
            port=chosen.port if port is None else port,
        )


@data.command("load")
def load(
    table: Annotated[Table, typer.Argument(help="Which table.")],
    file: Annotated[Path, typer.Argument(help="OurAirports runways.csv, gzip or not.")],
) -> None:
    """Load a reference table from a file."""
    with told():
        chosen = settings()
        captures = CaptureStore(chosen.captures_dir)
        typer.echo(LOADERS[table](chosen.home_dir, captures, file, system_clock))


def doctor() -> None:
    """Look at this installation and say what is amiss."""
    chosen = settings()
    amiss = 0
    for name, found, well in _findings(chosen):
        typer.echo(f"{'ok  ' if well else 'FAIL'} {name}: {found}")
        amiss += not well
    if amiss:
        raise typer.Exit(5)


def _findings(chosen: Settings) -> Iterator[tuple[str, str, bool]]:
    home = chosen.home_dir
    writable = os.access(home, os.W_OK) if home.exists() else True
    yield "data folder", f"{home}{'' if writable else ' cannot be written to'}", writable
    try:
        engine: Engine = open_database(chosen.url)
    except TailcheckError as error:
        yield "database", str(error), False
    else:
        yield "database", f"{engine.dialect.name}, tables up to date", True
        engine.dispose()
    try:
        table = airports(chosen)
    except TailcheckError as error:
        yield "airports", str(error), False
    else:
        runways = len(table.end_name)
        advice = "" if runways else " (load them: `tailcheck data load runways FILE`)"
        yield "airports", f"{len(table.airports)}, {runways} runway ends{advice}", True
        yield "reference", table.version, True
    yield "sources", ", ".join(sorted(discover())), True
