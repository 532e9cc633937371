"""Chats and mail, through apprise: ``apprise:`` and the URL as apprise writes it, such as
``apprise:tgram://…``. (``apprise://tgram://…`` is read too, and stored the first way.)

Offered are services at addresses of their own. A URL that names a host (mail, ntfy, Matrix,
Mattermost, Signal on a server of one's own) needs that host in `TAILCHECK_SEND_TO`; what would
reach this very machine is never offered. What apprise then does goes on inside a `Fence`.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import anyio

from service.errors import BadInput
from service.notify.addresses import Address, read_address
from service.notify.channels import DeliveryError, Message
from service.notify.fence import Fence, fenced
from service.notify.message import text
from service.notify.policy import LONGEST_URL, Policy
from service.notify.services import Place, Service, services

PREFIX: Final = "apprise:"
LIMIT_S: Final = 30.0
"""For one message. A thread that takes longer is left alone: its sockets end by themselves."""
_SOCKET_S: Final = 10.0
_AT_ONCE: Final = 8

_URL: Final = re.compile(r"apprise:(?://)?(([a-z0-9]{1,32})://[^\s\\]*)", re.IGNORECASE)
_NAMED: Final = re.compile(r"(?:[a-z]+://)?(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A URL that may be sent to."""

    service: Service
    fields: Mapping[str, Any]
    """As the plugin reads the URL."""
    hosts: tuple[str, ...]
    """Those it names, each allowed."""


class ChatChannel:
    """Sends messages for people to read."""

    def __init__(self, policy: Policy, *, limit_s: float = LIMIT_S) -> None:
        self._policy = policy
        self._limit_s = limit_s
        self._threads: anyio.CapacityLimiter | None = None

    async def send(self, message: Message) -> None:
        """Hand it to the service.

        Raises:
            DeliveryError: the service did not take it, or may not be sent to.
        """
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(_AT_ONCE)
        title, body = text(message)
        try:
            with anyio.fail_after(self._limit_s):
                await anyio.to_thread.run_sync(
                    _send,
                    *(message.receiver.url, self._policy, title, body),
                    limiter=self._threads,
                    abandon_on_cancel=True,
                )
        except TimeoutError:
            raise DeliveryError("The service did not answer in time.") from None

    async def aclose(self) -> None:
        """Nothing is kept open."""


def canonical(url: str) -> str:
    """The URL as it is stored: ``apprise:`` and what apprise reads.

    Raises:
        BadInput: it is no such URL.
    """
    return PREFIX + _split(url)[0]


def target_of(url: str, policy: Policy) -> Target:
    """What the URL leads to, if it may be sent to. Nothing is resolved, opened or sent.

    Raises:
        BadInput: it may not, or cannot be read; with the sentence why, without the URL.
    """
    bare, schema = _split(url)
    service = services().get(schema)
    if service is None:
        raise BadInput("apprise knows no service by the word before ://, or only as a web address.")
    if service.place is Place.HERE:
        raise BadInput(f"{service.name} is on this very machine: nothing is sent there.")
    if not service.is_ready:
        raise BadInput(f"{service.name} needs software that is not installed here.")
    fields = _read(bare)
    if fields is None:
        raise BadInput(f"This is no URL for {service.name} as apprise writes it.")
    hosts = tuple(dict.fromkeys(_hosts_in(service, fields)))
    if service.place is Place.NAMED and not hosts:  # read as a key, so we look ourselves
        hosts = tuple(_looks_like_host(bare))
    if service.needs_host and not hosts:
        raise BadInput(f"The URL for {service.name} must name a host.")
    if not all(policy.allows_host(host) for host in hosts):
        raise BadInput(
            f"This URL for {service.name} names a host of its own. Whoever runs this service must"
            " allow that host by TAILCHECK_SEND_TO."
        )
    return Target(service=service, fields=fields, hosts=hosts)


