"""What stands between the network and the app: whom it answers, and what leaves with an answer.

- The `Host` must be an IP address, a loopback name or a name the operator gave. A web page that
  re-points its own name at this machine (DNS rebinding) would otherwise read answers.
- What another web site makes a browser ask is refused, links that people follow apart: from
  whether and how fast an answer comes, that site could learn who is being looked into.
- What changes anything is asked by a page of ours or by a program, never by another site, another
  port of this machine included.
- Whose request it is, and how often they may ask, says the gate (`access`); what they may send,
  `bodies`.
- Headers: nothing is kept by caches, nothing is told to the next site, nothing is sniffed,
  framed or loaded from elsewhere.
- HEAD is GET without the body.
- Whatever breaks becomes a problem and a log line that names no subject; it never reaches the
  server, whose own log would print what was asked.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api import bodies
from service.api.access import Gate
from service.api.problems import internal, log, problem, told
from service.errors import TailcheckError

LOOPBACK_NAMES: Final = frozenset({"localhost", "ip6-localhost"})

Header = tuple[bytes, bytes]

ALWAYS: Final[Sequence[Header]] = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
UNLESS_SET: Final[Sequence[Header]] = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


class Shield:
    """ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._names = LOOPBACK_NAMES | {name.lower().rstrip(".") for name in hosts}
        self._known: set[bytes] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; pass on what is none."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        reply = _Reply(send, with_body=scope["method"] != "HEAD")
        if not reply.with_body:
            scope = {**scope, "method": "GET", "head": True}
        try:
            await self._pass_on(scope, receive, reply.send)
        except Exception as error:
            answer = internal(scope, error)
            if reply.started:
                log.error("the reply broke off")
                raise BrokenReply from None
            await answer(scope, receive, reply.send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        changes = scope["method"] != "GET"
        refusal = self._refused(scope, changes=changes)
        if refusal is None and changes:
            refusal = bodies.refused(scope)
        if refusal is None:
            gate: Gate = scope["app"].state.gate
            try:
                refusal = await gate.refused(scope)
                if refusal is None and changes:
                    receive = await bodies.whole(receive, bodies.most_bytes(scope))
            except TailcheckError as error:
                refusal = told(scope, error)
            except bodies.NoBody as error:
                if error.refusal is None:
                    return
                refusal = error.refusal
        await (refusal or self._app)(scope, receive, send)

    def _refused(self, scope: Scope, *, changes: bool) -> Response | None:
        host: bytes | None = None
        site = mode = origin = b""
        for name, value in scope["headers"]:
            if name == b"host":
                if host is not None:
                    return problem("wrong-host", "The request names more than one host.")
                host = value
            elif name == b"sec-fetch-site":
                site = value
            elif name == b"sec-fetch-mode":
                mode = value
            elif name == b"origin":
                origin = value
        if host not in self._known and not self._is_ours(host):
            return problem(
                "wrong-host",
                "This service answers under its IP address, as localhost, or by a name that its"
                " operator set; the request names another host.",
            )
        if changes:
            another = site not in _OWN_SITES if site else not self._is_own(origin, host)
        else:
            another = site == b"cross-site" and mode != b"navigate"
        if another:
            return problem(
                "cross-site",
                "This service does not answer what another web site makes a browser ask.",
            )
        return None

    def _is_own(self, origin: bytes, host: bytes | None) -> bool:
        """Whether a page of that origin is one of ours; programs have none. A proxy may have put
        another host in place of the name that the operator gave."""
        if not origin:
            return True
        place = origin.rpartition(b"//")[2].lower()
        name = _without_port(place.decode("latin-1")).rstrip(".")
        return place == (host or b"").lower() or name in self._names - LOOPBACK_NAMES

    def _is_ours(self, host: bytes | None) -> bool:
        if host is None:
            return False
        name = _without_port(host.decode("latin-1").lower())
        if name.rstrip(".") in self._names or _is_address(name):
            if len(self._known) < _REMEMBERED:
                self._known.add(host)
            return True
        return False


class BrokenReply(Exception):
    """A reply ended halfway, and the connection must be cut so that nobody takes it as whole."""


class _Reply:
    """`send` with the headers added and, for HEAD, the body left out."""

    def __init__(self, send: Send, *, with_body: bool) -> None:
        self._send = send
        self.with_body = with_body
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = list(message.get("headers", ()))
            present = {name for name, _ in headers}
            headers.extend(ALWAYS)
            headers.extend(header for header in UNLESS_SET if header[0] not in present)
            message["headers"] = headers
        elif not self.with_body and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


_OWN_SITES: Final = frozenset({b"same-origin", b"none"})
_REMEMBERED: Final = 64
"""Spellings of our own host worth remembering; the check is quick enough for the rest."""


def _without_port(host: str) -> str:
    if host.startswith("["):
        address, bracket, _ = host[1:].partition("]")
        return address if bracket else host
    return host.partition(":")[0]


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
