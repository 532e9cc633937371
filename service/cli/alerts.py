"""`tailcheck alerts`: what watches were told, and what could not be sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from schemas.watching import Alert, Delivery
from service.cli import watch_options as o
from service.cli.common import Format, TextOrJson, fail, open_desk, say, settings, told
from service.domain.texts import shown
from service.errors import BadInput
from service.storage.alerts import alerts_before
from service.storage.database import Connection, reading, writing
from service.storage.deliveries import deliveries_in, resend

app = typer.Typer(no_args_is_help=True, help="What watches were told.")

PAGE = 1_000


@app.command("list")
def list_all(
    watch: Annotated[int | None, typer.Option(min=1, help="Only of this watch.")] = None,
    dead: Annotated[
        bool, typer.Option("--dead", help="What could not be sent, instead of what was told.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="At most so many.")] = 50,
    output: Format = TextOrJson.TEXT,
    owner: o.Owner = o.OWNER,
) -> None:
    """What watches were told, newest first; with --dead, what could not be sent, oldest first."""
    with told():
        if dead and watch is not None:
            raise BadInput("Dead letters are listed for all watches at once: leave out --watch.")
        desk = open_desk(settings())
        found: tuple[Alert | Delivery, ...]
        with reading(desk.engine) as conn:
            if dead:
                found = deliveries_in(conn, owner, "dead", limit=limit)
            else:
                found = alerts_before(conn, desk.sealer, owner, watch_id=watch, limit=limit)
        if output is TextOrJson.JSON:
            typer.echo(msgspec.json.encode(found))
            return
        for each in found:
            typer.echo(_letter(each) if isinstance(each, Delivery) else _line(each))
        if not found:
            say("There are no dead letters." if dead else "Nothing was told yet.")


@app.command("resend")
def send_again(
    deliveries: Annotated[
        list[int] | None, typer.Argument(min=1, help="Numbers from `alerts list --dead`.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All dead letters.")] = False,
    owner: o.Owner = o.OWNER,
) -> None:
    """Send dead letters after all. A receiver that has one already knows it by its id."""
    with told():
        if bool(deliveries) == everything:
            raise BadInput("Give the numbers of dead letters, or --all.")
        desk = open_desk(settings())
        with writing(desk.engine) as conn:
            numbers = list(_dead(conn, owner)) if everything else list(deliveries or ())
            left = [
                number
                for number in numbers
                if not resend(conn, number, owner=owner, now=desk.clock())
            ]
        typer.echo(f"{len(numbers) - len(left):,} on their way again.")
        if left:
            listed = ", ".join(str(number) for number in left[:20])
            fail(
                f"Not sent: {listed}{' …' if len(left) > 20 else ''}. There is no such dead letter,"
                " or its receiver is stopped (`tailcheck receivers resume`) or removed.",
                1,
            )


def _dead(conn: Connection, owner: str) -> Iterator[int]:
    after = 0
    while page := deliveries_in(conn, owner, "dead", after=after, limit=PAGE):
        yield from (letter.id for letter in page)
        after = page[-1].id


def _line(alert: Alert) -> str:
    occasion = alert.occasion
    form = "" if alert.form == "new" else f"{alert.form} of {alert.refers_to}, "
    because = f" ({alert.because})" if alert.because else ""
    words = occasion.words or occasion.trigger
    grade = f"{occasion.grade}: " if occasion.is_graded else ""
    line = (
        f"{alert.id}  {alert.created_at:%Y-%m-%d %H:%M} UTC  watch {alert.watch_id}  {form}"
        f"{grade}{words}{because}"
    )
    return shown(line)  # a callsign is anybody's


def _letter(letter: Delivery) -> str:
    return (
        f"{letter.id}  alert {letter.alert_id}, watch {letter.watch_id}, receiver"
        f" {letter.receiver_id}: {letter.attempts} tries; {letter.last_error}"
    )
