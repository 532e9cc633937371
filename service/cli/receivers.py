"""`tailcheck receivers`: where alerts are sent."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from service.ask.followed import receiver_document
from service.ask.receiving import make, mine, removed, retired, rotated
from service.cli import watch_options as o
from service.cli.common import Format, TextOrJson, open_desk, say, settings, told
from service.cli.receiver_lines import key_lines, receiver_line, receiver_lines
from service.notify.policy import Policy
from service.storage import receivers as store
from service.storage.database import reading, writing

app = typer.Typer(no_args_is_help=True, help="Where alerts are sent.")

ReceiverId = Annotated[int, typer.Argument(min=1, help="The receiver's number.")]


@app.command("list")
def list_all(output: Format = TextOrJson.TEXT, owner: o.Owner = o.OWNER) -> None:
    """The receivers, and how each has been doing."""
    with told():
        desk = open_desk(settings())
        with reading(desk.engine) as conn:
            found = store.receivers(conn, desk.sealer, owner=owner)
        if output is TextOrJson.JSON:
            typer.echo(msgspec.json.encode([receiver_document(each) for each in found]))
            return
        for receiver in found:
            typer.echo(receiver_line(receiver))
        if not found:
            say("There are no receivers. `tailcheck receivers add https://…` makes one.")


@app.command("add")
def add(
    url: Annotated[str, typer.Argument(help="https://… for a webhook, apprise:… for all else.")],
    label: o.Label = None,
    details: o.Details = None,
    ed25519: Annotated[
        bool, typer.Option("--ed25519", help="Sign with a key pair instead of a shared secret.")
    ] = False,
    owner: o.Owner = o.OWNER,
) -> None:
    """Make a receiver; its secret is shown this once. Watches name it by `--to`."""
    with told():
        chosen = settings()
        desk = open_desk(chosen)
        with writing(desk.engine) as conn:
            made = make(
                conn,
                desk,
                Policy.read(chosen.send_to),
                owner,
                url,
                label=label,
                details=details,
                signing="ed25519" if ed25519 else "hmac",
            )
        for line in receiver_lines([made]):
            typer.echo(line)


@app.command("rm")
def remove(receiver_id: ReceiverId, owner: o.Owner = o.OWNER) -> None:
    """Send nothing there any more. What waited for it is among the dead letters."""
    with told():
        desk = open_desk(settings())
        with writing(desk.engine) as conn:
            removed(conn, desk, mine(conn, desk, owner, receiver_id))
        typer.echo(f"Nothing is sent to receiver {receiver_id} any more.")


@app.command("rotate")
def rotate(
    receiver_id: ReceiverId,
    retire: Annotated[
        bool, typer.Option("--retire", help="End all keys but the newest, and make none.")
    ] = False,
    owner: o.Owner = o.OWNER,
) -> None:
    """A new key beside the present one; both sign until `--retire` ends the former."""
    with told():
        desk = open_desk(settings())
        with writing(desk.engine) as conn:
            receiver = mine(conn, desk, owner, receiver_id)
            changed = (retired if retire else rotated)(conn, desk, receiver)
        if retire:
            typer.echo(f"Only the newest key of receiver {receiver_id} signs from now on.")
            return
        for line in key_lines(changed):
            typer.echo(line)
        say(
            "The former key signs too, until"
            f" `tailcheck receivers rotate {receiver_id} --retire` ends it."
        )


@app.command("resume")
def resume(receiver_id: ReceiverId, owner: o.Owner = o.OWNER) -> None:
    """Send there again, after it was stopped or failed too often."""
    with told():
        desk = open_desk(settings())
        with writing(desk.engine) as conn:
            mine(conn, desk, owner, receiver_id)
            store.resume(conn, receiver_id, owner=owner)
        typer.echo(f"Receiver {receiver_id} is in use.")
        say("Dead letters are sent again by `tailcheck alerts resend`.")
