"""`tailcheck check` and `tailcheck track`: the questions."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from service.ask.check import check as ask_check
from service.ask.document import verdict_json, verdict_text
from service.ask.positions import WRITERS, TrackFormat
from service.ask.sources import attributions
from service.ask.track import tracks_of
from service.ask.typed import parse_date, parse_moment
from service.ask.whose import whose
from service.cli.common import EXIT_OF_VERDICT, open_desk, say, settings, told
from service.ingest.derivation import day_bounds

Aircraft = Annotated[str, typer.Argument(help="Registration or 24-bit address, e.g. RA-64523.")]
On = Annotated[str, typer.Option("--on", help="Date, YYYY-MM-DD.", metavar="DATE")]


class AnswerFormat(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"


def check(
    aircraft: Aircraft,
    at: Annotated[str, typer.Option("--at", help="Airport: code or name.", metavar="AIRPORT")],
    on: On,
    zone: Annotated[
        str | None, typer.Option(help="Read the date in this zone instead of the airport's own.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="As it would have been answered then (with zone).")
    ] = None,
    output: Annotated[AnswerFormat, typer.Option("--format")] = AnswerFormat.TEXT,
) -> None:
    """Was this aircraft at this airport on this date?

    Exit code: 0 seen or fits, 1 seen elsewhere, near or not seen, 3 can't tell, 2 a mistake in
    the question.
    """
    with told():
        verdict = ask_check(
            open_desk(settings()),
            aircraft=aircraft,
            airport=at,
            on=parse_date(on),
            zone=zone,
            as_of=None if as_of is None else parse_moment(as_of),
        )
        if output is AnswerFormat.JSON:
            sys.stdout.buffer.write(verdict_json(verdict) + b"\n")
        else:
            typer.echo(verdict_text(verdict))
        raise typer.Exit(EXIT_OF_VERDICT[verdict.verdict])


def track(
    aircraft: Aircraft,
    on: On,
    source: Annotated[str | None, typer.Option(help="Only what this source sent.")] = None,
    output: Annotated[TrackFormat, typer.Option("--format")] = TrackFormat.CSV,
) -> None:
    """Every position held of one aircraft on one UTC date."""
    with told():
        desk = open_desk(settings())
        day = parse_date(on)
        who = whose(desk, aircraft, day, now=desk.clock(), as_of=None)
        tracks = tracks_of(desk, who.icao24, *day_bounds(day), source)
        named = attributions(desk, (track.source for track in tracks))
        for key in named:
            terms = desk.sources[key].terms
            if not terms.may_redistribute:
                say(f"{key}: its terms do not let you pass this on ({terms.licence}).")
        for row in WRITERS[output](tracks, named):
            typer.echo(row)
