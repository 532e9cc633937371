"""Which IP addresses a message may be sent to: public ones of one machine, by IANA's registries.

The tables are written out, because what `ipaddress` calls global differs between Python versions,
and because addresses that carry another one inside are refused here whatever they carry.
"""

from __future__ import annotations

import ipaddress
import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NOT_PUBLIC: Final[tuple[IPv4Network, ...]] = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network; 0.0.0.0 reaches this very machine
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by a provider's customers (CGNAT); Alibaba's metadata
        "127.0.0.0/8",  # this machine
        "168.63.129.16/32",  # Azure's host, from inside its machines
        "169.254.0.0/16",  # link-local; metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays, abandoned
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and 255.255.255.255
    )
)
"""Of IPv4."""

GLOBAL_V6: Final = IPv6Network("2000::/3")
"""All that IANA hands out as public IPv6. Outside of it lie ::, ::1, IPv4-mapped and -compatible
addresses, NAT64 (64:ff9b::/96, 64:ff9b:1::/48), discard (100::/64), ULA, link-local, multicast."""

NOT_PUBLIC_V6: Final[tuple[IPv6Network, ...]] = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",  # documentation
    )
)
"""Within `GLOBAL_V6`."""

_NO_MACHINE: Final = tuple(map(IPv4Network, ("0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4")))

_DOTTED: Final = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})", re.ASCII)
_V6: Final = re.compile(r"[0-9A-Fa-f:.]{2,45}", re.ASCII)


def is_public(address: Address) -> bool:
    """Whether it is the public address of one machine somewhere."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC)
    if address.scope_id is not None or address not in GLOBAL_V6:
        return False
    return not any(address in network for network in NOT_PUBLIC_V6)


def is_of_one_machine(address: Address) -> bool:
    """Whether it can be said of one machine at all, private or not: nothing else is ever dialled,
    even where it is allowed by name."""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None or address.ipv4_mapped is not None:
            return False
        return not (address.is_unspecified or address.is_multicast)
    return not any(address in network for network in _NO_MACHINE)


def read_address(text: str) -> Address | None:
    """The address, if it is written the one usual way: four decimal numbers without leading
    zeros, or IPv6 without a scope. None = it is none."""
    try:
        if _DOTTED.fullmatch(text):
            return IPv4Address(text)
        if ":" in text and _V6.fullmatch(text):
            return IPv6Address(text)
    except ValueError:
        return None
    return None


def read_network(text: str) -> Network | None:
    """The network, as ``10.1.0.0/16`` or ``fd00::/8``. None = it is none, or its address has bits
    beyond its length."""
    start, slash, length = text.partition("/")
    if not slash or read_address(start) is None or not re.fullmatch(r"[0-9]{1,3}", length):
        return None
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        return None
