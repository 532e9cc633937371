"""Sending a request to a source and keeping what comes back, byte for byte, before it is read.

The way of one request: a place in the pace → the request → bytes into the capture store as they
come (flushed) → the capture's row, committed → the `Page`. What a source answers with an error
status is a page like any other: the adapter judges it. No whole page is `NoReply`.

Nobody learns more than is asked: no cookies, no proxy and nothing else from the environment, and
a redirect leads to another host only where the request carries no secret.
"""

from __future__ import annotations

import logging
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from time import monotonic
from types import TracebackType
from typing import Final, Literal, Self

import httpx
import stamina

from adapters._contract import Page, asking
from schemas.sources import Source
from service.desk import Desk
from service.errors import BadInput, SourceFailed
from service.ingest.fetching.archive import Archive, is_kept, is_unchanged
from service.ingest.fetching.hops import LONGEST, next_hop
from service.ingest.fetching.memory import Memory
from service.ingest.fetching.pacing import NotNow, Pacer
from service.ingest.fetching.receiving import Broken, is_web_page
from service.ingest.fetching.skew import skew_of
from service.storage.file_versions import FileVersion

__all__ = ["Fetcher", "NoReply", "NotNow", "is_kept", "is_unchanged", "user_agent"]

TRIES: Final = 3
BACKOFF_S: Final = 1.0
LONGEST_BACKOFF_S: Final = 8.0

_HARMLESS: Final = frozenset(("GET", "HEAD"))
"""Asked twice, they do no more than asked once."""
_AWAY: Final = frozenset((502, 503, 504))
_CONTACT: Final = re.compile(r"[!-'*-~]{1,200}", re.ASCII)


