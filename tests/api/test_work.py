"""Slow work beside the event loop, and not for ever."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import anyio
import pytest

from service.api.app import create_app
from service.api.deps import SLOW_THREADS, Work
from service.api.problems import TooSlow
from service.desk import Desk
from tests.api.served import serving, word


@pytest.mark.parametrize("file_database", [True, False])
def test_a_file_is_read_at_once_a_server_is_waited_for_in_a_thread(*, file_database: bool) -> None:
    async def here_and_there() -> tuple[int, int]:
        work = Work(file_database=file_database)
        return threading.get_ident(), await work.brief(threading.get_ident)

    here, there = anyio.run(here_and_there)

    assert (here == there) == file_database


def test_what_goes_wrong_in_a_thread_goes_wrong_for_the_asker() -> None:
    async def ask() -> None:
        await Work(file_database=False)(lambda: int("no number"))

    with pytest.raises(ValueError, match="no number"):
        anyio.run(ask)


def test_work_that_hangs_is_given_up_by_those_in_line_too() -> None:
    released = threading.Event()
    given_up = []

    async def ask(work: Work) -> None:
        try:
            await work(released.wait)
        except TooSlow as error:
            given_up.append(str(error))

    async def crowd() -> None:
        work = Work(file_database=False, deadline_s=0.05)
        async with anyio.create_task_group() as group:
            for _ in range(SLOW_THREADS + 2):
                group.start_soon(ask, work)
        released.set()

    anyio.run(crowd)

    assert len(given_up) == SLOW_THREADS + 2
    assert all("Try again later" in sentence for sentence in given_up)


class _Hanging:
    """Airports that are never found."""

    version = "none"

    def __init__(self, released: threading.Event) -> None:
        self._released = released

    def resolve(self, text: str, **_: Any) -> None:
        self._released.wait()


def test_a_question_that_hangs_is_a_problem_and_the_others_go_on(desk: Desk) -> None:
    released = threading.Event()
    hanging = replace(desk, airports=_Hanging(released))  # type: ignore[arg-type]  # as far as asked
    app = create_app(hanging)
    with serving(app) as client:
        app.state.work = Work(file_database=True, deadline_s=0.05)
        reply = client.get("/v1/airports/UMMS")
        alive = client.get("/healthz")
        released.set()

    assert (reply.status_code, word(reply)) == (503, "too-slow")
    assert reply.headers["retry-after"] == "5"
    assert alive.status_code == 200