def check(url: str, policy: Policy) -> None:
    """That the URL may be sent to and the plugin takes it. Nothing is sent.

    Raises:
        BadInput: it may not, or does not.
    """
    target = target_of(url, policy)
    try:
        with fenced(Fence(lambda _: False)):
            _plugin(target)
    except _Unusable:
        raise BadInput(
            f"{target.service.name} cannot use this URL: something in it is missing or malformed."
        ) from None


class _Unusable(Exception):
    """The plugin does not take what the URL says."""


def _send(url: str, policy: Policy, title: str, body: str) -> None:
    """In a thread of its own."""
    try:
        target = target_of(url, policy)
    except BadInput as error:
        raise DeliveryError(str(error)) from None  # what is allowed may change
    allowed = _resolved(target.hosts)
    fence = Fence(lambda address: policy.permits(address, named=address in allowed))
    try:
        with fenced(fence):
            from apprise import NotifyFormat  # noqa: PLC0415

            is_sent = _plugin(target).notify(body=body, title=title, body_format=NotifyFormat.TEXT)
    except _Unusable:
        raise DeliveryError("The service cannot use the receiver's URL.", permanent=True) from None
    except Exception:  # some two hundred plugins; what they say may hold the URL
        is_sent = False
    if is_sent:
        return
    if fence.refused:
        raise DeliveryError(f"The service's URL leads astray. {fence.refused}") from None
    raise DeliveryError("The service did not take the message, or could not be reached.") from None


def _plugin(target: Target) -> Any:
    """The one plugin that is needed, told to be careful."""
    from apprise import Apprise, AppriseAsset  # noqa: PLC0415

    asset = AppriseAsset(
        app_id="Tailcheck",
        app_desc="Tailcheck",
        app_url="",
        async_mode=False,
        pgp_autogen=False,
        pem_autogen=False,
    )
    try:
        plugin = Apprise.instantiate(dict(target.fields), asset=asset, suppress_exceptions=False)
    except Exception:  # as above
        raise _Unusable from None
    if plugin is None:
        raise _Unusable
    plugin.redirects = False
    plugin.socket_connect_timeout = plugin.socket_read_timeout = _SOCKET_S
    if not target.hosts:
        plugin.verify_certificate = True
    return plugin


def _split(url: str) -> tuple[str, str]:
    """What apprise reads, and the word by which it knows the service."""
    parts = _URL.fullmatch(url)
    if parts is None or len(url) > LONGEST_URL:
        raise BadInput(
            "Write apprise: and the URL as apprise writes it, such as apprise:tgram://…; see"
            " https://github.com/caronc/apprise/wiki for each service."
        )
    return parts[1], parts[2].lower()


def _read(bare: str) -> Mapping[str, Any] | None:
    from apprise.plugins import url_to_dict  # noqa: PLC0415

    try:
        fields = url_to_dict(bare)  # type: ignore[no-untyped-call]
    except Exception:  # as above
        return None
    return fields if isinstance(fields, dict) else None


def _hosts_in(service: Service, fields: Mapping[str, Any]) -> Iterator[str]:
    """All hosts that the URL names, in lower case."""
    said = [fields.get(key) for key in service.host_tokens]
    given = {str(key).lower(): value for key, value in (fields.get("qsd") or {}).items()}
    said += [given.get(key.lower()) for key in service.host_args]
    for value in said:
        for one in value if isinstance(value, list | tuple | set) else str(value or "").split(","):
            name = _NAMED.match(str(one).strip())
            if name is not None:
                yield name[1].strip("[]").lower()


def _looks_like_host(bare: str) -> Iterator[str]:
    """What stands where a URL has its host, if it is written like one, with a dot or colons."""
    name = _NAMED.match(bare)
    if name is not None and ("." in name[1] or ":" in name[1]):
        yield name[1].strip("[]").lower()


def _resolved(hosts: tuple[str, ...]) -> frozenset[Address]:
    """What the allowed hosts are at this moment: whatever they are a moment later, nothing else
    that is not public is dialled."""
    found: set[Address | None] = set()
    for host in hosts:
        try:
            answer = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise DeliveryError("The receiver's name cannot be resolved.") from None
        found |= {read_address(str(where[0])) for *_, where in answer}
    return frozenset(address for address in found if address is not None)
