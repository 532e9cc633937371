"""Where a redirect may lead, and what a request must not give away on the road."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

import httpx

from schemas.sources import Source

LONGEST: Final = 5
"""Redirects after one another."""

FILE_KINDS: Final = frozenset(("registry", "reference", "reports"))
"""Of the sources that hand out files: these often lie with another host (GitHub, Zenodo)."""

_MOVED: Final = frozenset((301, 302, 303, 307, 308))
_PORTS: Final = {"http": 80, "https": 443}
_PLAIN: Final = frozenset(
    (
        *("accept", "accept-encoding", "connection", "content-length", "content-type", "host"),
        *("if-modified-since", "if-none-match", "transfer-encoding", "user-agent"),
    )
)
"""Headers that hold no secret; whatever else an adapter sends may be one."""
_SHORTEST: Final = 6
"""A shorter value is found in any text, and is no secret."""


def secrets_in(request: httpx.Request) -> tuple[str, ...]:
    """The values in a request that may be secrets: headers of the adapter's own, a form, and a
    name and password in the URL."""
    values = [value for name, value in request.headers.items() if name.lower() not in _PLAIN]
    values += httpx.QueryParams(request.read().decode("utf-8", "replace")).values()
    values += [request.url.username, request.url.password]
    words = {word for value in values for word in value.split() if len(word) >= _SHORTEST}
    return tuple(sorted(words))


def carries_secret(request: httpx.Request) -> bool:
    """Whether anything in the request may be one, however short."""
    own = any(name.lower() not in _PLAIN for name in request.headers)
    return own or bool(request.read()) or bool(request.url.userinfo)


def plain_url(url: httpx.URL) -> str:
    """The URL as it may be stored: without a name, a password or a fragment."""
    return str(url.copy_with(username=None, password=None, fragment=None))


def next_hop(source: Source, request: httpx.Request, response: httpx.Response) -> httpx.URL | None:
    """Where the reply sends us, if we may go there; None = the reply is the answer.

    The same host is always allowed, and its https instead of http. Another host only by https, by
    name, from a source of files, for a request that carries no secret.
    """
    if response.status_code not in _MOVED or request.method not in {"GET", "HEAD"}:
        return None
    here = request.url
    try:
        there = here.join(response.headers.get("location", ""))
    except (httpx.InvalidURL, ValueError):
        return None
    if there == here or there.scheme not in _PORTS or there.userinfo:
        return None
    if there.host == here.host and _same_site(here, there):
        return there.copy_with(username=here.username or None, password=here.password or None)
    elsewhere = (
        source.kind in FILE_KINDS
        and there.scheme == "https"
        and _has_name(there.host)
        and not carries_secret(request)
    )
    return there if elsewhere else None


def _same_site(here: httpx.URL, there: httpx.URL) -> bool:
    ports = [url.port or _PORTS[url.scheme] for url in (here, there)]
    if here.scheme == there.scheme:
        return ports[0] == ports[1]
    return there.scheme == "https" and ports == [80, 443]


def _has_name(host: str) -> bool:
    """A public name; an address or a bare name may be a machine in our own network."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return bool(re.search(r"\.[a-z][a-z0-9-]+\.?$", host, re.IGNORECASE)) and (
            not host.rstrip(".").endswith((".localhost", ".local", ".internal"))
        )
    return False
