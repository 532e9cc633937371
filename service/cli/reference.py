"""`tailcheck data …`: reference tables."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from service.cli.common import settings, told
from service.clock import system_clock
from service.ingest.reference_files import load_runways
from service.storage.captures import CaptureStore

app = typer.Typer(no_args_is_help=True, help="Reference tables.")


class Table(StrEnum):
    """Reference tables that can be loaded from a file."""

    RUNWAYS = "runways"


LOADERS = {Table.RUNWAYS: load_runways}


@app.command("load")
def load(
    table: Annotated[Table, typer.Argument(help="Which table.")],
    file: Annotated[Path, typer.Argument(help="OurAirports runways.csv, gzip or not.")],
) -> None:
    """Load a reference table from a file."""
    with told():
        chosen = settings()
        captures = CaptureStore(chosen.captures_dir)
        typer.echo(LOADERS[table](chosen.home_dir, captures, file, system_clock))
