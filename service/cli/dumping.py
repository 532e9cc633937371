"""`tailcheck import dump`: a day's traces of every aircraft, from a tar in one part or several."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from service.ask.typed import parse_date
from service.cli.common import open_desk, progress, say, settings, told
from service.desk import Desk
from service.errors import BadInput
from service.ingest.dumps.answer import FOLDERS
from service.ingest.dumps.crew import Crew, alone, several
from service.ingest.dumps.dump import DumpOutcome, import_dump
from service.ingest.dumps.dump import Progress as HowFar
from service.ingest.dumps.parts import Claim, Dump, claim_of, dumps_of
from service.ingest.dumps.taking import Unread
from service.ingest.naming import watched_names
from service.settings import Settings
from service.storage.database import reading

SHOWN = 20
"""Traces that cannot be read, and are named one by one."""


def dump(
    files: Annotated[list[Path], typer.Argument(help="The tar, or all of its parts.")],
    source: Annotated[
        str | None,
        typer.Option(help="Whose dump it is, where its name does not say so (adsblol_history)."),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option(help="Its UTC day, where its name does not say so.", metavar="DATE"),
    ] = None,
    watched: Annotated[
        bool, typer.Option("--watched", help="Only the watched aircraft, not all of them.")
    ] = False,
    processes: Annotated[
        int, typer.Option(min=1, max=64, help="So many read and derive at once.")
    ] = 1,
) -> None:
    """Import day dumps of the readsb family: v2024.05.01-planes-readsb-prod-0.tar.aa, .ab, …

    Parts are put in order. A dump that is whole answers for every aircraft: one that is not in it
    was not heard on that day. Run again after a stop, it passes over what is stored.
    """
    with told():
        chosen = settings()
        dumps = dumps_of(files)
        desk = open_desk(chosen)
        of = parse_date(day) if day is not None else None
        claims = [claim_of(desk, one, source, of) for one in dumps]
        wanted = _watched(desk) if watched else None
        crew = _crew(desk, chosen, processes)
        wrong = 0
        for one, claim in zip(dumps, claims, strict=True):
            outcome = _import(desk, one, claim, wanted, crew)
            wrong += bool(outcome.unread) or not outcome.end.is_as_it_should_be
        if wrong:
            raise typer.Exit(1)


def _watched(desk: Desk) -> frozenset[str]:
    """The addresses of every watched aircraft."""
    with reading(desk.engine) as conn:
        names = watched_names(conn, desk.roster)
    wanted = frozenset(icao24 for one in names for icao24 in one.icao24)
    if not wanted:
        raise BadInput(
            "No aircraft with a known address is watched, so nothing would be read. Watch one"
            " (`tailcheck watch add RA-64523`), or leave --watched out."
        )
    return wanted


def _crew(desk: Desk, chosen: Settings, processes: int) -> Crew:
    return alone(desk) if processes == 1 else several(processes, partial(open_desk, chosen))


def _import(
    desk: Desk, dump: Dump, claim: Claim, watched: frozenset[str] | None, crew: Crew
) -> DumpOutcome:
    """One dump, with a progress bar; stopped by hand, say so and end."""
    missed = 0

    def miss(trace: Unread) -> None:
        nonlocal missed
        missed += 1
        if missed <= SHOWN:
            bar.console.print(f"{trace.url}: {trace.why}", markup=False, soft_wrap=True)

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=progress,
        transient=True,
    ) as bar:
        task = bar.add_task(dump.name, total=dump.size_bytes, counts="")

        def tell(far: HowFar) -> None:
            counts = f"{far.traces:,} traces, {far.unread:,} unread"
            bar.update(task, completed=far.bytes_read, counts=counts)

        try:
            outcome = import_dump(
                desk, dump, claim, watched=watched, crew=crew, told=tell, missed=miss
            )
        except KeyboardInterrupt:
            say(f"{dump.name}: stopped. The same command goes on from here.")
            raise typer.Exit(130) from None
    _tell(outcome)
    return outcome


def _tell(outcome: DumpOutcome) -> None:
    end, total = outcome.end, outcome.total
    if outcome.unread > SHOWN:
        say(f"{outcome.name}: … and {outcome.unread - SHOWN:,} more that tell nothing.")
    for row in total.rejected.values():
        sample = f", e.g. {row.sample}" if row.sample else ""
        say(f"{outcome.name}: {row.count:,} rejected: {row.why}{sample}")
    if end.remark:
        say(f"{outcome.name}: {end.remark}")
    rejected = sum(row.count for row in total.rejected.values())
    typer.echo(
        f"{outcome.name}: {end.claim.source}, {end.claim.day}, {end.folders} of {FOLDERS} folders:"
        f" {total.traces:,} traces imported, {total.known:,} of them known before,"
        f" {outcome.unread:,} could not be read; {total.fixes:,} new positions,"
        f" {total.movements:,} movements, {rejected:,} rows rejected, {outcome.others:,} other"
        " files."
    )
