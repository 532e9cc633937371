"""`tailcheck serve`: the HTTP API, and the worker that keeps the evidence coming."""

from __future__ import annotations

import logging.config
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

import typer

from service.api import serving
from service.api.app import create_app
from service.cli.common import open_desk, open_fetcher, settings, told
from service.desk import Desk
from service.errors import BadInput
from service.scheduler.stopping import Stopping
from service.scheduler.worker import Worker
from service.settings import Settings

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Role(StrEnum):
    """What this process does."""

    ALL = "all"
    API = "api"
    WORKER = "worker"


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port.")] = None,
    role: Annotated[
        Role, typer.Option(help="Answer questions, follow the watched, or both in one process.")
    ] = Role.ALL,
) -> None:
    """Serve the HTTP API and follow whoever is watched, until told to stop."""
    with told():
        chosen = settings()
        listen = host or chosen.host
        if role is not Role.WORKER:
            _may_listen(listen, chosen)
        desk = open_desk(chosen)
        stopping = Stopping()
        if role is Role.WORKER:
            logging.config.dictConfig(serving.LOG_CONFIG)
            with _working(desk, chosen, stopping):
                stopping.wait()
            return
        app = create_app(desk, hosts=chosen.served_names)
        listening_port = chosen.port if port is None else port
        if role is Role.API:
            serving.serve(app, host=listen, port=listening_port)
            return
        with _working(desk, chosen, stopping):
            serving.serve(app, host=listen, port=listening_port)


def _may_listen(listen: str, chosen: Settings) -> None:
    if listen not in LOOPBACK and not chosen.open_access:
        raise BadInput(
            f"Refusing to listen on {listen}: there are no access keys, so anybody who reaches "
            "it could ask. Listen on 127.0.0.1, or put a proxy in front that lets the right "
            "people in and set TAILCHECK_OPEN_ACCESS=1."
        )


@contextmanager
def _working(desk: Desk, chosen: Settings, stopping: Stopping) -> Iterator[None]:
    """The worker, for as long as the block lasts, and no longer than a few seconds more."""
    fetcher = open_fetcher(desk, chosen, sleep=stopping.sleep)
    worker = Worker(desk, fetcher, chosen, stopping)
    worker.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        # The server has handlers of its own while it runs, and raises the signal again after it.
        signal.signal(number, stopping.tell_from_signal)
    try:
        yield
    finally:
        if not worker.stop():
            # A request that hangs must not keep the process: what is kept is kept.
            logging.shutdown()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)
        fetcher.close()
