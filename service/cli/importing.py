"""`tailcheck import`: files handed over by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from schemas.records import Rejected
from service.cli import dumping
from service.cli.common import fail, open_desk, progress, say, settings, told
from service.cli.reference import load_file
from service.desk import Desk
from service.errors import BadInput
from service.ingest.bulk import Stored
from service.ingest.files import FileOutcome, import_files
from service.ingest.flightlist import ListOutcome, import_list
from service.ingest.naming import Names, watched_names
from service.ingest.reference.registries import import_registry
from service.storage.database import reading

app = typer.Typer(no_args_is_help=True, help="Import files: kept byte for byte, then read.")

app.command("dump")(dumping.dump)

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


@app.command("opensky-flightlist")
def opensky_flightlist(
    files: Annotated[list[Path], typer.Argument(help="flightlist_YYYYMMDD_YYYYMMDD.csv.gz")],
    whole: Annotated[
        bool, typer.Option("--all", help="Every aircraft, not only the watched ones.")
    ] = False,
) -> None:
    """Import OpenSky's monthly flight lists: flights of the watched aircraft, or all of them."""
    with told():
        desk = open_desk(settings())
        watched = None if whole else _watched(desk)
        unread = 0
        for file in files:
            outcome = _read_list(desk, file, watched)
            unread += bool(outcome.error)
            _tell_list(outcome)
        if unread:
            raise typer.Exit(1)


@app.command("registry")
def registry(
    file: Annotated[Path, typer.Argument(help="The file as its source gives it.")],
    source: Annotated[str, typer.Option(help="Whose it is, e.g. faa, tar1090db.")],
) -> None:
    """Import a registry that was downloaded by hand."""
    with told():
        chosen = settings()
        desk = open_desk(chosen)
        with progress.status(f"Reading {file.name}"):
            done = import_registry(desk, file, source, home=chosen.home_dir)
        for row in done.rejected:
            say(_rejected(file.name, row))
        if done.outcome != "data":
            fail(done.sentence, 1)
        typer.echo(done.sentence)


@app.command("airports")
def airports(file: Annotated[Path, typer.Argument(help="OurAirports airports.csv.")]) -> None:
    """Import OurAirports' airports: the same as `data load airports`."""
    with told():
        load_file("airports", file)


def _watched(desk: Desk) -> list[Names]:
    """The names of every watched aircraft."""
    with reading(desk.engine) as conn:
        names = watched_names(conn, desk.roster)
    if not names:
        raise BadInput(
            "No aircraft is watched, so nothing would be read. Watch one (`tailcheck watch add"
            " RA-64523`), or import every flight with --all."
        )
    return names


def _read_list(desk: Desk, file: Path, watched: list[Names] | None) -> ListOutcome:
    with progress.status(f"Reading {file.name}") as status:

        def tell(so_far: Stored) -> None:
            status.update(f"Reading {file.name}: {so_far.reports:,} flights")

        return import_list(desk, file, watched, told=tell)


def _tell_list(outcome: ListOutcome) -> None:
    if outcome.error:
        say(outcome.error)
        return
    for row in outcome.rejected:
        say(_rejected(outcome.name, row))
    if outcome.remark:
        say(f"{outcome.name}: {outcome.remark}")
    lost = sum(row.count for row in outcome.rejected)
    typer.echo(
        f"{outcome.name}: {outcome.reports:,} flights read, {outcome.new:,} of them new, "
        f"{lost:,} rows rejected."
    )


def _rejected(name: str, row: Rejected) -> str:
    sample = f", e.g. {row.sample}" if row.sample else ""
    return f"{name}: {row.count:,} rejected: {row.why}{sample}"


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
            say(_rejected(str(outcome.path), row))

    def sentence(self) -> str:
        """What came of it all."""
        return (
            f"{self.files} files imported, {self.unread} could not be read; {self.fixes} positions,"
            f" {self.reports} reports, {self.rejected} rows rejected."
        )
