"""What the OpenSky interfaces share: terms, tokens, windows, and what an empty 404 means.

Client credentials are exchanged for a token of 30 minutes (OAuth2). The exchange is a request
like any other, save that its reply is never archived and may be reused for 25 minutes.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec

from adapters._bytes import expanded
from adapters._contract import Asking, Page, UnreadablePage, ask
from adapters._json import read_json
from schemas.sources import Terms

URL = "https://opensky-network.org/api"
TOKEN_URL = (
    "https://auth.opensky-network.org/auth/realms/opensky-network/protocol/openid-connect/token"  # noqa: S105  (no password)
)
SECRETS = ("opensky_client_id", "opensky_client_secret")
TERMS = Terms(
    licence="OpenSky Network terms of use: research and non-commercial use",
    attribution="The OpenSky Network (https://opensky-network.org)",
    personal_only=True,
    may_redistribute=False,
    needs_agreement=True,
    note="Use in a live service needs a written agreement with the OpenSky Network.",
)
CAP_BYTES = 64 * 1024 * 1024
"""Expanded. All aircraft of the world at once are about 2 MB."""
LONGEST_WINDOW = timedelta(days=2)
"""More may not be asked for at once."""

_TOKEN_REUSE_S = 1_500
_TOKEN = re.compile(r"[!-~]{1,8192}", re.ASCII)

Asked = Generator[httpx.Request, Page, Page | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to ask: with a token, and where that comes from."""

    token_url: str = TOKEN_URL

    def get(self, url: str, secrets: Mapping[str, str]) -> Asked:
        """Ask with a token, once more with a new one where it has run out.

        Returns the reply, None when no token was given.
        """
        page = None
        for reuse_s in (_TOKEN_REUSE_S, 0):
            token = _token((yield self._token_request(secrets, reuse_s)))
            if token is None:
                return None
            headers = {"Authorization": f"Bearer {token}"}
            page = yield ask(url, headers=headers)
            if page.capture.status != httpx.codes.UNAUTHORIZED:
                break
        return page

    def _token_request(self, secrets: Mapping[str, str], reuse_s: int) -> httpx.Request:
        client_id, client_secret = (secrets[name].strip() for name in SECRETS)
        return ask(
            self.token_url,
            method="POST",
            data={
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": client_secret,
            },
            handling=Asking(cap_bytes=64 * 1024, archive=False, reuse_s=reuse_s),
        )


ACCESS = Access()


def has_secrets(secrets: Mapping[str, str]) -> bool:
    """Without both of them, nothing can be asked."""
    return all(secrets.get(name, "").strip() for name in SECRETS)


def _token(page: Page) -> str | None:
    if page.capture.status != httpx.codes.OK:
        return None
    try:
        reply = read_json(page.content, cap_bytes=64 * 1024)
    except UnreadablePage:
        return None
    token = reply.get("access_token") if isinstance(reply, dict) else None
    return token if isinstance(token, str) and _TOKEN.fullmatch(token) else None


def says_nothing(page: Page) -> bool:
    """404 with an empty body, compressed or not, is how OpenSky says that there is none."""
    if page.capture.status != httpx.codes.NOT_FOUND:
        return False
    try:
        return not expanded(page.content, 1024).strip()
    except UnreadablePage:
        return False


def windows(t_from: datetime, t_to: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Windows to ask for, so that every flight of up to a day that touches [t_from, t_to) lies
    wholly inside one of them: OpenSky gives no others."""
    start = t_from - timedelta(days=1)
    while start < t_to:
        yield start, start + LONGEST_WINDOW
        start += timedelta(days=1)


_WHERE = re.compile(r"\$(?:\.(\w+)|\[(\d+)\])")


class Odd(ValueError):
    """A row that is not believed; `str()` is why."""


def converted(raw: Any, kind: Any, names: Sequence[str] = ()) -> Any:
    """`raw` as the type says. Raises `Odd`; `names` are those of a row's columns."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise Odd(_why(str(error), names)) from error


def _why(message: str, names: Sequence[str]) -> str:
    missing = re.search(r"missing required field `(\w+)`", message)
    if missing:
        return f"without {missing[1]}"
    where = _WHERE.search(message)
    if where is None:
        return "row of the wrong shape"
    name = where[1] or names[int(where[2])]
    return f"{name} {'out of range' if re.search('[<>]', message) else 'of the wrong type'}"
