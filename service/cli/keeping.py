"""`tailcheck keep` and `tailcheck kept`: questions that stay, and how their answers changed."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer

from service.ask.kept import keep as keep_check
from service.ask.kept import kept_check, verdict_of
from service.ask.kept_documents import document_of, history_text, kept_line, line_text
from service.cli.asking import Aircraft, On
from service.cli.common import EXIT_OF_VERDICT, Format, TextOrJson, open_desk, say, settings, told
from service.cli.watch_options import OWNER, Owner
from service.errors import NotFound
from service.formats.text import verdict_text
from service.storage.database import reading
from service.storage.kept_checks import Asked, checks, revisions_of

app = typer.Typer(no_args_is_help=True, help="Checks that are kept, and how their answers changed.")

CheckId = Annotated[str, typer.Argument(help="Its id, as `tailcheck keep` printed it.")]
PAGE = 500


def keep(
    aircraft: Aircraft,
    at: Annotated[str, typer.Option("--at", help="Airport: code or name.", metavar="AIRPORT")],
    on: On,
    zone: Annotated[
        str | None, typer.Option(help="Read the date in this zone instead of the airport's own.")
    ] = None,
    output: Format = TextOrJson.TEXT,
    owner: Owner = OWNER,
) -> None:
    """Ask, and keep question and answer: the worker asks again and adds what changes.

    Exit code as of `tailcheck check`.
    """
    with told():
        desk = open_desk(settings())
        question = Asked(aircraft=aircraft, airport=at, date=on.strip(), zone=zone or "")
        check = keep_check(desk, question, owner=owner).check
        with reading(desk.engine) as conn:
            history = revisions_of(conn, desk.sealer, check.id)
        verdict = verdict_of(history[-1])
        if output is TextOrJson.JSON:
            sys.stdout.buffer.write(msgspec.json.encode(document_of(check, history)) + b"\n")
        else:
            typer.echo(f"Kept as {check.id}")
            typer.echo(verdict_text(verdict))
        raise typer.Exit(EXIT_OF_VERDICT[verdict.verdict])


@app.command("list")
def list_all(output: Format = TextOrJson.TEXT, owner: Owner = OWNER) -> None:
    """What is kept, newest first, each with its newest answer."""
    with told():
        desk = open_desk(settings())
        lines, after = [], None
        with reading(desk.engine) as conn:
            while page := checks(conn, desk.sealer, owner, after=after, limit=PAGE):
                lines += [kept_line(conn, desk, check) for check in page]
                after = page[-1]
        if output is TextOrJson.JSON:
            sys.stdout.buffer.write(msgspec.json.encode(lines) + b"\n")
            return
        for line in lines:
            typer.echo(line_text(line))
        if not lines:
            say("Nothing is kept. Keep a check: `tailcheck keep RA-64523 --at MSQ --on DATE`.")


@app.command("show")
def show(
    check_id: CheckId,
    revision: Annotated[
        int | None, typer.Option(min=1, help="This answer, instead of the newest one.")
    ] = None,
    output: Format = TextOrJson.TEXT,
) -> None:
    """A kept check: its newest answer, and what changed since the first.

    With --revision and --format json, that answer byte for byte as it was given.
    """
    with told():
        desk = open_desk(settings())
        with reading(desk.engine) as conn:
            check = kept_check(conn, desk, check_id)
            history = revisions_of(conn, desk.sealer, check.id)
        shown = history if revision is None else history[:revision]
        if revision is not None and len(history) < revision:
            raise NotFound(f"This check has {len(history)} answers so far, and no {revision}.")
        if output is TextOrJson.TEXT:
            typer.echo(verdict_text(verdict_of(shown[-1])))
            typer.echo("Answers so far:")
            for line in history_text(document_of(check, history)):
                typer.echo(line)
        elif revision is None:
            sys.stdout.buffer.write(msgspec.json.encode(document_of(check, history)) + b"\n")
        else:
            sys.stdout.buffer.write(shown[-1].document + b"\n")
