"""`tailcheck derive`: what a raw file shows, without a database."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Annotated

import typer

from adapters._contract import Adapter, Page, discover
from schemas.movements import Derived
from schemas.records import Capture
from service.ask.lines import derived_lines
from service.cli.common import airports, say, settings, told
from service.clock import system_clock
from service.domain.airports.table import Airports
from service.domain.detection.detect import detect
from service.domain.track import in_order
from service.errors import BadInput, Unreadable
from service.ingest.reading import read_page


def derive(
    files: Annotated[list[Path], typer.Argument(help="readsb traces, gzip or not.")],
    source: Annotated[str, typer.Option(help="Whose files these are.")] = "trace_file",
) -> None:
    """What raw files show: movements, passes, gaps, segments, as ndjson. Needs no database."""
    with told():
        table = airports(settings())
        adapter = discover().get(source)
        if adapter is None:
            raise BadInput(f"There is no source {source!r}; there are: {', '.join(discover())}.")
        unread = 0
        for path in files:
            try:
                _derive_one(path, adapter, table)
            except Unreadable as error:
                say(f"{path}: {error}")
                unread += 1
        if unread:
            raise typer.Exit(1)


def _derive_one(path: Path, adapter: Adapter, table: Airports) -> None:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{error.strerror or error}.") from error
    capture = Capture(
        sha256=hashlib.sha256(content).hexdigest(),
        source=adapter.source.key,
        url=path.name,
        received_at=system_clock(),
        size_bytes=len(content),
    )
    contents = read_page(adapter, Page(capture=capture, content=content))
    shown = [detect(in_order(track), table) for track in contents.tracks] or [Derived()]
    out = sys.stdout.buffer
    for derived in shown:
        for row in derived_lines(derived, ()):
            out.write(row + b"\n")
    for row in derived_lines(Derived(), contents.rejected):
        out.write(row + b"\n")
    out.flush()
