"""A real HTTP server on loopback that plays every source, with its quirks and its faults.

    with upstream() as up:
        adapter = up.moved(discover()["adsblol"])       # asks this server instead
        up.fail("adsblol", faults.too_many(retry_after="2"), times=1)
        ...                                             # drive it, with a User-Agent
        assert up.asked("adsblol")[0].path == "/v2/hex/14fc0b"

What it plays lies in `World`: the clock, who flies where, what the archives hold. Everything is
made by hand or by the simulator; nothing was received.
"""

from __future__ import annotations

from tests.upstream.faults import Fault
from tests.upstream.messages import Asked, Reply
from tests.upstream.server import Upstream, upstream
from tests.upstream.world import World

__all__ = ["Asked", "Fault", "Reply", "Upstream", "World", "upstream"]
