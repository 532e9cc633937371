"""What endpoints are handed: the desk, a way of doing slow work, and typed parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final, TypeVar

import anyio
import anyio.to_thread
from fastapi import Depends, Path, Query, Request

from service.api.problems import TooSlow
from service.desk import Desk
from service.notify.policy import Policy

T = TypeVar("T")

TYPED_MAX: Final = 200
"""Longest text that anybody types into one field."""
SLOW_THREADS: Final = 8
DEADLINE_S: Final = 20.0
"""After this an answer is given up: a hanging database must not hang the service."""


class Work:
    """Does what takes a while beside the event loop, a few at a time, and not for ever.

    A verdict's half a dozen reads of a SQLite file take less time than handing them to a thread
    and waiting for it; so they are done at once (`brief`). A PostgreSQL may hang: never at once.
    """

    def __init__(self, *, file_database: bool, deadline_s: float = DEADLINE_S) -> None:
        self._at_once = file_database
        self._deadline_s = deadline_s
        self._limiter = anyio.CapacityLimiter(SLOW_THREADS)

    async def brief(self, work: Callable[[], T]) -> T:
        """The result of `work`, which is done in a moment unless the database hangs."""
        return work() if self._at_once else await self(work)

    async def __call__(self, work: Callable[[], T]) -> T:
        """The result of `work`. Raises `TooSlow` past the deadline, waiting in line included."""
        try:
            with anyio.fail_after(self._deadline_s):
                return await anyio.to_thread.run_sync(
                    work, limiter=self._limiter, abandon_on_cancel=True
                )
        except TimeoutError as error:
            raise TooSlow(
                f"There was no answer within {self._deadline_s:g} seconds. Try again later."
            ) from error


def desk_of(request: Request) -> Desk:
    """The desk of the app that was asked."""
    desk: Desk = request.app.state.desk
    return desk


def work_of(request: Request) -> Work:
    """How that app does its work."""
    work: Work = request.app.state.work
    return work


def policy_of(request: Request) -> Policy:
    """Where messages may go."""
    policy: Policy = request.app.state.policy
    return policy


def public_url_of(request: Request) -> str:
    """Where others reach the service, without a slash at the end: as its operator says, else as it
    was asked."""
    said: str = request.app.state.public_url
    return said or str(request.base_url).rstrip("/")


async def _desk(request: Request) -> Desk:
    return desk_of(request)


async def _work(request: Request) -> Work:
    return work_of(request)


DeskDep = Annotated[Desk, Depends(_desk)]
WorkDep = Annotated[Work, Depends(_work)]

AircraftPath = Annotated[
    str,
    Path(
        max_length=TYPED_MAX,
        description="Registration or 24-bit address, as people type it.",
        examples=["N899DN", "RA-64523", "14fc0b"],
    ),
]
AirportPath = Annotated[
    str,
    Path(
        max_length=TYPED_MAX,
        description="Code (ICAO, IATA, local, or one it had before) or name, Latin or Cyrillic.",
        examples=["UMMS", "MSQ", "Minsk National"],
    ),
]
_FROM: Final = Query(
    alias="from",
    max_length=TYPED_MAX,
    description="Not before: a date, or a moment with its zone.",
    examples=["2025-02-05", "2025-02-05T06:00:00Z"],
)
_TO: Final = Query(
    alias="to",
    max_length=TYPED_MAX,
    description="Until: a date, that whole day included, or a moment with its zone, itself not"
    " included.",
    examples=["2025-02-05", "2025-02-06T00:00:00Z"],
)
From = Annotated[str | None, _FROM]
To = Annotated[str | None, _TO]
FromNeeded = Annotated[str, _FROM]
ToNeeded = Annotated[str, _TO]
IdentityOn = Annotated[
    str | None,
    Query(
        alias="on",
        max_length=TYPED_MAX,
        description="The UTC date for which the aircraft is looked up, because registrations and"
        " addresses change hands. Unless given: the day of `from`, or today.",
        examples=["2025-02-04"],
    ),
]
AsOf = Annotated[
    str | None,
    Query(
        max_length=TYPED_MAX,
        description="As it would have been answered then: a moment with its zone. Unless given:"
        " now.",
        examples=["2025-03-01T12:00:00Z"],
    ),
]
After = Annotated[
    str | None,
    Query(
        max_length=TYPED_MAX,
        description="Where the page before this one ended; comes with its `next` link.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=1_000, description="Most on one page.")]
