"""How the app is served: by uvicorn, without a line about what was asked."""

from __future__ import annotations

import gc
import socket
from typing import Any, Final

import uvicorn
from fastapi import FastAPI

from service.api.streams import Streams

LOG_CONFIG: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "httpx": {"level": "WARNING"},  # at INFO it logs every address it asks
        "tailcheck": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
"""Faults go to stderr. The access log is off: a query says who is being looked into."""


def config(app: FastAPI, *, host: str, port: int) -> uvicorn.Config:
    """How to serve `app` on one address."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        log_config=LOG_CONFIG,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=10,
    )


class Server(uvicorn.Server):
    """uvicorn's, which lets streams end when it is to stop: by themselves they never would."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, end the streams, finish what is being answered."""
        app: Any = self.config.app
        streams: Streams | None = getattr(app.state, "streams", None)
        if streams is not None:
            streams.stop()
        await super().shutdown(sockets)


def serve(app: FastAPI, *, host: str, port: int) -> None:
    """Serve until told to stop.

    What is there at the start (the airport table above all) stays to the end. Put out of the
    garbage collector's sight, it is no longer walked through in the middle of a request, which
    took up to a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    Server(config(app, host=host, port=port)).run()
