"""The services that apprise knows, sorted by where they lead: to the service's own addresses, to a
host that the URL names, or to this very machine.

Sorted by what apprise says of each plugin (templates, tokens, arguments), so that a new version's
plugins are sorted too, and one that cannot be sorted is not offered.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, Final

_HOST_LIKE: Final = re.compile(r"\b(?:host ?name|host|server|relay)s?$", re.IGNORECASE)
"""The end of the label of what names a host."""
_NO_HOST: Final = frozenset(("vhost",))  # a part of one server (AMQP), nothing that is dialled
_TEXTS: Final = ("string", "list:string")
_BARE: Final = "{schema}://"
"""A URL that needs nothing, not even a key, reaches this machine's desktop, lights or log."""


class Place(Enum):
    """Where a service's messages go."""

    FIXED = "fixed"
    """Addresses of its own, which nobody can choose."""
    NAMED = "named"
    """A host that the URL names."""
    HERE = "here"
    """This machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One plugin of apprise."""

    name: str
    schemas: tuple[str, ...]
    """What its URLs begin with."""
    place: Place
    needs_host: bool
    """No URL of it goes without a host: without one there is no default address of its own."""
    host_tokens: tuple[str, ...]
    """Parts of a URL, by the names that the plugin reads them as, which may name a host."""
    host_args: tuple[str, ...]
    """Arguments after its question mark that may."""
    is_ready: bool
    """Everything it needs is installed."""


def place_of(templates: tuple[str, ...], tokens: Mapping[str, Any]) -> Place:
    """Where a plugin with such URLs leads. What a template needs comes before what an argument
    may change."""
    if _BARE in templates:
        return Place.HERE
    if any("{host}" in template for template in templates):
        return Place.NAMED
    return Place.NAMED if _host_keys(tokens) else Place.FIXED


@cache
def services() -> Mapping[str, Service]:
    """All of them, by each schema."""
    return {schema: service for service in _all() for schema in service.schemas}


def _all() -> Iterator[Service]:
    manager = _manager()
    from apprise.plugins import details  # noqa: PLC0415

    for plugin in manager.plugins():
        about = details(plugin)  # type: ignore[no-untyped-call]
        tokens, args, templates = about["tokens"], about["args"], tuple(about["templates"])
        by_args = _host_keys(args)
        aliases = {key for key in args if args[key].get("alias_of") in {*by_args, "host"}}
        yield Service(
            name=str(plugin.service_name),
            schemas=tuple(sorted(tokens["schema"]["values"])),
            place=place_of(templates, tokens),
            needs_host=all(
                any(f"{{{key}}}" in template for key in _host_keys(tokens))
                for template in templates
            ),
            host_tokens=tuple(sorted(_host_keys(tokens))),
            host_args=tuple(sorted(by_args | aliases)),
            is_ready=bool(plugin.enabled),
        )


@cache
def _manager() -> Any:
    """apprise, loaded when it is first needed. It logs URLs, and so do the libraries it sends by:
    none of them is heard."""
    for name in ("apprise", "urllib3", "requests", "requests_oauthlib", "oauthlib"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():  # of modules that plugins use and Python will drop
        warnings.simplefilter("ignore")
        from apprise.manager_plugins import NotificationManager  # noqa: PLC0415

        manager: Any = NotificationManager()  # type: ignore[no-untyped-call]
        manager.load_modules()
    return manager


def _host_keys(fields: Mapping[str, Any]) -> set[str]:
    """Those fields of a URL that may name a host to connect to."""
    return {key for key, about in fields.items() if _names_host(key, about)}


def _names_host(key: str, about: Mapping[str, Any]) -> bool:
    if "alias_of" in about or key in _NO_HOST or about.get("type", "string") not in _TEXTS:
        return False
    return key == "host" or bool(_HOST_LIKE.search(str(about.get("name", ""))))
