"""`tailcheck migrate`, `doctor`: keeping an installation."""

from __future__ import annotations

import os
from collections.abc import Iterator

import typer

from adapters._contract import discover
from service.cli.common import airports, settings, told
from service.errors import TailcheckError
from service.settings import Settings
from service.sources import set_up
from service.storage.database import Engine, open_database
from service.storage.migrate import upgrade


def migrate() -> None:
    """Make the database, or bring its tables up to date."""
    with told():
        chosen = settings()
        upgrade(chosen.url)
        open_database(chosen.url).dispose()
        typer.echo("The database is up to date.")


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
    try:
        setup = set_up(chosen, discover())
    except TailcheckError as error:
        yield "sources", str(error), False
    else:
        on = [key for key in setup.adapters if key not in setup.off]
        yield "sources", f"{', '.join(on)}; the others are off (`tailcheck sources`)", True
