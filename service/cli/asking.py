"""`tailcheck check` and `tailcheck track`: the questions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from service.ask.check import check as ask_check
from service.ask.positions import WRITERS, TrackFormat
from service.ask.shown import shown, written
from service.ask.sources import attributions
from service.ask.track import tracks_of
from service.ask.typed import parse_date, parse_moment
from service.ask.whose import whose
from service.cli.common import EXIT_OF_VERDICT, open_desk, say, settings, told
from service.errors import BadInput
from service.formats.forms import Form
from service.ingest.derivation import day_bounds

Aircraft = Annotated[str, typer.Argument(help="Registration or 24-bit address, e.g. RA-64523.")]
On = Annotated[str, typer.Option("--on", help="Date, YYYY-MM-DD.", metavar="DATE")]


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
    form: Annotated[Form, typer.Option("--format")] = Form.TEXT,
    output: Annotated[
        Path | None, typer.Option(help="Write it to this file instead.", metavar="FILE")
    ] = None,
) -> None:
    """Was this aircraft at this airport on this date?

    Exit code: 0 seen or fits, 1 seen elsewhere, near or not seen, 3 can't tell, 2 a mistake in
    the question.
    """
    with told():
        if form is Form.PNG and output is None and sys.stdout.isatty():
            raise BadInput("A terminal shows no PNG: say --output FILE, or pipe it into one.")
        chosen = settings()
        desk = open_desk(chosen)
        verdict = ask_check(
            desk,
            aircraft=aircraft,
            airport=at,
            on=parse_date(on),
            zone=zone,
            as_of=None if as_of is None else parse_moment(as_of),
        )
        answer = shown(desk, verdict, form, chosen.reached_at)
        for key, licence in answer.not_to_pass_on.items():
            say(_not_to_pass_on(key, licence))
        document = written(form, answer)
        if output is not None:
            _save(output, document)
        else:
            sys.stdout.buffer.write(document + b"\n" * (form is Form.JSON))
        raise typer.Exit(EXIT_OF_VERDICT[verdict.verdict])


def _save(file: Path, document: bytes) -> None:
    try:
        file.write_bytes(document)
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror or error}.") from error


def _not_to_pass_on(key: str, licence: str) -> str:
    return f"{key}: its terms do not let you pass this on ({licence})."


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
                say(_not_to_pass_on(key, terms.licence))
        for row in WRITERS[output](tracks, named):
            typer.echo(row)
