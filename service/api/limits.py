"""How often somebody may ask: a moving window, counted apart for each key and each address.

It is kept in memory, for one process, and its size is bounded by what was asked in the last
minute. (The `limits` package's memory keeps an entry for every address for ever, and walks through
all of them in a thread of its own up to a hundred times a second: many addresses would be enough to
wear the service down.)
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

WINDOW_S: Final = 60.0
MOST_COUNTED: Final = 10_000
"""Who is counted apart at the same time. Beyond it, whoever asked longest ago is forgotten: a crowd
of addresses costs no more memory than that."""
WRONG_KEYS_PER_MINUTE: Final = 20
"""Of one address. A right key is taken all the same: behind a proxy everybody has one address."""


class Limit:
    """At most so many a minute, in whatever minute one looks at."""

    def __init__(
        self,
        per_minute: int,
        seconds: Callable[[], float],
        *,
        most: int = MOST_COUNTED,
    ) -> None:
        """`per_minute` ≥ 1; `seconds` is a clock that never goes back."""
        self._per_minute = per_minute
        self._seconds = seconds
        self._most = most
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()
        """By whom, who asked longest ago first: the last `per_minute` times that were let pass."""

    def wait_s(self, who: str) -> float:
        """0 = go ahead, and it is counted; else the seconds until there is room again."""
        now = self._seconds()
        self._forget_before(now - WINDOW_S)
        times = self._asked.get(who)
        if times is None:
            times = self._asked[who] = deque(maxlen=self._per_minute)
            if len(self._asked) > self._most:
                self._asked.popitem(last=False)
        elif len(times) == self._per_minute and times[0] > now - WINDOW_S:
            return times[0] + WINDOW_S - now
        times.append(now)
        self._asked.move_to_end(who)
        return 0.0

    def __len__(self) -> int:
        """How many are counted apart just now."""
        return len(self._asked)

    def _forget_before(self, moment: float) -> None:
        while self._asked:
            who, times = next(iter(self._asked.items()))
            if times[-1] > moment:
                return
            del self._asked[who]


def one_address(host: str) -> str:
    """What counts as one address: an IPv4 address, or the network of an IPv6 one, of which its
    user has 2^64."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), 64), strict=False))


_USUAL: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def is_loopback(host: str) -> bool:
    """Whether that address, or that name, is this machine's own."""
    if host in _USUAL:  # nearly every request comes from there: no need to read it
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
