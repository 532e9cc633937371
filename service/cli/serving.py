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
from service.api.access import Door
from service.api.app import create_app
from service.api.limits import is_loopback
from service.cli.common import open_desk, open_fetcher, seal_anew, settings, told
from service.desk import Desk
from service.errors import BadInput
from service.evidence.log_check import must_hold_true
from service.notify.policy import Policy
from service.scheduler.stopping import Stopping
from service.scheduler.worker import Worker
from service.settings import Settings
from service.storage.api_keys import any_key
from service.storage.database import reading


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
        chosen = _chosen(host, port)
        desk = open_desk(chosen)
        policy = Policy.read(chosen.send_to)
        door = _door(desk, chosen) if role is not Role.WORKER else "closed"
        seal_anew(desk.engine, desk.sealer)
        must_hold_true(desk.engine, chosen.secrets_folder)
        stopping = Stopping()
        if role is Role.WORKER:
            logging.config.dictConfig(serving.LOG_CONFIG)
            with _working(desk, chosen, stopping):
                stopping.wait()
            return
        app = create_app(
            desk,
            hosts=chosen.served_names,
            door=door,
            rate_per_minute=chosen.rate_per_minute,
            public_url=chosen.reached_at,
            policy=policy,
        )
        if role is Role.API:
            serving.serve(app, host=chosen.host, port=chosen.port)
            return
        with _working(desk, chosen, stopping):
            serving.serve(app, host=chosen.host, port=chosen.port)


def _chosen(host: str | None, port: int | None) -> Settings:
    said = {"host": host or None, "port": port}
    return settings().model_copy(update={k: v for k, v in said.items() if v is not None})


def _door(desk: Desk, chosen: Settings) -> Door:
    """Who is let in without a key.

    Raises `BadInput` when nobody could be let in, or everybody would be.
    """
    if chosen.open_access:
        return "open"
    if is_loopback(chosen.host):
        return "loopback"
    with reading(desk.engine) as conn:
        if any_key(conn, now=desk.clock()):
            return "closed"
    raise BadInput(
        f"Refusing to listen on {chosen.host}: there is no access key, so anybody who reaches it"
        " could ask. Make one: `tailcheck keys create`. Or listen on 127.0.0.1, or put a proxy in"
        " front that lets the right people in and set TAILCHECK_OPEN_ACCESS=1."
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
