"""`tailcheck watch import`: a whole list of whom to follow."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.ask.taking_lists import take_list
from service.ask.wishes import Typed
from service.cli import watch_options as o
from service.cli.common import open_desk, say, settings, told
from service.cli.receiver_lines import receiver_lines
from service.errors import Unreadable
from service.notify.policy import Policy


def take(
    file: Annotated[
        Path, typer.Argument(help="A line each: subject, label. Or plane-alert-db's CSV.")
    ],
    trigger: o.Triggers = None,
    at: o.At = None,
    home: o.Home = None,
    silent_days: o.SilentDays = None,
    lost_minutes: o.LostMinutes = None,
    min_grade: o.MinGrade = None,
    quiet: o.Quiet = None,
    zone: o.Zone = None,
    digest: o.Digest = None,
    to: o.To = None,
    details: o.Details = None,
    until: o.Until = None,
    owner: o.Owner = o.OWNER,
) -> None:
    """Follow everybody on a list; again changes nothing. Lines that begin with # are comments; a
    bad line is told with its number, and the others are taken."""
    with told():
        chosen = settings()
        desk = open_desk(chosen)
        try:
            content = file.read_bytes()
        except OSError as error:
            raise Unreadable(f"{file} cannot be read: {error.strerror}.") from error
        taken = take_list(
            desk,
            Policy.read(chosen.send_to),
            content,
            Typed(
                triggers=trigger,
                at=at,
                home=home,
                silent_days=silent_days,
                lost_minutes=lost_minutes,
                min_grade=min_grade,
                quiet=quiet,
                zone=zone,
                digest=digest,
                until=until,
            ),
            owner=owner,
            to=to,
            details=details,
        )
        for line in taken.bad:
            say(f"{file.name}, line {line.number}: {line.wrong}")
        for text in receiver_lines(taken.receivers):
            typer.echo(text)
        typer.echo(taken.sentence)
        if taken.bad:
            raise typer.Exit(1)
