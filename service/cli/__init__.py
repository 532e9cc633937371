"""The command line: the composition root. One file for each family of commands."""

from __future__ import annotations

import typer

from service.cli import (
    asking,
    backfilling,
    demo,
    deriving,
    importing,
    operating,
    rederiving,
    reference,
    serving,
    sources,
    watching,
)

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Was this aircraft at this airport on this date? Public flight data, cross-checked.",
)
app.command("check")(asking.check)
app.command("track")(asking.track)
app.command("derive")(deriving.derive)
app.command("rederive")(rederiving.command)
app.add_typer(importing.app, name="import")
app.command("sources")(sources.sources)
app.command("backfill")(backfilling.past_days)
app.add_typer(watching.app, name="watch")
app.command("migrate")(operating.migrate)
app.command("serve")(serving.serve)
app.add_typer(reference.app, name="data")
app.command("doctor")(operating.doctor)
app.command("demo")(demo.demo)


def main() -> None:
    """Run the command line."""
    app()
