"""HTTP POSTs that go where the policy lets them, and nowhere else.

Connections are made by `dialling.Checked`; TLS and `Host` keep the name that was asked for. No
redirect is followed, and nothing is taken from the environment but the trusted certificates
(SSL_CERT_FILE), as for sources.
"""

from __future__ import annotations

import logging
import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

import anyio
import httpcore
import httpx

from service.errors import BadInput
from service.notify.channels import DeliveryError
from service.notify.dialling import Checked, Dialler, Refused, Resolver, dial, resolve
from service.notify.policy import Destination, Policy, read_url

_MOST_KEPT: Final = 8
"""Idle connections to one receiver."""
_MOST_LINES: Final = 200
"""Receivers to which idle connections are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a receiver may take, in seconds, and how much it may say."""

    connect_s: float = 10.0
    read_s: float = 15.0
    """For each piece of the answer."""
    whole_s: float = 20.0
    """From the resolution to the answer's headers."""
    drain_s: float = 1.0
    """For the body, which nobody reads: a connection is kept only if it ends in time."""
    drain_bytes: int = 16_384
    kept_s: float = 30.0
    """How long an idle connection is kept for the next message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the receiver said."""

    status: int
    retry_after: str = ""
    """The header, as it came."""


class Outgoing:
    """Sends POSTs; made and used in one event loop."""

    def __init__(
        self,
        policy: Policy,
        *,
        resolver: Resolver | None = None,
        dialler: Dialler | None = None,
        tls: ssl.SSLContext | None = None,
        limits: Limits = Limits(),
    ) -> None:
        """`resolver`, `dialler` and `tls` are of the system unless given."""
        logging.getLogger("httpcore").setLevel(logging.WARNING)  # it would name the host
        self._policy = policy
        self._limits = limits
        self._tls = tls or httpx.create_ssl_context()
        self._network = Checked(policy, resolver or resolve, dialler or dial)
        self._lines: OrderedDict[_Origin, _Line] = OrderedDict()  # longest unused first

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The receiver's answer, whatever its status.

        Raises:
            DeliveryError: it may not be sent there, or no answer came in time; without the
                address.
        """
        try:
            there = read_url(url)
        except BadInput as error:
            raise DeliveryError(str(error), permanent=True) from None
        try:
            self._policy.check(there)
        except BadInput as error:  # what is allowed may change
            raise DeliveryError(str(error)) from None
        try:
            with anyio.fail_after(self._limits.whole_s) as whole:
                return await self._exchange(there, headers, body, whole)
        except TimeoutError:
            raise DeliveryError("The receiver did not answer in time.") from None
        except Refused as refused:
            raise DeliveryError(str(refused)) from None
        except (httpcore.ConnectTimeout, httpcore.PoolTimeout):
            raise DeliveryError("The receiver could not be reached in time.") from None
        except httpcore.ConnectError as error:
            raise DeliveryError(_why_unreachable(error)) from None
        except httpcore.TimeoutException:
            raise DeliveryError("The receiver did not answer in time.") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError, ssl.SSLError):
            raise DeliveryError("The receiver broke off, or answered in no HTTP.") from None

    async def aclose(self) -> None:
        """Close what is kept open."""
        while self._lines:
            _, line = self._lines.popitem()
            await line.pool.aclose()

    @asynccontextmanager
    async def _line_to(self, there: Destination) -> AsyncIterator[httpcore.AsyncConnectionPool]:
        """The connections to one receiver. A pool for all of them would look at every connection
        for every request."""
        origin = (there.secure, there.host, there.port)
        line = self._lines.get(origin)
        if line is None:
            line = self._lines[origin] = _Line(
                httpcore.AsyncConnectionPool(
                    ssl_context=self._tls,
                    max_connections=None,  # whoever sends bounds what is under way
                    max_keepalive_connections=_MOST_KEPT,
                    keepalive_expiry=self._limits.kept_s,
                    network_backend=self._network,
                )
            )
        line.busy += 1
        try:
            yield line.pool
        finally:
            line.busy -= 1
            line.used_at = anyio.current_time()
            if origin in self._lines:
                self._lines.move_to_end(origin)
            with anyio.CancelScope(shield=True):
                await self._close_unused()

    async def _close_unused(self) -> None:
        long_ago = anyio.current_time() - self._limits.kept_s
        for origin, line in list(self._lines.items()):
            if line.busy:
                continue
            if line.used_at > long_ago and len(self._lines) <= _MOST_LINES:
                return  # and so are all that were used later
            del self._lines[origin]
            await line.pool.aclose()

    async def _exchange(
        self,
        there: Destination,
        headers: Mapping[str, str],
        body: bytes,
        whole: anyio.CancelScope,
    ) -> Reply:
        limits = self._limits
        async with (
            self._line_to(there) as pool,
            pool.stream(
                "POST",
                httpcore.URL(
                    scheme=b"https" if there.secure else b"http",
                    host=there.host.encode("ascii"),
                    port=there.port,
                    target=there.target.encode("ascii"),
                ),
                headers=_headers(there, headers, body),
                content=body,
                extensions={
                    "timeout": {
                        "connect": limits.connect_s,
                        "read": limits.read_s,
                        "write": limits.read_s,
                        "pool": limits.connect_s,
                    }
                },
            ) as response,
        ):
            whole.deadline = float("inf")  # it has answered: what follows has its own limit
            await self._drain(response)
            return Reply(status=response.status, retry_after=_retry_after(response.headers))

    async def _drain(self, response: httpcore.Response) -> None:
        """Read the body to its end if that is near, so that the connection can be used again;
        else it is closed. Whatever happens here changes nothing of the answer."""
        had = 0
        with suppress(httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
            with anyio.move_on_after(self._limits.drain_s):
                async for part in response.aiter_stream():
                    had += len(part)
                    if had > self._limits.drain_bytes:
                        return


_Origin = tuple[bool, str, int]


@dataclass(slots=True)
class _Line:
    """The connections to one receiver."""

    pool: httpcore.AsyncConnectionPool
    busy: int = 0
    """Requests under way."""
    used_at: float = 0.0
    """By the loop's clock."""


def _headers(
    there: Destination, headers: Mapping[str, str], body: bytes
) -> list[tuple[bytes, bytes]]:
    all_of_them = {
        "Host": there.host_header,
        "Accept": "*/*",
        "Content-Length": str(len(body)),
        **headers,
    }
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in all_of_them.items()]


def _retry_after(headers: Iterable[tuple[bytes, bytes]]) -> str:
    for name, value in headers:
        if name.lower() == b"retry-after":
            return value.decode("ascii", "replace")
    return ""


def _why_unreachable(error: httpcore.ConnectError) -> str:
    """A sentence; the certificate is told apart, because waiting does not mend it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "The receiver's certificate is not valid for its name, or not to be trusted."
        if isinstance(cause, ssl.SSLError):
            return "No encrypted connection to the receiver could be made."
        cause = cause.__cause__ or cause.__context__
    return "The receiver could not be reached."