class NoReply(SourceFailed):
    """No reply came, or none that was whole."""

    code = "no-reply"

    def __init__(
        self,
        source: Source,
        outcome: Literal["failed", "truncated"],
        why: str,
        *,
        again: bool = False,
    ) -> None:
        super().__init__(f"{source.title} gave no whole reply: {why}.")
        self.outcome: Literal["failed", "truncated"] = outcome
        """What the ledger says."""
        self.why = why
        self.again = again
        """Whether to ask once more at once may help."""


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A reply, and the headers that the pace learns from."""

    page: Page
    headers: Mapping[str, str]


class _Away(Exception):
    """The source answered that it is away for a moment: worth another try."""

    def __init__(self, arrived: _Arrived) -> None:
        super().__init__(f"status {arrived.page.capture.status}")
        self.arrived = arrived


class Fetcher:
    """Asks sources on behalf of everybody. Safe for several threads; `close` it, or use `with`."""

    def __init__(
        self,
        desk: Desk,
        pacer: Pacer,
        *,
        contact: str = "",
        timeout_s: float = 30.0,
        verify: bool | ssl.SSLContext = True,
        trust_env: bool = False,
        backoff_s: float = BACKOFF_S,
        elapsed: Callable[[], float] = monotonic,
    ) -> None:
        """`contact` is told to every source: a mail address or a URL.

        `timeout_s` is how long a source may be silent. `backoff_s` is waited before the second
        try, and twice that before the third, each longer by chance. `elapsed` counts seconds,
        whatever the clock on the wall does.

        Raises `BadInput` for a contact that cannot be sent.
        """
        self.clock = desk.clock
        self.pacer = pacer
        self._archive = Archive(desk, elapsed)
        self._user_agent = user_agent(contact)
        self._timeout_s = timeout_s
        self._backoff_s = backoff_s
        self._memory = Memory(elapsed)
        self._skews: dict[str, timedelta] = {}
        self._lock = threading.Lock()
        _keep_requests_out_of_logs()
        self._client = httpx.Client(
            verify=verify,
            trust_env=trust_env,
            timeout=timeout_s,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            follow_redirects=False,
        )

    def page(self, source: Source, request: httpx.Request) -> Page:
        """Ask, keep what comes, and hand it on: its bytes and its row are on the disk by then.

        A request that changes nothing is tried again, a few times and at the source's pace, where
        the line breaks or the source is away for a moment (502, 503, 504 without a time).

        Raises:
            NotNow: the source is closed, or its turn would come too late.
            NoReply: no reply came, or none that was whole.
            StorageError: the disk or the database failed.
        """
        remembered = self._memory.page(request)
        if remembered is not None:
            return remembered
        held = self._archive.held(source, request)
        try:
            arrived = self._tried(source, request, held)
        except NoReply:
            self.pacer.told(source, None, {})
            raise
        status, web_page = arrived.page.capture.status, is_web_page(arrived.page.content)
        self.pacer.told(source, status, arrived.headers, web_page=web_page)
        self._memory.keep(request, arrived.page)
        return arrived.page

    def skew(self, source: Source) -> timedelta:
        """How far our clock is ahead of the source's, as its last reply said; 0 = they agree."""
        with self._lock:
            return self._skews.get(source.key, timedelta())

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _tried(self, source: Source, request: httpx.Request, held: FileVersion | None) -> _Arrived:
        """What the last try gave. Each waits for its turn; there is none without a turn."""
        earlier: NoReply | _Away | None = None
        try:
            for attempt in stamina.retry_context(
                on=_worth_another_try,
                attempts=TRIES,
                timeout=None,
                wait_initial=self._backoff_s,
                wait_max=LONGEST_BACKOFF_S,
                wait_jitter=self._backoff_s,
            ):
                try:
                    # The exchange of a token is not one of the requests that are counted.
                    self.pacer.wait(source, cost=1 if asking(request).archive else 0)
                except NotNow as closed:
                    raise (earlier or closed) from None
                with attempt:
                    try:
                        return self._once(source, request, held)
                    except (NoReply, _Away) as error:
                        earlier = error
                        raise
        except _Away as away:
            return away.arrived
        raise AssertionError("unreachable")

    def _once(self, source: Source, request: httpx.Request, held: FileVersion | None) -> _Arrived:
        requested_at = self.clock()
        with self._sent(source, self._dressed(request, held)) as response:
            self._notice(source, response, requested_at)
            if held is not None and response.status_code == httpx.codes.NOT_MODIFIED:
                page = self._archive.unchanged(source, request, response, requested_at, held)
            else:
                try:
                    page = self._archive.keep(source, request, response, requested_at)
                except Broken as broken:
                    again = broken.again and request.method in _HARMLESS
                    raise NoReply(source, broken.outcome, broken.why, again=again) from broken
        arrived = _Arrived(page, dict(response.headers.items()))
        away = response.status_code in _AWAY and "retry-after" not in response.headers
        if away and request.method in _HARMLESS:
            raise _Away(arrived)
        return arrived

    def _dressed(self, request: httpx.Request, held: FileVersion | None) -> httpx.Request:
        """The request as it goes out; the adapter's own stays as it is."""
        headers = request.headers.copy()
        headers["User-Agent"] = self._user_agent
        headers["Accept-Encoding"] = "gzip"
        if held is not None:
            name = "If-None-Match" if held.etag else "If-Modified-Since"
            headers[name] = held.etag or held.last_modified
        return httpx.Request(request.method, request.url, headers=headers, content=request.read())

    @contextmanager
    def _sent(self, source: Source, request: httpx.Request) -> Iterator[httpx.Response]:
        """The reply at the end of all redirects that may be followed, its body still to come."""
        response = self._send(source, request)
        try:
            for _ in range(LONGEST):
                there = next_hop(source, request, response)
                if there is None:
                    break
                response.close()
                headers = request.headers.copy()
                del headers["Host"]
                request = httpx.Request(request.method, there, headers=headers)
                response = self._send(source, request)
            yield response
        finally:
            response.close()

    def _send(self, source: Source, request: httpx.Request) -> httpx.Response:
        try:
            return self._client.send(request, stream=True)
        except httpx.TimeoutException as error:
            why = f"no answer within {self._timeout_s:g} s"
            again = isinstance(error, httpx.ConnectTimeout)  # it has heard nothing of it yet
            raise NoReply(source, "failed", why, again=again) from error
        except httpx.UnsupportedProtocol as error:
            raise NoReply(
                source, "failed", f"its address is not one of the web: {error}"
            ) from error
        except httpx.LocalProtocolError:  # its words repeat the header, which may be a secret
            why = "the request cannot be sent: a secret or an address has signs that may not be"
            raise NoReply(source, "failed", why) from None
        except httpx.TransportError as error:
            why = str(error) or "the line broke before the answer"
            again = isinstance(error, httpx.ConnectError) or request.method in _HARMLESS
            raise NoReply(source, "failed", why, again=again) from error

    def _notice(self, source: Source, response: httpx.Response, requested_at: datetime) -> None:
        skew = skew_of(response.headers, requested_at, self.clock())
        if skew is not None:
            with self._lock:
                self._skews[source.key] = skew


def user_agent(contact: str) -> str:
    """How we introduce ourselves: ``tailcheck/1.2.3 (+mailto:me@example.org)``.

    Raises `BadInput` for a contact that no header can hold.
    """
    try:
        name = f"tailcheck/{version('tailcheck')}"
    except PackageNotFoundError:
        name = "tailcheck"
    contact = contact.strip()
    if not contact:
        return name
    if not _CONTACT.fullmatch(contact):
        raise BadInput(
            f"The contact {contact!r} cannot be sent to sources: use a mail address or a URL,"
            " in plain letters, without spaces or brackets."
        )
    return f"{name} (+{contact})"


def _worth_another_try(error: Exception) -> bool:
    return isinstance(error, _Away) or (isinstance(error, NoReply) and error.again)


def _keep_requests_out_of_logs() -> None:
    """httpx logs every URL, and whom we look for stands in it; httpcore logs every header, and
    secrets stand there; stamina logs that there will be another try, but not of what."""
    levels = {"httpx": logging.WARNING, "httpcore": logging.WARNING, "stamina": logging.ERROR}
    for name, level in levels.items():
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, level))
