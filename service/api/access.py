"""Who asks, and what they may do.

As long as no key was ever made, whoever reaches a server on this machine is its user and may do
everything. From the first key on, every request needs one, because a proxy in front makes every
client look like this machine. It stays so when that key runs out or is revoked: a door must not
open by the mere passing of time.

A key is ``tck_<id>_<secret>``, 256 random bits, of which only a hash is stored. A route says which
scope it needs (`needs`); what is another owner's is answered as if it were not there.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import anyio
from fastapi import Depends, Request
from fastapi.params import Depends as Dependency
from starlette.responses import Response
from starlette.types import Scope as Asked

from schemas.access import SCOPES, ApiKey, Scope
from schemas.watching import LOCAL
from service.api.limits import WRONG_KEYS_PER_MINUTE, Limit, is_loopback, one_address
from service.api.problems import Forbidden, Unauthorised, problem
from service.clock import Clock
from service.errors import TailcheckError

Door = Literal["loopback", "closed", "open"]
"""Who is let in without a key. ``loopback``: anybody, until the first key was made. ``closed``:
nobody. ``open``: anybody, unless there is a key that is not revoked; for a server behind a proxy
that lets the right people in."""

HEALTH: Final = frozenset({"/healthz", "/readyz"})
"""Whoever looks after the service asks these: no key, no limit."""
OPEN: Final = frozenset({"/", "/docs", "/openapi.json"})
"""What holds no data."""
OPEN_PREFIX: Final = "/v1/feeds/"
"""Whose addresses carry a token of their own."""

FRESH_S: Final = 1.0
"""How old what is known of keys may be: a key that is revoked opens nothing a second later."""

_CALLER: Final = "tailcheck.caller"
_KEY: Final = re.compile(rb"(?i:bearer) +tck_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
_NOBODY: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who is let in."""

    owner: str
    scopes: frozenset[Scope]
    key_id: str = ""
    """Empty for whoever needs no key."""

    def may(self, scope: Scope) -> bool:
        """Whether that is allowed to them."""
        return scope in self.scopes


USER: Final = Caller(LOCAL, frozenset(SCOPES))
"""Whoever is let in without a key."""
AS_USER: Final[Asked] = {_CALLER: USER}
"""In the scope of what this process asks of itself: for whoever started it."""


def new_secret() -> tuple[str, str]:
    """The id and the secret of a new key."""
    return secrets.token_hex(4), secrets.token_urlsafe(32)


def spelled(key_id: str, secret: str) -> str:
    """The key as its owner keeps it."""
    return f"tck_{key_id}_{secret}"


def hash_of(secret: str | bytes) -> bytes:
    """What is stored of it."""
    return hashlib.sha256(secret.encode() if isinstance(secret, str) else secret).digest()


@dataclass(frozen=True, slots=True)
class Keys:
    """Every key there ever was, by id, as it stood a moment ago."""

    by_id: Mapping[str, ApiKey]
    any_unrevoked: bool

    @classmethod
    def of(cls, keys: Iterable[ApiKey]) -> Keys:
        """These keys."""
        by_id = {key.id: key for key in keys}
        return cls(by_id, any(key.revoked_at is None for key in by_id.values()))

    def opened_by(self, header: bytes, now: datetime) -> Caller | None:
        """Whose key stands in an ``Authorization`` header; None = it opens nothing."""
        found = _KEY.fullmatch(header)
        if found is None:
            return None
        key = self.by_id.get(found[1].decode("ascii"))
        proves = hmac.compare_digest(hash_of(found[2]), key.secret_hash if key else _NOBODY)
        if key is None or not proves or not key.is_valid(now):
            return None
        return Caller(key.owner, key.scopes, key.id)

    def lets_in(self, door: Door) -> bool:
        """Whether one needs no key."""
        if door == "loopback":
            return not self.by_id
        return door == "open" and not self.any_unrevoked


class KeyRing:
    """The keys in the database, read at most once a second, however much is asked."""

    def __init__(
        self,
        read: Callable[[], Awaitable[Sequence[ApiKey]]],
        seconds: Callable[[], float],
    ) -> None:
        """As `Gate` is given them."""
        self._read = read
        self._seconds = seconds
        self._keys: Keys | None = None
        self._read_at = 0.0
        self._failure: TailcheckError | None = None
        self._failed_at = 0.0
        self._one_reads = anyio.Lock()

    async def keys(self) -> Keys:
        """As they stood at most `FRESH_S` ago. Raises `StorageError` rather than tell older."""
        waits_since = self._seconds()
        async with self._one_reads:
            if (keys := self.fresh()) is not None:
                return keys
            if self._failure is not None and self._failed_at > waits_since:
                raise self._failure  # who stood in line need not wait for the same once more
            began = self._seconds()
            try:
                self._keys = Keys.of(await self._read())
            except TailcheckError as error:
                self._failure, self._failed_at = error, self._seconds()
                raise
            self._read_at, self._failure = began, None
            return self._keys

    def fresh(self) -> Keys | None:
        """What is known without reading; None = it is too old."""
        return self._keys if self._seconds() - self._read_at < FRESH_S else None


