"""`tailcheck import`: files handed over by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from service.cli.common import open_desk, progress, say, settings, told
from service.ingest.files import FileOutcome, import_files

app = typer.Typer(no_args_is_help=True, help="Import files: kept byte for byte, then read.")

Files = Annotated[list[Path], typer.Argument(help="Files to import.")]


@app.command("trace")
def trace(
    files: Files,
    source: Annotated[
        str, typer.Option(help="The archive they came from, e.g. adsblol_history.")
    ] = "trace_file",
) -> None:
    """Import readsb traces (trace_full, trace_recent; gzip or not)."""
    _import(files, source)


@app.command("press")
def press(files: Files) -> None:
    """Import press reports (YAML; see examples/ra-64523.yaml)."""
    _import(files, "press")


def _import(files: list[Path], source: str) -> None:
    with told():
        desk = open_desk(settings())
        total = _Total()
        for outcome in track(
            import_files(desk, files, source),
            total=len(files),
            description="Importing",
            console=progress,
            transient=True,
        ):
            total.add(outcome)
        typer.echo(total.sentence())
        if total.unread:
            raise typer.Exit(1)


class _Total:
    """Exact counts, so that nothing is lost in silence."""

    def __init__(self) -> None:
        self.files = self.unread = self.fixes = self.reports = self.rejected = 0

    def add(self, outcome: FileOutcome) -> None:
        """Count one file; name it when it could not be read."""
        if outcome.error:
            self.unread += 1
            say(outcome.error)
            return
        self.files += 1
        self.fixes += outcome.fixes
        self.reports += outcome.reports
        for row in outcome.rejected:
            self.rejected += row.count
            sample = f", e.g. {row.sample}" if row.sample else ""
            say(f"{outcome.path}: {row.count} rejected: {row.why}{sample}")

    def sentence(self) -> str:
        """What came of it all."""
        return (
            f"{self.files} files imported, {self.unread} could not be read; {self.fixes} positions,"
            f" {self.reports} reports, {self.rejected} rows rejected."
        )
