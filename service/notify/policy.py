"""Where messages may go: to public machines by HTTPS, and to whatever the operator names.

A URL is read by one strict rule, so that whoever checks it and whoever dials it cannot read it
differently; what is odd is refused with a sentence, never mended. Sentences do not repeat the URL:
it is a secret of its owner.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from service.errors import BadInput
from service.notify.addresses import (
    Address,
    Network,
    is_of_one_machine,
    is_public,
    read_address,
    read_network,
)

LONGEST_URL: Final = 2_000

_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_LONGEST_NAME: Final = 253
_NUMBERLIKE: Final = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)", re.ASCII)
"""A last label like this makes many programs read the whole name as an address."""
_URL: Final = re.compile(r"(https?)://([^/?#]*)([/?][^#]*)?(#.*)?", re.ASCII | re.IGNORECASE)
_AUTHORITY: Final = re.compile(r"(\[[^\[\]@]*\]|[^\[\]@:]*)(?::(.*))?", re.ASCII)
_PORT: Final = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_TARGET: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A URL, read."""

    secure: bool
    """https"""
    host: str
    """A name in lower case, or an address as it is usually written, without brackets."""
    address: Address | None
    """If the host is one; None = it is a name."""
    port: int
    target: str
    """Path and query, as they were."""

    @property
    def host_header(self) -> str:
        """As HTTP's `Host`: the port only if it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the operator allows beside public machines by HTTPS (`TAILCHECK_SEND_TO`)."""

    names: frozenset[str] = frozenset()
    """Hosts by name, in lower case: wherever they lie, and without encryption if so asked."""
    networks: tuple[Network, ...] = ()
    """Addresses that are not public, and may be sent to; a single one is a network of one."""

    @classmethod
    def read(cls, text: str) -> Policy:
        """From host names, addresses and networks, comma-separated.

        Raises:
            BadInput: with the sentence what cannot be read.
        """
        names: set[str] = set()
        networks: list[Network] = []
        for entry in (part.strip() for part in text.split(",")):
            if not entry:
                continue
            network = _network_of(entry)
            if network is not None:
                networks.append(network)
            else:
                names.add(_name_of(entry))
        return cls(names=frozenset(names), networks=tuple(networks))

    def allows_host(self, host: str) -> bool:
        """Whether the operator named this host: the name itself, or an address in a network."""
        address = read_address(host)
        if address is None:
            return host.lower() in self.names
        return is_of_one_machine(address) and any(address in network for network in self.networks)

    def permits(self, address: Address, *, named: bool) -> bool:
        """Whether this address may be dialled; `named` = it is the answer for an allowed name."""
        if not is_of_one_machine(address):
            return False
        return named or is_public(address) or any(address in network for network in self.networks)

    def check(self, there: Destination) -> None:
        """Whether we may go there. Names are not resolved here.

        Raises:
            BadInput: we may not; with the sentence why.
        """
        allowed = self.allows_host(there.host)
        if not there.secure and not allowed:
            raise BadInput(
                "The address must start with https://, so that nobody reads along; without"
                " encryption only hosts that TAILCHECK_SEND_TO names are sent to."
            )
        if there.address is not None and not self.permits(there.address, named=False):
            raise BadInput(
                "The address is not of a public machine. If it is meant, whoever runs this"
                " service must allow it by TAILCHECK_SEND_TO."
            )
        if there.address is None and "." not in there.host and not allowed:
            raise BadInput(
                "The host has no domain, so it is a machine in our own network. If it is meant,"
                " whoever runs this service must allow it by TAILCHECK_SEND_TO."
            )


def read_url(url: str) -> Destination:
    """The URL, read strictly.

    Raises:
        BadInput: with the sentence what is odd.
    """
    if len(url) > LONGEST_URL:
        raise BadInput(f"The address is longer than {LONGEST_URL} characters.")
    if not url.isascii():
        raise BadInput(
            "The address has letters beyond ASCII: write its host as xn--…, and the rest with"
            " percent signs, as a browser copies it."
        )
    if not re.fullmatch(r"[!-~]*", url):
        raise BadInput("The address has a space, a line break or another such character in it.")
    if "\\" in url:
        raise BadInput("The address has a backslash in it: URLs have slashes only.")
    whole = _URL.fullmatch(url)
    if whole is None:
        raise BadInput("The address must be an https:// URL with a host.")
    scheme, authority, target, fragment = whole.groups()
    if fragment is not None:
        raise BadInput("The address must not have a part after #: it would not be sent.")
    if "@" in authority:
        raise BadInput(
            "The address must not have a name or password before its host: the receiver knows us"
            " by the signature."
        )
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise BadInput("The host of the address cannot be read.")
    secure = scheme.lower() == "https"
    host, port = parts.groups()
    name, address = _host_of(host)
    target = target or "/"
    if not _TARGET.fullmatch(target):
        raise BadInput("The path of the address has characters that a URL cannot have.")
    return Destination(
        secure=secure,
        host=name,
        address=address,
        port=_port_of(port, secure=secure),
        target=target if target.startswith("/") else f"/{target}",
    )


def _host_of(host: str) -> tuple[str, Address | None]:
    if host.startswith("["):
        address = read_address(host[1:-1]) if ":" in host else None
        if address is None:
            raise BadInput("What stands in [ ] in the address is no IPv6 address.")
        return str(address), address
    if not host:
        raise BadInput("The address has no host.")
    address = read_address(host)
    if address is not None:
        return str(address), address
    name = host.lower()
    if name.endswith("."):
        raise BadInput("The host of the address must not end in a dot.")
    if not is_name(name):
        raise BadInput(
            "The host of the address is neither a host name nor an IP address as it is usually"
            " written, such as 192.0.2.1 or [2001:db8::1]."
        )
    return name, None


def is_name(text: str) -> bool:
    """Whether it is a host name in lower case which nobody can take for an address."""
    if len(text) > _LONGEST_NAME or not _NAME.fullmatch(text):
        return False
    return not _NUMBERLIKE.fullmatch(text.rpartition(".")[2])


def _port_of(port: str | None, *, secure: bool) -> int:
    if port is None:
        return 443 if secure else 80
    if not _PORT.fullmatch(port) or int(port) > 65_535:
        raise BadInput("The port in the address must be a number from 1 to 65535.")
    return int(port)


def _network_of(entry: str) -> Network | None:
    """The network that an entry of the setting is; None = it is no address nor network."""
    bare = entry[1:-1] if entry.startswith("[") and entry.endswith("]") else entry
    network = read_network(bare)
    if network is not None:
        return network
    address = read_address(bare)
    if address is not None:
        return read_network(f"{address}/{address.max_prefixlen}")
    if "://" not in entry and "/" in entry:
        raise BadInput(
            f"TAILCHECK_SEND_TO: {entry!r} is no network. Write its first address and its length,"
            " such as 192.168.1.0/24 or fd00::/8."
        )
    return None


def _name_of(entry: str) -> str:
    name = entry.lower()
    if is_name(name):
        return name
    hint = "Write host names, IP addresses or networks, separated by commas."
    if "://" in entry:
        hint = "Write the host only, without http:// and without a path."
    elif "*" in entry:
        hint = "Write each host by its own name: there are no wildcards."
    elif re.search(r"[^:]:[0-9]+$|\]:[0-9]+$", entry):
        hint = "Write the host only, without a port."
    elif not entry.isascii():
        hint = "Write such a name as xn--…, as the name system knows it."
    raise BadInput(f"TAILCHECK_SEND_TO: {entry!r} is no host. {hint}")
