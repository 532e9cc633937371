"""The sites that the server plays, by the key of the source; one module for each kind of site."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.upstream.messages import Asked, Reply
from tests.upstream.sites import archive, look_ups, opensky, readsb, tables
from tests.upstream.world import World

Site = Callable[[Asked, World], Reply]

SITES: Mapping[str, Site] = {
    **readsb.SITES,
    **opensky.SITES,
    **look_ups.SITES,
    **archive.SITES,
    **tables.SITES,
}
