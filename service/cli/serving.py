"""`tailcheck serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from service.api import serving
from service.api.app import create_app
from service.cli.common import open_desk, settings, told
from service.errors import BadInput

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port.")] = None,
) -> None:
    """Serve the HTTP API."""
    with told():
        chosen = settings()
        listen = host or chosen.host
        if listen not in LOOPBACK and not chosen.open_access:
            raise BadInput(
                f"Refusing to listen on {listen}: there are no access keys, so anybody who reaches "
                "it could ask. Listen on 127.0.0.1, or put a proxy in front that lets the right "
                "people in and set TAILCHECK_OPEN_ACCESS=1."
            )
        serving.serve(
            create_app(open_desk(chosen), hosts=chosen.served_names),
            host=listen,
            port=chosen.port if port is None else port,
        )
