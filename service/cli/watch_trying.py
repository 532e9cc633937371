"""`tailcheck watch test`: whether messages arrive."""

from __future__ import annotations

from typing import Annotated

import anyio
import typer

from service.ask.following import mine
from service.cli import watch_options as o
from service.cli.common import open_desk, settings, told
from service.errors import BadInput
from service.notify.policy import Policy
from service.notify.trying import Answered, try_receivers
from service.notify.ways import channels, describe
from service.storage.database import reading
from service.storage.receivers import receiver_of

FAILED = 4


def send_test(
    watch_id: Annotated[int, typer.Argument(min=1, help="The watch's number.")],
    owner: o.Owner = o.OWNER,
) -> None:
    """Send a test message to the watch's receivers at once, and tell what each answered."""
    with told():
        chosen = settings()
        desk = open_desk(chosen)
        with reading(desk.engine) as conn:
            watch = mine(conn, desk, owner, watch_id)
            found = [receiver_of(conn, desk.sealer, n, owner=owner) for n in watch.wishes.to]
        receivers = [one for one in found if one is not None and one.removed_at is None]
        if not receivers:
            raise BadInput(f"Watch {watch_id} names no receivers: add it again with --to.")
        policy = Policy.read(chosen.send_to)

        async def all_of_them() -> tuple[Answered, ...]:
            return await try_receivers(
                channels(policy),
                watch,
                receivers,
                now=desk.clock(),
                public_url=chosen.reached_at,
            )

        answered = anyio.run(all_of_them)
        for one in answered:
            stopped = " It is stopped: alerts are not sent there." * bool(
                one.receiver.stopped_because
            )
            said = one.error or "it has the message."
            typer.echo(f"Receiver {one.receiver.id}, {describe(one.receiver.url)}: {said}{stopped}")
        if any(one.error for one in answered):
            raise typer.Exit(FAILED)
