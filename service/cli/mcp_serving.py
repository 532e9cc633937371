"""`tailcheck mcp`: the same questions for a language model, over standard input and output."""

from __future__ import annotations

import anyio

from service.api.access import AS_USER
from service.api.app import create_app, own_version
from service.cli.common import open_desk, settings, told


def mcp() -> None:
    """Answer a language model's questions (Model Context Protocol) on standard input and output.

    Read-only; nothing of what is asked is kept or logged. It ends when its input does.
    """
    from service.mcp.server import over_stdio  # noqa: PLC0415  (half a second that only it needs)

    with told():
        chosen = settings()
        desk = open_desk(chosen)
        app = create_app(desk, public_url=chosen.reached_at)

        async def run() -> None:
            async with app.router.lifespan_context(app):
                await over_stdio(app, desk.clock, own_version(), AS_USER)

        anyio.run(run)
