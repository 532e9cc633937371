"""`tailcheck sources`: where evidence comes from, and how that has been going."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer

from service.ask.sources import source_here, source_lines, sources_here
from service.cli.common import Format, TextOrJson, open_desk, settings, told


def sources(
    key: Annotated[str | None, typer.Argument(help="Only this one, by key.")] = None,
    output: Format = TextOrJson.TEXT,
) -> None:
    """The sources: whether they are asked and why not, terms, reach, and how they have been doing.

    Asks nobody anything. What you say about sources stands in `sources.toml` in the data folder.
    """
    with told():
        desk = open_desk(settings())
        found = sources_here(desk) if key is None else (source_here(desk, key),)
        if output is TextOrJson.JSON:
            sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
            return
        for document in found:
            for line in source_lines(document):
                typer.echo(line)
