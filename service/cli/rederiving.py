"""`tailcheck rederive`: the stored bytes read again by what we know today."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.progress import track

from service.cli.common import open_desk, progress, say, settings, told
from service.ingest.reading import adapter_for
from service.ingest.rederiving import Redone, outstanding, rederive


def command(
    source: Annotated[
        str, typer.Option(help="Only what came from this source; see `tailcheck sources`.")
    ] = "",
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only UTC days from this one on."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what was derived by today's rules already.")
    ] = False,
) -> None:
    """Read pages in quarantine again, and derive again what was derived by older rules.

    Nothing is asked of any source. It can be stopped at any time and goes on where it was.
    """
    with told():
        desk = open_desk(settings())
        if source:
            adapter_for(desk, source)
        day = None if since is None else since.date()
        todo = outstanding(desk, source=source or None, since=day, everything=everything)
        total = _Total()
        for item in track(
            rederive(desk, source=source or None, since=day, everything=everything),
            total=todo.pages + todo.units,
            description="Deriving again",
            console=progress,
            transient=True,
        ):
            total.add(item)
        typer.echo(total.sentence())
        if total.left:
            raise typer.Exit(1)


class _Total:
    """Exact counts, so that nothing is lost in silence."""

    def __init__(self) -> None:
        self.done = {"page": 0, "unit": 0}
        self.unread = {"page": 0, "unit": 0}

    @property
    def left(self) -> int:
        """What could not be done."""
        return sum(self.unread.values())

    def add(self, item: Redone) -> None:
        """Count one; name it when it could not be done."""
        if item.why:
            self.unread[item.kind] += 1
            say(f"{item.name}: {item.why}")
        else:
            self.done[item.kind] += 1

    def sentence(self) -> str:
        """What came of it all."""
        return (
            f"{self.done['page']} pages read after all, {self.unread['page']} still in quarantine;"
            f" {self.done['unit']} aircraft-days derived again, {self.unread['unit']} stay as they"
            " were."
        )
