"""`tailcheck backfill`: past days of one aircraft, from every source that can be asked for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from adapters._contract import Adapter
from service.ask.check import resolve_identity
from service.ask.typed import parse_date
from service.cli.common import open_desk, open_fetcher, progress, say, settings, told
from service.desk import Desk
from service.errors import BadInput, TailcheckError
from service.ingest.backfill import Done, Plan, Tally, askable, backfill, learns_whom, plan
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.naming import names_of
from service.storage.database import reading

LONGEST = timedelta(days=3_700)
"""Ten years: more is a mistyped date."""
SHOWN = 20
"""Notes of failures that are printed one by one."""


def past_days(
    aircraft: Annotated[str, typer.Argument(help="Registration or 24-bit address.")],
    first: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.", metavar="DATE")],
    last: Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.", metavar="DATE")],
    source: Annotated[
        list[str] | None, typer.Option(help="Only this source; may be given several times.")
    ] = None,
) -> None:
    """Ask sources for past days of one aircraft. It tells them whom you look for.

    Days (UTC) that were answered before are not asked for again, so a run that was stopped goes
    on where it was. Exit code 4 when something failed.
    """
    with told():
        days = _days(parse_date(first), parse_date(last))
        chosen = settings()
        desk = open_desk(chosen)
        adapters = _adapters(desk, source)
        planned = _planned(desk, adapters, aircraft, days)
        _warn(desk, adapters, planned, explicit=bool(source))
        with open_fetcher(desk, chosen) as fetcher:
            tally = run(desk, fetcher, planned)
        typer.echo(sentence(tally, planned))
        if tally.failed:
            raise typer.Exit(4)


def _adapters(desk: Desk, named: Sequence[str] | None) -> list[Adapter]:
    """Those to ask: the ones named, else all that are on."""
    known = askable(desk)
    for key in named or ():
        if key not in known:
            raise BadInput(f"{key!r} cannot be asked for past days; these can: {', '.join(known)}.")
        if key in desk.off:
            raise BadInput(f"{key} is off. {desk.off[key]}")
    chosen = list(dict.fromkeys(named)) if named else [key for key in known if key not in desk.off]
    if not chosen:
        raise BadInput("No source of past days is on: see `tailcheck sources`.")
    return [desk.adapters[key] for key in chosen]


def _days(first: date, last: date) -> list[date]:
    if last < first:
        raise BadInput(f"--to {last} lies before --from {first}.")
    if last - first > LONGEST:
        raise BadInput(f"{first} to {last} is more than ten years: ask for less at once.")
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _planned(desk: Desk, adapters: Sequence[Adapter], aircraft: str, days: Sequence[date]) -> Plan:
    if days[-1] > desk.clock().date():
        raise BadInput(f"{days[-1]} has not come yet.")
    with reading(desk.engine) as conn:
        names = names_of(conn, aircraft)
        addresses = {
            day: frozenset(
                candidate.icao24
                for candidate in resolve_identity(conn, aircraft, [day], None).candidates
                if candidate.icao24
            )
            for day in days
        }
    if not any(addresses.values()):
        raise BadInput(
            f"No source ties {aircraft.strip()} to a 24-bit address, and sources are asked by"
            " address. Load a registry (`tailcheck data update`), or ask by address."
        )
    return plan(adapters, addresses, names, desk.clock())


def _warn(desk: Desk, adapters: Sequence[Adapter], planned: Plan, *, explicit: bool) -> None:
    """Who learns what, who is not asked, and what nobody can be asked for."""
    asked = {slot.source for slot in planned.slots}
    told_whom = [a.source.title for a in adapters if a.source.key in asked and learns_whom(a)]
    if told_whom:
        say(f"This tells whom you look for: {'; '.join(told_whom)}.")
    if not explicit:
        for key in askable(desk):
            if key in desk.off:
                say(f"{key} is off and not asked. {desk.off[key]}")
    for key, days in planned.beyond.items():
        if days:
            say(f"{key}: {days} of the days asked for are out of its reach, or too recent for it.")


def run(desk: Desk, fetcher: Fetcher, planned: Plan) -> Tally:
    """Do what is planned, with a progress bar; stopped by hand, say what is done and end."""
    tally = Tally()
    total = len(planned.slots)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=progress,
        transient=True,
    ) as bar:
        task = bar.add_task("Aircraft-days", total=total, counts="")
        try:
            for done in backfill(desk, fetcher, planned):
                tally.add(done)
                bar.update(task, advance=1, counts=_counts(tally))
                _tell(bar, done, tally.failed)
        except TailcheckError:
            bar.stop()
            typer.echo(sentence(tally, planned))
            raise
        except KeyboardInterrupt:
            bar.stop()
            typer.echo(sentence(tally, planned))
            say("Stopped. Nothing is lost; the same command goes on from here.")
            raise typer.Exit(130) from None
    return tally


def _tell(bar: Progress, done: Done, failed: int) -> None:
    if done.came in {"data", "empty", "known"} or failed > SHOWN:
        return
    note = f": {done.note}" if done.note else ""
    what = done.came.replace("_", " ")
    bar.console.print(
        f"{done.slot.source} {done.slot.day}: {what}{note}", markup=False, soft_wrap=True
    )


def _counts(tally: Tally) -> str:
    return f"{tally.asked} asked, {tally.of('empty')} empty, {tally.failed} failed"


def sentence(tally: Tally, planned: Plan) -> str:
    """What came of it all: the counts add up to the days that were asked for."""
    beyond = sum(planned.beyond.values())
    wanted = len(planned.slots) + beyond
    parts: Iterable[tuple[int, str]] = (
        (tally.of("data"), "with data"),
        (tally.of("empty"), "empty"),
        (tally.of("known"), "known before"),
        (tally.of("too_early"), "too early"),
        (tally.of("failed", "truncated", "refused"), "failed"),
        (tally.of("not_asked"), "not asked"),
        (len(planned.slots) - sum(tally.came.values()), "left"),
        (beyond, "out of reach"),
    )
    told_all = ", ".join(f"{count} {what}" for count, what in parts)
    return f"{wanted} aircraft-days: {told_all}. {tally.movements} movements in what came."
