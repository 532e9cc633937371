"""Streams of alerts: whoever listens gets what is told from then on, by whatever process.

One look at the newest alert's number serves all streams of a process; a stream then reads its own
page, at the pace of whoever listens, so nothing is kept in memory for the slow ones. A stream ends
when the server does, when its key is no longer valid, or after an hour: it is resumed after the
last alert that arrived.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, Final

import anyio
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from schemas.watching import Alert
from service.api.access import Caller
from service.api.deps import Work
from service.api.problems import log
from service.desk import Desk
from service.errors import TailcheckError
from service.storage.alerts import alerts_after, newest, newest_of
from service.storage.database import reading

LOOK_S: Final = 0.5
"""Between two looks at the table."""
BEAT_S: Final = 15.0
"""A stream without alerts shows that it lives this often."""
LONGEST_S: Final = 3_600.0
MOST: Final = 8
"""Streams of one owner at once."""
PAGE: Final = 100


class TooManyStreams(TailcheckError):
    """The caller listens often enough already."""

    code = "too-many-streams"


class Streams:
    """All streams of one process."""

    def __init__(
        self,
        desk: Desk,
        work: Work,
        holds: Callable[[Caller], Awaitable[bool]],
        *,
        look_s: float = LOOK_S,
        beat_s: float = BEAT_S,
    ) -> None:
        """`holds` says whether a caller would still be let in."""
        self._desk = desk
        self._work = work
        self._holds = holds
        self._look_s = look_s
        self._beat_s = beat_s
        self._open: Counter[str] = Counter()
        self._somebody = anyio.Event()
        self._news = anyio.Event()
        self._newest = -1
        self._stopped = False

    def enter(self, caller: Caller) -> Callable[[], None]:
        """Take a place among the streams; what is returned gives it back.

        Raises `TooManyStreams` when the owner has no more.
        """
        if self._open[caller.owner] >= MOST:
            raise TooManyStreams(
                f"{MOST} streams are open already, which is all that one may have: close one."
            )
        self._open[caller.owner] += 1
        self._somebody.set()

        def leave() -> None:
            self._open[caller.owner] -= 1
            self._open += Counter()  # whoever has none is forgotten
            if not self._open:
                self._somebody = anyio.Event()

        return leave

    async def newest_of(self, caller: Caller) -> int:
        """The number of the last alert that the caller's watches were told; 0 = none."""
        return await self._work.brief(partial(self._read_newest_of, caller.owner))

    async def pages(self, caller: Caller, after: int) -> AsyncIterator[tuple[Alert, ...]]:
        """What the caller's watches are told after that number, as it comes; an empty page shows
        that the stream lives. Ends rather than raises: it is resumed."""
        ends_at = anyio.current_time() + LONGEST_S
        beat_at = anyio.current_time() + self._beat_s
        try:
            while not self._stopped and anyio.current_time() < ends_at:
                if not await self._holds(caller):
                    return
                news = self._news  # before the look: what comes after it wakes us
                page = await self._work(partial(self._read, caller.owner, after))
                if page:
                    after = page[-1].id
                    yield page
                elif anyio.current_time() < beat_at:
                    with anyio.move_on_after(beat_at - anyio.current_time()):
                        await news.wait()
                    continue
                else:
                    yield ()
                beat_at = anyio.current_time() + self._beat_s
        except TailcheckError as error:
            log.error("a stream ended: %s", type(error).__name__)

    async def look(self) -> None:
        """Look for news as long as somebody listens; never returns."""
        while True:
            await self._somebody.wait()
            try:
                found = await self._work.brief(self._read_newest)
            except TailcheckError as error:
                log.error("no look at alerts: %s", type(error).__name__)
            else:
                if found != self._newest:
                    self._newest = found
                    self._wake()
            await anyio.sleep(self._look_s)

    def stop(self) -> None:
        """End every stream, and let none begin."""
        self._stopped = True
        self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, anyio.Event()
        news.set()

    def _read(self, owner: str, after: int) -> tuple[Alert, ...]:
        with reading(self._desk.engine) as conn:
            return alerts_after(conn, self._desk.sealer, owner, after, limit=PAGE)

    def _read_newest(self) -> int:
        with reading(self._desk.engine) as conn:
            return newest(conn)

    def _read_newest_of(self, owner: str) -> int:
        with reading(self._desk.engine) as conn:
            return newest_of(conn, owner)


class Stream(StreamingResponse):
    """A reply that gives its place back, however it ends."""

    def __init__(self, content: AsyncIterator[bytes], leave: Callable[[], None], **said: Any):
        super().__init__(content, headers={"x-accel-buffering": "no"}, **said)
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it until it ends or nobody listens any more."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()
