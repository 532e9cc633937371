"""Connections to checked addresses only.

A host's name is resolved once for a connection; every address of the answer is checked; one of
those is dialled, and never the name. So a name that answers differently the next moment (DNS
rebinding) gains nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

import anyio
import httpcore

from service.notify.addresses import Address, read_address
from service.notify.policy import Policy

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host name for a port, as text. Raises OSError when none are to be had."""
Dialler = Callable[[Address, int, float | None], Awaitable[httpcore.AsyncNetworkStream]]
"""Connects to an address and a port within a time in seconds. Raises httpcore's errors."""

_MOST_DIALLED: Final = 4
"""Addresses of one host that are tried; a name may have any number."""


class Refused(Exception):
    """A name's answer is not to be dialled; `str()` says why."""


class Checked(httpcore.AsyncNetworkBackend):
    """Resolves, checks, and dials what was checked."""

    def __init__(self, policy: Policy, resolver: Resolver, dialler: Dialler) -> None:
        self._policy = policy
        self._resolver = resolver
        self._dialler = dialler

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Connected to one of the host's addresses, each of which may be dialled."""
        last: Exception = httpcore.ConnectError()
        with anyio.move_on_after(timeout) as within:
            for address in await self._addresses(host, port):
                try:
                    return await self._dialler(address, port, timeout)
                except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                    last = error
        if within.cancelled_caught:
            raise httpcore.ConnectTimeout
        raise last

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise Refused("Nothing is sent to a socket of this machine.")

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await anyio.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> Sequence[Address]:
        literal = read_address(host)
        if literal is not None:
            return self._all_checked((literal,), named=False)
        try:
            answer = await self._resolver(host, port)
        except (OSError, UnicodeError):
            raise Refused("The receiver's name cannot be resolved.") from None
        addresses = [read_address(text) for text in dict.fromkeys(answer)]
        return self._all_checked(addresses, named=self._policy.allows_host(host))

    def _all_checked(
        self, addresses: Sequence[Address | None], *, named: bool
    ) -> Sequence[Address]:
        if not addresses:
            raise Refused("The receiver's name has no address.")
        checked = [a for a in addresses if a is not None and self._policy.permits(a, named=named)]
        if len(checked) < len(addresses):
            raise Refused(
                "The receiver's name leads to an address that is not of a public machine, so"
                " nothing was sent. If it is meant, whoever runs this service must allow it by"
                " TAILCHECK_SEND_TO."
            )
        return checked[:_MOST_DIALLED]


async def resolve(host: str, port: int) -> Sequence[str]:
    """By the system's resolver."""
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(where[0]) for *_, where in found]


async def dial(
    address: Address,
    port: int,
    timeout: float | None,
) -> httpcore.AsyncNetworkStream:
    """By TCP."""
    return await httpcore.AnyIOBackend().connect_tcp(str(address), port, timeout=timeout)
