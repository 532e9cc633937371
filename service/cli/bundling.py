"""`tailcheck bundle` and `tailcheck verify`: an answer with its evidence in one file, and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from adapters._contract import discover
from service.ask.bundles import Made, bundle_of_kept, verify_bundle
from service.ask.bundles import bundle as write_bundle
from service.ask.typed import parse_date, parse_moment
from service.cli.common import fail, open_desk, say, settings, told
from service.errors import BadInput


def bundle(
    aircraft: Annotated[
        str, typer.Argument(help="Registration or 24-bit address; empty with --check.")
    ] = "",
    at: Annotated[str, typer.Option("--at", help="Airport: code or name.", metavar="AIRPORT")] = "",
    on: Annotated[str, typer.Option("--on", help="Date, YYYY-MM-DD.", metavar="DATE")] = "",
    output: Annotated[
        Path, typer.Option("--output", help="The file to write.", metavar="FILE")
    ] = Path("bundle.zip"),
    zone: Annotated[
        str | None, typer.Option(help="Read the date in this zone instead of the airport's own.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="As it would have been answered then (with zone).")
    ] = None,
    check: Annotated[
        str, typer.Option("--check", help="Of a kept check instead of a question.", metavar="ID")
    ] = "",
    revision: Annotated[
        int | None, typer.Option(help="Which of its answers; the newest unless given.")
    ] = None,
) -> None:
    """Write an answer with all that it rests on into one file that anybody can check."""
    with told():
        if check and (aircraft or at or on or zone or as_of):
            raise BadInput("Name a question or a kept check, not both.")
        if not check and not (aircraft and at and on):
            raise BadInput(
                "Name the aircraft, --at AIRPORT and --on DATE, or a kept check: --check ID."
            )
        desk = open_desk(settings())
        if check:
            made = _written(output, lambda file: bundle_of_kept(desk, file, check, revision))
        else:
            made = _written(
                output,
                lambda file: write_bundle(
                    desk,
                    file,
                    aircraft=aircraft,
                    airport=at,
                    on=parse_date(on),
                    zone=zone,
                    as_of=None if as_of is None else parse_moment(as_of),
                ),
            )
    for line in made.withheld:
        say(line)
    say(f"{made.verdict.reads}. {made.verdict.sentence}")
    say("Write the root down, or publish it: it is what shows later that this is the bundle.")
    typer.echo(made.root)


def _written(path: Path, write: Callable[[BinaryIO], Made]) -> Made:
    """The bundle as a file that was not there before; whole, or not at all."""
    part = path.with_name(f"{path.name}.part")
    if path.exists():
        raise BadInput(f"{path} is there already: choose another name.")
    try:
        with part.open("xb") as file:
            made = write(file)
        part.replace(path)
    except FileExistsError as error:
        raise BadInput(f"{part} is there already, left from before: remove it.") from error
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BadInput(f"{path} cannot be written: {error.strerror or error}.") from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return made


def verify(
    file: Annotated[Path, typer.Argument(help="The bundle, as a zip file.")],
    root: Annotated[
        str | None,
        typer.Option(help="What its root must be, if it was written down.", metavar="SHA256"),
    ] = None,
) -> None:
    """Check a bundle, and derive its verdict again from the bytes in it.

    Exit code: 0 whole, and the verdict follows from it; 1 not; 3 whole, but the verdict could not
    be derived again here: it says why.
    """
    try:
        with told(), file.open("rb") as opened:
            if root is not None and not root.strip():
                raise BadInput("--root is empty, so there is nothing to compare with.")
            found = verify_bundle(opened, discover(), root=root)
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror or error}.", 2)
    for line in found.lines:
        typer.echo(line)
    raise typer.Exit(found.exit_code)
