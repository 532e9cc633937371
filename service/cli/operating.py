"""`tailcheck migrate`, `doctor`: keeping an installation."""

from __future__ import annotations

import os
from collections.abc import Iterator

import typer

from adapters._contract import discover
from service.cli import logbook
from service.cli.common import airports, open_sealer, seal_anew, settings, told
from service.clock import system_clock
from service.errors import TailcheckError
from service.settings import Settings
from service.sources import set_up
from service.storage.api_keys import keys
from service.storage.database import Engine, open_database, reading
from service.storage.migrate import upgrade
from service.storage.resealing import is_sealed_as_now
from service.storage.watches import watches


def migrate() -> None:
    """Make the database, or bring its tables up to date."""
    with told():
        chosen = settings()
        sealer = open_sealer(chosen)
        upgrade(chosen.url)
        engine = open_database(chosen.url)
        seal_anew(engine, sealer)
        engine.dispose()
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
        yield "access", *_access(engine)
        yield "watches", *_watches(engine, chosen)
        yield "log", *_log(engine, chosen)
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


def _access(engine: Engine) -> tuple[str, bool]:
    """Who may ask over HTTP."""
    with reading(engine) as conn:
        made = keys(conn)
    now = system_clock()
    valid = [key for key in made if key.is_valid(now)]
    if valid:
        return f"{len(valid)} valid keys of {len({key.owner for key in valid})} owners", True
    if made:
        return "no key is valid, so nobody is let in (`tailcheck keys create`)", True
    return "no keys: whoever reaches this machine's own address may ask", True


def _log(engine: Engine, chosen: Settings) -> tuple[str, bool]:
    """Whether the log of what was received still is what it was."""
    try:
        return logbook.holds(engine, chosen.secrets_folder), True
    except TailcheckError as error:
        return str(error), False


def _watches(engine: Engine, chosen: Settings) -> tuple[str, bool]:
    """Whether the database tells who is followed."""
    try:
        sealer = open_sealer(chosen)
        with reading(engine) as conn:
            watches(conn, sealer, now=system_clock(), ever=True)  # whether they can be read at all
            if not is_sealed_as_now(conn, sealer):
                return "not all are sealed with the present key: run `tailcheck migrate`", False
    except TailcheckError as error:
        return str(error), False
    if sealer.is_keyed:
        return "sealed", True
    return "not sealed: whoever reads the database learns of them (`tailcheck keys seal`)", True