class Gate:
    """Says of every request whose it is, or why it is refused."""

    def __init__(
        self,
        read: Callable[[], Awaitable[Sequence[ApiKey]]],
        clock: Clock,
        *,
        door: Door = "loopback",
        rate_per_minute: int = 0,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """`read` gives every key there ever was; `rate_per_minute` is for each key, and for each
        address that has none, 0 = no limit; `seconds` is a clock that never goes back."""
        self._ring = KeyRing(read, seconds)
        self._clock = clock
        self._door = door
        self._of_key = Limit(rate_per_minute, seconds) if rate_per_minute else None
        self._of_address = Limit(rate_per_minute, seconds) if rate_per_minute else None
        self._wrong = Limit(WRONG_KEYS_PER_MINUTE, seconds)

    async def refused(self, asked: Asked) -> Response | None:
        """The refusal; None = go ahead, and `caller_of` tells whose request it is."""
        path: str = asked["path"]
        if path in HEALTH or _CALLER in asked:  # no request from outside brings its caller along
            return None
        if path in OPEN or path.startswith(OPEN_PREFIX):
            return self._too_many_from(asked)
        keys = self._ring.fresh() or await self._ring.keys()
        if keys.lets_in(self._door):
            asked[_CALLER] = USER
            return None if is_loopback(_host(asked)) else self._too_many_from(asked)
        given = [value for name, value in asked["headers"] if name == b"authorization"]
        if not given:
            return self._too_many_from(asked) or problem("unauthorised", _no_key(keys))
        caller = keys.opened_by(given[0], self._clock()) if len(given) == 1 else None
        if caller is None:
            return self._wrong_key(asked)
        asked[_CALLER] = caller
        return _too_many(self._of_key, caller.key_id)

    async def holds(self, caller: Caller) -> bool:
        """Whether they would be let in now as they were: for an answer that goes on for long."""
        keys = self._ring.fresh() or await self._ring.keys()
        if not caller.key_id:
            return keys.lets_in(self._door)
        key = keys.by_id.get(caller.key_id)
        return key is not None and key.is_valid(self._clock())

    def _too_many_from(self, asked: Asked) -> Response | None:
        return _too_many(self._of_address, one_address(_host(asked)))

    def _wrong_key(self, asked: Asked) -> Response:
        return _too_many(self._wrong, one_address(_host(asked))) or problem(
            "unauthorised",
            "That key opens nothing: it is mistyped, has run out or was revoked.",
            headers={"www-authenticate": 'Bearer realm="tailcheck", error="invalid_token"'},
        )


def caller_of(request: Request) -> Caller:
    """Whose request it is. Raises `Unauthorised` where the gate asked for no key."""
    caller: Caller | None = request.scope.get(_CALLER)
    if caller is None:
        raise Unauthorised(NO_KEY)
    return caller


@dataclass(frozen=True, slots=True)
class _Needs:
    """A dependency that raises `Forbidden` unless the caller has the scope."""

    scope: Scope

    async def __call__(self, request: Request) -> None:
        must(request, (self.scope,))


def needs(scope: Scope) -> Any:
    """For ``dependencies=[…]`` of a router or a route: only who has the scope may ask there."""
    return Depends(_Needs(scope))


def needed(dependencies: Iterable[Dependency]) -> tuple[Scope, ...]:
    """The scopes that a route's dependencies ask for."""
    return tuple(
        part.dependency.scope for part in dependencies if isinstance(part.dependency, _Needs)
    )


def must(request: Request, scopes: Sequence[Scope]) -> None:
    """Raises `Forbidden` unless the caller has all of them."""
    if not scopes:
        return
    caller = caller_of(request)
    for scope in scopes:
        if scope not in caller.scopes:
            raise Forbidden(
                f"This key lacks the scope `{scope}`. Whoever runs this service makes one that has"
                f" it: `tailcheck keys create --scopes {scope}`."
            )


async def _caller(request: Request) -> Caller:
    return caller_of(request)


CallerDep = Annotated[Caller, Depends(_caller)]

NO_KEY: Final = "An access key is needed, in the header `Authorization: Bearer tck_…`."


def _no_key(keys: Keys) -> str:
    if keys.by_id:
        return NO_KEY
    return f"{NO_KEY} There is none yet: whoever runs this makes one, `tailcheck keys create`."


def _too_many(limit: Limit | None, who: str) -> Response | None:
    wait_s = limit.wait_s(who) if limit is not None else 0.0
    if not wait_s:
        return None
    seconds = int(wait_s) + 1
    return problem(
        "rate-limited",
        f"Too many requests within a minute. Try again in {seconds} seconds.",
        headers={"retry-after": str(seconds)},
    )


def _host(asked: Asked) -> str:
    client = asked.get("client")
    return client[0] if client else ""
